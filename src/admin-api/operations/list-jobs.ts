import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { count, time } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

const job = named(
  "Job",
  z.object({
    name: z.string(),
    everySeconds: z.number(),
    state: z.enum(["waiting", "running", "failed"]),
    lastStartedAt: time.nullable(),
    lastEndedAt: time.nullable(),
    lastDid: z
      .array(z.object({ what: z.string(), count }))
      .describe("what the last run did; empty when there was nothing to do"),
    lastError: z.string().nullable(),
  }),
)

export const listJobs: Operation = defineOperation({
  name: "listJobs",
  tag: "service",
  summary: "The background jobs",
  method: "GET",
  path: "/api/jobs",
  output: named("JobList", z.object({ items: z.array(job) })),
  needs: ofServer("osseal:ListJobs"),
  run: ({ facts }) => {
    const items = facts.jobs().map(({ name, everyMs, state, startedMs, endedMs, did, error }) => ({
      name,
      everySeconds: everyMs / 1000,
      state,
      lastStartedAt: startedMs === undefined ? null : isoTime(startedMs),
      lastEndedAt: endedMs === undefined ? null : isoTime(endedMs),
      lastDid: Object.entries(did)
        .filter(([, done]) => done > 0)
        .map(([what, done]) => ({ what, count: done })),
      lastError: error ?? null,
    }))
    return Promise.resolve({ items })
  },
})
