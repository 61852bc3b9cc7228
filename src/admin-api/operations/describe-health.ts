import { z } from "zod"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { count } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import type { JobFacts, StorageFacts } from "../server-facts.ts"

/** The worst first. */
const STATUSES = ["failing", "degraded", "ok"] as const

interface Check {
  readonly name: "store" | "disk" | "jobs"
  readonly status: (typeof STATUSES)[number]
  readonly message: string
}

function storageChecks(storage: StorageFacts | undefined): Check[] {
  if (storage === undefined) {
    return [{ name: "store", status: "ok", message: "Everything is in memory." }]
  }
  const { readOnlyReason, disk } = storage
  const store: Check =
    readOnlyReason === undefined
      ? { name: "store", status: "ok", message: "The store accepts writes." }
      : { name: "store", status: "failing", message: `The store is read-only: ${readOnlyReason}.` }
  const percent = disk.totalBytes === 0 ? 100 : Math.floor((disk.freeBytes / disk.totalBytes) * 100)
  const status = percent < 3 ? "failing" : percent < 10 ? "degraded" : "ok"
  return [store, { name: "disk", status, message: `${percent} % of the disk is free.` }]
}

function jobCheck(jobs: readonly JobFacts[]): Check {
  const failed = jobs.filter(({ state }) => state === "failed").map(({ name }) => name)
  if (failed.length === 0) return { name: "jobs", status: "ok", message: "No job failed." }
  return { name: "jobs", status: "degraded", message: `Failed: ${failed.join(", ")}.` }
}

export const describeHealth: Operation = defineOperation({
  name: "describeHealth",
  tag: "service",
  summary: "The health of the server as single checks",
  method: "GET",
  path: "/api/health",
  output: named(
    "Health",
    z.object({
      status: z.enum(["ok", "degraded", "failing"]),
      checks: z.array(
        z.object({
          name: z.enum(["store", "disk", "jobs"]),
          status: z.enum(["ok", "degraded", "failing"]),
          message: z.string().describe("a sentence in English"),
        }),
      ),
      disk: z
        .object({ totalBytes: count, freeBytes: count })
        .nullable()
        .describe("bytes of the data directory's file system; null in memory"),
      memory: z.object({ processBytes: count, requestBytes: count, requestBytesMax: count }),
    }),
  ),
  needs: ofServer("osseal:DescribeHealth"),
  run: ({ facts, store: { memory } }) => {
    const storage = facts.storage()
    const checks = [...storageChecks(storage), jobCheck(facts.jobs())]
    const worst = checks.map(({ status }) => status)
    return Promise.resolve({
      status: STATUSES.find((status) => worst.includes(status)) ?? "ok",
      checks,
      disk: storage?.disk ?? null,
      memory: {
        processBytes: process.memoryUsage.rss(),
        requestBytes: Math.max(memory.limitBytes - memory.freeBytes(), 0),
        requestBytesMax: memory.limitBytes,
      },
    })
  },
})
