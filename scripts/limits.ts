// Attacks a server, one way after the other, and measures how much memory it takes, how late /-/health is answered and how
// long its event loop is held. Exits with 1 when one of them is beyond its bar.
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { setTimeout as sleep } from "node:timers/promises"
import OSS from "ali-oss"
import { ATTACKS, type Target } from "./limits-attacks.ts"
import { startServerProcess, type ServerProcess } from "./server-process.ts"

const BARS = { growthMiB: 256, healthMs: 100, heldMs: 20 }
const BUCKET = "limits"
const PARTS = 10_000

interface Measured {
  readonly growthMiB: number
  readonly healthMs: number
  readonly heldMs: number
}

async function rssMiB({ pid = 0 }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

async function longestHoldMs(server: ServerProcess): Promise<number> {
  server.process.send("longest")
  const [heldMs] = (await once(server.process, "message")) as [number]
  return heldMs
}

async function healthMs({ ossEndpoint }: ServerProcess): Promise<number> {
  const startedMs = performance.now()
  const answer = await fetch(`${ossEndpoint}/-/health`)
  await answer.text()
  return performance.now() - startedMs
}

/** Runs what an attack does, and looks at the server until it ends. */
async function measure(server: ServerProcess, run: Promise<unknown>): Promise<Measured> {
  const before = await rssMiB(server.process)
  await longestHoldMs(server)
  const worst = { rss: before, healthMs: 0 }
  const state = { isRunning: true }
  const ended = run.finally(() => {
    state.isRunning = false
  })
  while (state.isRunning) {
    worst.healthMs = Math.max(worst.healthMs, await healthMs(server))
    worst.rss = Math.max(worst.rss, await rssMiB(server.process))
    await sleep(25)
  }
  await ended
  const heldMs = await longestHoldMs(server)
  return { growthMiB: worst.rss - before, healthMs: worst.healthMs, heldMs }
}

async function attack(name: string, target: Target): Promise<void> {
  const worker = new Worker(new URL("limits-attacks.ts", import.meta.url), {
    workerData: { name, target },
  })
  await once(worker, "exit")
}

function accessKeyOf({ accessKeyId, accessKeySecret }: ServerProcess): OSS.Options {
  return { accessKeyId, accessKeySecret, region: "oss-cn-hangzhou" }
}

async function prepare(server: ServerProcess, client: OSS): Promise<Target> {
  await client.putBucket(BUCKET)
  client.useBucket(BUCKET)
  await client.putBucketACL(BUCKET, "public-read-write")
  for (const [name, mebibytes] of [
    ["1m", 1],
    ["8m", 8],
    ["32m", 32],
  ] as const) {
    await client.put(name, Buffer.alloc(mebibytes * 1024 ** 2, name))
  }
  // The client signs no URL of an IP address.
  const endpoint = server.ossEndpoint.replace("127.0.0.1", "localhost")
  const signer = new OSS({ ...accessKeyOf(server), endpoint, bucket: BUCKET })
  const url = new URL(signer.signatureUrl("slow", { method: "PUT", expires: 600 }))
  return {
    ossPort: Number(new URL(server.ossEndpoint).port),
    kmsPort: Number(new URL(server.kmsEndpoint).port),
    bucket: BUCKET,
    signedPut: `/${BUCKET}${url.pathname}${url.search}`,
  }
}

/** An upload of many parts, completed: the copies are made before. */
async function prepareParts(client: OSS): Promise<() => Promise<unknown>> {
  const sizeBytes = 100 * 1024
  await client.put("part", Buffer.alloc(sizeBytes, "p"))
  const { uploadId } = await client.initMultipartUpload("parts")
  const source = { sourceKey: "part", sourceBucketName: BUCKET }
  const parts: { number: number; etag: string }[] = []
  const numbers = Array.from({ length: PARTS }, (_, index) => index + 1).values()
  const copy = async (): Promise<void> => {
    for (const number of numbers) {
      const range = `0-${sizeBytes - 1}`
      const { etag } = await client.uploadPartCopy("parts", uploadId, number, range, source, {})
      parts.push({ number, etag })
    }
  }
  await Promise.all(Array.from({ length: 16 }, copy))
  parts.sort((left, right) => left.number - right.number)
  return () => client.completeMultipartUpload("parts", uploadId, parts, { timeout: 60_000 })
}

function report(name: string, measured: Measured): boolean {
  const { growthMiB, healthMs: lateMs, heldMs } = measured
  // What a thousand connections do in one turn of the loop tells nothing of one request.
  const isCrowd = name.startsWith("1,000")
  const isWithin =
    growthMiB < BARS.growthMiB && lateMs < BARS.healthMs && (isCrowd || heldMs < BARS.heldMs)
  const figures = [growthMiB, lateMs, heldMs].map((figure) => figure.toFixed(0).padStart(10))
  process.stdout.write(`${isWithin ? "ok  " : "FAIL"} ${name.padEnd(50)}${figures.join("")}\n`)
  return isWithin
}

const wanted = process.argv.slice(2)
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((text) => name.includes(text))
const directory = await mkdtemp(join(tmpdir(), "osseal-limits-"))
const failed: string[] = []
process.stdout.write(`${"".padEnd(55)}+RSS MiB health ms   held ms\n`)
for (const name of [...Object.keys(ATTACKS), `Complete of ${PARTS} parts`].filter(isWanted)) {
  // Each on a server of its own, so that one does not pay for another.
  const server = await startServerProcess(
    join(directory, String(failed.length) + name.replaceAll(/\W/g, "")),
    {
      preload: join(import.meta.dirname, "loop-watch.ts"),
    },
  )
  const client = new OSS({ ...accessKeyOf(server), endpoint: server.ossEndpoint })
  const target = await prepare(server, client)
  await client.get("8m")
  const run = name in ATTACKS ? () => attack(name, target) : await prepareParts(client)
  if (!report(name, await measure(server, run()))) failed.push(name)
  await server.kill()
}
await rm(directory, { recursive: true, force: true })
process.exitCode = failed.length === 0 ? 0 : 1
