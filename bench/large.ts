// Large objects through HTTP, KMS: rate, latencies, processor time of the whole server process (all its threads) for each
// MiB, and its peak memory, cell by cell. With BENCH_AGAINST=FOLDER, a checkout of another version with its dependencies
// installed, that version runs every cell as well, in turns. An argument keeps the cells whose names contain it. Linux.
import { fork, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import OSS from "ali-oss"
import { startServerProcess, type ServerProcess } from "../scripts/server-process.ts"
import type { Cell, LoadOrder, LoadResult } from "./messages.ts"

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5)
const AGAINST = process.env["BENCH_AGAINST"]
const GATEWAYS = process.env["BENCH_GATEWAYS"] ?? "1"
const BUCKET = "bench-bucket"
const MIB = 1024 * 1024
const SIZES = [64 * 1024, MIB, 64 * MIB]
/** A round of a cell; a large object takes longer. */
const MEASURE_MS = Number(process.env["BENCH_MEASURE_MS"] ?? 1500)
const WARM_UP_MS = 300
const NAMES_PER_ROUND = 1_000_000

function cells(): Cell[] {
  const common = { server: "osseal", encryption: "KMS" } as const
  return SIZES.flatMap((sizeBytes) =>
    [1, 32].flatMap((connections) =>
      // PUT comes before GET: it writes what GET reads.
      (["PUT", "GET"] as const).map((operation) => {
        // So many objects of 64 MiB at once measure the disk.
        const some = sizeBytes > MIB ? Math.min(connections, 4) : connections
        return { ...common, operation, sizeBytes, connections: some }
      }),
    ),
  )
}

function nameOf({ operation, sizeBytes, connections }: Cell): string {
  const size = sizeBytes >= MIB ? `${sizeBytes / MIB} MiB` : `${sizeBytes / 1024} KiB`
  return `${operation} ${size}, ${connections} conn`
}

/** Processor time of all threads of a process. */
function processMs({ pid }: ChildProcess): number {
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks).reduce((sum, task) => {
    const [ns] = readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ")
    return sum + Number(ns) / 1e6
  }, 0)
}

/** The most memory that a process held since the call before. */
function takePeakBytes({ pid }: ChildProcess): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  writeFileSync(`/proc/${pid}/clear_refs`, "5")
  return Number(kib) * 1024
}

interface Round extends LoadResult {
  readonly msPerMib: number
  readonly peakBytes: number
}

async function measure(
  server: ServerProcess,
  generator: ChildProcess,
  cell: Cell,
  firstName: number,
): Promise<Round> {
  const { hostname, port } = new URL(server.ossEndpoint)
  takePeakBytes(server.process)
  const beforeMs = processMs(server.process)
  const { accessKeyId, accessKeySecret } = server
  const place = { host: hostname, port: Number(port), accessKeyId, accessKeySecret }
  const measureMs = MEASURE_MS * (cell.sizeBytes > MIB ? 2 : 1)
  const order: LoadOrder = {
    ...{ ...place, bucketName: BUCKET, cell, firstName, warmUpMs: WARM_UP_MS, measureMs },
  }
  generator.send(order)
  const [result] = (await once(generator, "message")) as [LoadResult]
  const spentMs = processMs(server.process) - beforeMs
  const msPerMib = spentMs / ((result.requestsInAll * cell.sizeBytes) / MIB)
  return { ...result, msPerMib, peakBytes: takePeakBytes(server.process) }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}

function row(name: string, cell: Cell, rounds: readonly Round[]): string {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick))
  const rate = of(({ requests, seconds }) => (requests * cell.sizeBytes) / MIB / seconds)
  const columns = [
    name.padEnd(32),
    rate.toFixed(0).padStart(8),
    of(({ p50Ms }) => p50Ms)
      .toFixed(2)
      .padStart(8),
    of(({ p99Ms }) => p99Ms)
      .toFixed(2)
      .padStart(8),
    of(({ msPerMib }) => msPerMib)
      .toFixed(2)
      .padStart(10),
    (of(({ peakBytes }) => peakBytes) / 1e6).toFixed(0).padStart(8),
  ]
  const failures = rounds.reduce((sum, round) => sum + round.failures, 0)
  return `${columns.join("  ")}${failures > 0 ? `  ${failures} FAILED` : ""}\n`
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-bench-"))
  const roots = AGAINST === undefined ? [undefined] : [undefined, AGAINST]
  const servers = await Promise.all(
    roots.map((root, index) =>
      startServerProcess(join(directory, String(index)), {
        args: ["--gateways", GATEWAYS],
        ...(root === undefined ? {} : { root }),
      }),
    ),
  )
  const generator = fork(join(import.meta.dirname, "load-generator.ts"))
  const wanted = cells().filter((cell) => nameOf(cell).includes(process.argv[2] ?? ""))
  const results = new Map<string, Round[]>()
  try {
    for (const server of servers) {
      await new OSS({ ...server, endpoint: server.ossEndpoint, bucket: BUCKET }).putBucket(BUCKET)
    }
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const cell of wanted) {
        const turns = [...servers.keys()]
        for (const index of round % 2 === 0 ? turns : turns.toReversed()) {
          const server = servers[index]
          if (server === undefined) continue
          // New names in every round; those of the first are read.
          const firstName = cell.operation === "PUT" ? round * NAMES_PER_ROUND : 0
          const result = await measure(server, generator, cell, firstName)
          const name = `${nameOf(cell)}${index === 0 ? "" : ", before"}`
          // In the first round V8 compiles.
          if (round > 0) results.set(name, [...(results.get(name) ?? []), result])
        }
      }
    }
    process.stdout.write(
      `${"cell".padEnd(32)}     MiB/s    p50 ms    p99 ms  cpu ms/MiB   RSS MB\n`,
    )
    for (const cell of wanted) {
      for (const suffix of AGAINST === undefined ? [""] : ["", ", before"]) {
        const name = `${nameOf(cell)}${suffix}`
        process.stdout.write(row(name, cell, results.get(name) ?? []))
      }
    }
  } finally {
    generator.kill()
    for (const server of servers) await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

await main()
