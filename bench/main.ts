// Measures a durable server with one gateway thread on a new data directory: every cell several times, interleaved, of
// which it reports the median. Besides rates and latencies, it reports the processor time that the gateway thread takes
// for a request (Linux). One uncounted round comes first, in which V8 compiles what the cells run. Cells that are
// compared with each other take turns in going first. Prints a table and writes bench/results/DATE.json. With
// BENCH_AGAINST=FOLDER, a checkout of another version with its dependencies installed, each cell also runs against that
// version, in turns.
import { fork, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { cpus, release, tmpdir, totalmem } from "node:os"
import { join } from "node:path"
import OSS from "ali-oss"
import { startServerProcess, type ServerProcess } from "../scripts/server-process.ts"
import type { Cell, LoadOrder, LoadResult } from "./messages.ts"
import { measurePrimitives } from "./primitives.ts"

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 9)
const FIRST_ROUND_MS = Number(process.env["BENCH_FIRST_ROUND_MS"] ?? 4000)
const WARM_UP_MS = 300
const MEASURE_MS = Number(process.env["BENCH_MEASURE_MS"] ?? 1000)
const AGAINST = process.env["BENCH_AGAINST"]
const BUCKET = "bench-bucket"
const LISTED_OBJECTS = 5000

const ENCRYPTIONS = ["unmarked", "AES256", "KMS"] as const

/** In groups that differ only in the encryption. */
function cellGroups(): Cell[][] {
  const groups: Cell[][] = []
  for (const sizeBytes of [4096, 1024 * 1024]) {
    for (const connections of [1, 32]) {
      // PUT comes before GET: it writes what GET reads.
      for (const operation of ["PUT", "GET"] as const) {
        const cell = { server: "osseal", operation, sizeBytes, connections } as const
        groups.push(ENCRYPTIONS.map((encryption) => ({ ...cell, encryption })))
      }
    }
    for (const operation of ["PUT", "GET"] as const) {
      groups.push([
        { server: "bare", operation, sizeBytes, encryption: "unmarked", connections: 32 },
      ])
    }
  }
  const common = { server: "osseal", encryption: "unmarked", connections: 1 } as const
  groups.push([{ ...common, operation: "LIST", sizeBytes: 0 }])
  return AGAINST === undefined ? groups : groups.map(withBefore)
}

function withBefore(group: readonly Cell[]): Cell[] {
  return group.flatMap((cell) =>
    cell.server === "osseal" ? [cell, { ...cell, server: "before" } as const] : [cell],
  )
}

/** A different one goes first in each round, so that none always follows a change of what is measured. */
function takeTurns(group: readonly Cell[], round: number): Cell[] {
  const first = group.length === 0 ? 0 : round % group.length
  return [...group.slice(first), ...group.slice(0, first)]
}

function nameOf({ server, operation, sizeBytes, encryption, connections }: Cell): string {
  const version = server === "before" ? ", before" : ""
  if (operation === "LIST") return `LIST 1000 of ${LISTED_OBJECTS}${version}`
  const size =
    sizeBytes >= 1024 * 1024 ? `${sizeBytes / 1024 / 1024} MiB` : `${sizeBytes / 1024} KiB`
  const what = server === "bare" ? "bare node:http" : encryption
  return `${operation} ${size}, ${what}, ${connections} conn${version}`
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}

async function measure(generator: ChildProcess, order: LoadOrder): Promise<LoadResult> {
  const settled = new AbortController()
  const { signal } = settled
  const answer = once(generator, "message", { signal })
  const exit = once(generator, "exit", { signal }).then(() => {
    throw new Error("the load generator ended")
  })
  generator.send(order)
  try {
    const [result] = (await Promise.race([answer, exit])) as [LoadResult]
    return result
  } finally {
    settled.abort()
  }
}

/** The result of one cell in one round. */
interface Round extends LoadResult {
  /** Processor time of the gateway thread for each request; undefined where the system does not report it. */
  readonly gatewayUs: number | undefined
}

interface Summary {
  readonly cell: string
  readonly perSecond: number
  readonly megabytesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly gatewayUs: number | undefined
  readonly rounds: readonly number[]
  readonly failures: number
}

