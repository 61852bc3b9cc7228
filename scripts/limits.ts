// Attacks a server, one way after the other, and measures how much memory it takes, how late /-/health responds and how
// long its event loop is blocked. Exits with 1 when one of them exceeds its limit.
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { setTimeout as sleep } from "node:timers/promises"
import OSS from "ali-oss"
import { ATTACKS, type Target } from "./limits-attacks.ts"
import { startServerProcess, type ServerProcess } from "./server-process.ts"

/** Processor time of the server's main thread, so that other programs on the machine do not affect it. */
const BARS = { growthMiB: 256, healthThreadMs: 100, heldMs: 20 }

/**
 * Node's parser makes a call for each chunk of one read of the socket. A bare node:http server takes 18 ms of 20 for 64 KiB
 * of such chunks (2 cores, 2026-11-29), and nothing can interrupt it.
 */
const HELD_BY_PARSER: Readonly<Record<string, number>> = {
  "a body of chunks of one byte": 50,
  "XML in chunks of one byte": 50,
}

const BUCKET = "limits"
const PARTS = 10_000

interface Health {
  readonly healthMs: number
  readonly healthThreadMs: number
}

interface Measured extends Health {
  readonly growthMiB: number
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

/** How long the server's main thread has run on a processor. */
async function mainThreadMs({ pid = 0 }: ChildProcess): Promise<number> {
  const times = await readFile(`/proc/${pid}/task/${pid}/schedstat`, "utf8")
  return Number(times.split(" ", 1)[0]) / 1e6
}

/** How late health responds: by the clock, and by what the server's main thread did in the meantime. */
async function askHealth({ ossEndpoint, process: child }: ServerProcess): Promise<Health> {
  const startedMs = performance.now()
  const startedThreadMs = await mainThreadMs(child)
  const answer = await fetch(`${ossEndpoint}/-/health`)
  await answer.text()
  const healthMs = performance.now() - startedMs
  return { healthMs, healthThreadMs: (await mainThreadMs(child)) - startedThreadMs }
}

/** Runs an attack, and watches the server until it ends. */
async function measure(server: ServerProcess, run: Promise<unknown>): Promise<Measured> {
  const before = await rssMiB(server.process)
  await longestHoldMs(server)
  const worst = { rss: before, healthMs: 0, healthThreadMs: 0 }
  const state = { isRunning: true }
  const ended = run.finally(() => {
    state.isRunning = false
  })
  while (state.isRunning) {
    const health = await askHealth(server)
    worst.healthMs = Math.max(worst.healthMs, health.healthMs)
    worst.healthThreadMs = Math.max(worst.healthThreadMs, health.healthThreadMs)
    worst.rss = Math.max(worst.rss, await rssMiB(server.process))
    await sleep(25)
  }
  await ended
  const heldMs = await longestHoldMs(server)
  const { rss, ...late } = worst
  return { ...late, growthMiB: rss - before, heldMs }
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

/** Returns a port that is not in use. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}

async function prepare(server: ServerProcess, client: OSS, consolePort: number): Promise<Target> {
  await client.putBucket(BUCKET)
  client.useBucket(BUCKET)
  await client.putBucketACL(BUCKET, "public-read-write")
  for (const [name, mebibytes] of [
    ["64k", 1 / 16],
    ["1m", 1],
    ["8m", 8],
    ["32m", 32],
  ] as const) {
    await client.put(name, Buffer.alloc(mebibytes * 1024 ** 2, name))
  }
  // The client signs no URLs for an IP address.
  const endpoint = server.ossEndpoint.replace("127.0.0.1", "localhost")
  const signer = new OSS({ ...accessKeyOf(server), endpoint, bucket: BUCKET })
  const url = new URL(signer.signatureUrl("slow", { method: "PUT", expires: 600 }))
  return {
    ossPort: Number(new URL(server.ossEndpoint).port),
    kmsPort: Number(new URL(server.kmsEndpoint).port),
    consolePort,
    accessKeyId: server.accessKeyId,
    accessKeySecret: server.accessKeySecret,
    bucket: BUCKET,
    signedPut: `/${BUCKET}${url.pathname}${url.search}`,
  }
}

/** An upload of many parts, completed: the copies are made before that. */
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
  const { growthMiB, healthMs, healthThreadMs, heldMs } = measured
  // What a thousand of them do in one turn of the loop says nothing about one request.
  const isCrowd = /^[12],000 /.test(name)
  const heldMsMax = HELD_BY_PARSER[name] ?? BARS.heldMs
  const isWithin =
    growthMiB < BARS.growthMiB &&
    healthThreadMs < BARS.healthThreadMs &&
    (isCrowd || heldMs < heldMsMax)
  const figures = [growthMiB, healthMs, healthThreadMs, heldMs]
  const columns = figures.map((figure) => figure.toFixed(0).padStart(11)).join("")
  process.stdout.write(`${isWithin ? "ok  " : "FAIL"} ${name.padEnd(50)}${columns}\n`)
  return isWithin
}

const wanted = process.argv.slice(2)
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((text) => name.includes(text))
const directory = await mkdtemp(join(tmpdir(), "osseal-limits-"))
const failed: string[] = []
process.stdout.write(`${"".padEnd(55)}   +RSS MiB  health ms  of thread    held ms\n`)
for (const name of [...Object.keys(ATTACKS), `Complete of ${PARTS} parts`].filter(isWanted)) {
  // Each on its own server, so that one does not affect another.
  const consolePort = await freePort()
  const server = await startServerProcess(
    join(directory, String(failed.length) + name.replaceAll(/\W/g, "")),
    {
      args: ["--console-port", String(consolePort)],
      preload: join(import.meta.dirname, "loop-watch.ts"),
    },
  )
  const client = new OSS({ ...accessKeyOf(server), endpoint: server.ossEndpoint })
  const target = await prepare(server, client, consolePort)
  await client.get("8m")
  const run = name in ATTACKS ? () => attack(name, target) : await prepareParts(client)
  if (!report(name, await measure(server, run()))) failed.push(name)
  await server.kill()
}
await rm(directory, { recursive: true, force: true })
process.exitCode = failed.length === 0 ? 0 : 1