function summarize(cell: Cell, results: readonly Round[]): Summary {
  const rates = results.map(({ requests, seconds }) => requests / seconds)
  const perSecond = median(rates)
  const gatewayUs = results.flatMap((round) => round.gatewayUs ?? [])
  return {
    cell: nameOf(cell),
    perSecond: Math.round(perSecond),
    megabytesPerSecond: Math.round((perSecond * cell.sizeBytes) / 1e6),
    p50Ms: median(results.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
    gatewayUs: gatewayUs.length === 0 ? undefined : Math.round(median(gatewayUs)),
    rounds: rates.map(Math.round),
    failures: results.reduce((sum, { failures }) => sum + failures, 0),
  }
}

/** Objects enough for full list pages. */
async function prepareBucket(server: ServerProcess): Promise<void> {
  const oss = new OSS({ ...server, endpoint: server.ossEndpoint, bucket: BUCKET, timeout: 60_000 })
  await oss.putBucket(BUCKET)
  const names = Array.from({ length: LISTED_OBJECTS }, (_, index) => `list/${index}`)
  while (names.length > 0) {
    await Promise.all(names.splice(0, 32).map((name) => oss.put(name, Buffer.from("x"))))
  }
}

function printRow(summary: Summary): void {
  const { cell, perSecond, megabytesPerSecond, p50Ms, p99Ms, gatewayUs, failures } = summary
  const columns = [
    cell.padEnd(40),
    String(perSecond).padStart(8),
    String(megabytesPerSecond).padStart(6),
    p50Ms.toFixed(2).padStart(8),
    p99Ms.toFixed(2).padStart(8),
    String(gatewayUs ?? "-").padStart(10),
  ]
  process.stdout.write(`${columns.join("  ")}${failures > 0 ? `  ${failures} FAILED` : ""}\n`)
}

interface Bench {
  readonly server: ServerProcess
  /** Of the other version, if there is one. */
  readonly before: ServerProcess | undefined
  readonly generator: ChildProcess
  readonly bare: ChildProcess
  readonly barePort: number
  /** By size and encryption, so that no name is written twice and the first ones exist to be read. */
  readonly nextNames: Map<string, number>
}

const NAMES_PER_ORDER = 1_000_000

function takeNames(
  { nextNames }: Bench,
  { server, operation, sizeBytes, encryption }: Cell,
): number {
  const group = `${server}/${sizeBytes}/${encryption}`
  const first = nextNames.get(group) ?? 0
  if (operation === "PUT") nextNames.set(group, first + NAMES_PER_ORDER)
  return first
}

async function measureCell(bench: Bench, cell: Cell, measureMs: number): Promise<Round> {
  const { generator, barePort } = bench
  const server = cell.server === "before" ? (bench.before ?? bench.server) : bench.server
  const { hostname, port } = new URL(server.ossEndpoint)
  const process = cell.server === "bare" ? bench.bare : server.process
  const beforeUs = mainThreadUs(process)
  const result = await measure(generator, {
    host: hostname,
    port: cell.server === "bare" ? barePort : Number(port),
    accessKeyId: server.accessKeyId,
    accessKeySecret: server.accessKeySecret,
    bucketName: BUCKET,
    cell,
    firstName: takeNames(bench, cell),
    warmUpMs: WARM_UP_MS,
    measureMs,
  })
  const afterUs = mainThreadUs(process)
  const gatewayUs =
    beforeUs === undefined || afterUs === undefined
      ? undefined
      : (afterUs - beforeUs) / result.requestsInAll
  return { ...result, gatewayUs }
}

/** Processor time of a process's main thread, which is the gateway's; undefined where /proc does not report it. */
function mainThreadUs({ pid }: ChildProcess): number | undefined {
  try {
    const [ns] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")
    return Number(ns) / 1000
  } catch {
    return undefined
  }
}

async function run(bench: Bench, groups: readonly Cell[][]): Promise<Summary[]> {
  const results = new Map<Cell, Round[]>(groups.flat().map((cell) => [cell, []]))
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const cell of groups.flatMap((group) => takeTurns(group, round))) {
      const which = round === 0 ? "warming up" : `round ${round} of ${ROUNDS}`
      process.stderr.write(`\r${which}: ${nameOf(cell).padEnd(40)}`)
      const result = await measureCell(bench, cell, round === 0 ? FIRST_ROUND_MS : MEASURE_MS)
      if (round > 0) results.get(cell)?.push(result)
    }
  }
  process.stderr.write("\n")
  return Array.from(results, ([cell, measured]) => summarize(cell, measured))
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-bench-"))
  const primitives = measurePrimitives()
  const server = await startServerProcess(join(directory, "data"), { args: ["--gateways", "1"] })
  const before =
    AGAINST === undefined
      ? undefined
      : await startServerProcess(join(directory, "before"), { root: AGAINST })
  const generator = fork(join(import.meta.dirname, "load-generator.ts"))
  const bare = fork(join(import.meta.dirname, "bare-server.ts"))
  const [barePort] = (await once(bare, "message")) as [number]
  const wanted = process.argv[2]
  const groups = cellGroups().map((group) =>
    group.filter((cell) => wanted === undefined || nameOf(cell).includes(wanted)),
  )
  try {
    await prepareBucket(server)
    if (before !== undefined) await prepareBucket(before)
    const bench = { server, before, generator, bare, barePort, nextNames: new Map() }
    const summaries = await run(bench, groups)
    process.stdout.write(
      `${"cell".padEnd(40)}  requests/s    MB/s   p50 ms    p99 ms  gateway us\n`,
    )
    summaries.forEach(printRow)
    for (const [name, figure] of Object.entries(primitives)) {
      process.stdout.write(`${name.padEnd(40)}  ${figure}\n`)
    }
    if (wanted === undefined && before === undefined) await writeResults(primitives, summaries)
    if (summaries.some(({ failures }) => failures > 0)) process.exitCode = 1
  } finally {
    generator.kill()
    bare.kill()
    await server.stop()
    await before?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function writeResults(
  primitives: Readonly<Record<string, number>>,
  summaries: readonly Summary[],
): Promise<void> {
  const date = new Date().toISOString().slice(0, 10)
  const machine = {
    processors: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
    sqlite: process.versions["sqlite"],
  }
  const settings = {
    rounds: ROUNDS,
    measureMs: MEASURE_MS,
    warmUpMs: WARM_UP_MS,
    firstRoundMs: FIRST_ROUND_MS,
  }
  const path = join(import.meta.dirname, "results", `${date}.json`)
  await writeFile(
    path,
    `${JSON.stringify({ date, machine, primitives, settings, summaries }, null, 2)}\n`,
  )
  process.stdout.write(`written to bench/results/${date}.json\n`)
}

await main()
