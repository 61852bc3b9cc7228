// Measures a durable server on a fresh data directory. The help text below explains how.
import { type ChildProcess, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import OSS from "ali-oss"
import { type ServerProcess, startServerProcess } from "../scripts/server-process.ts"
import {
  cellGroups,
  isCounted,
  isList,
  LISTED_OBJECTS,
  nameOf,
  takeTurns,
  writerOf,
} from "./cells.ts"
import {
  type Cell,
  FILLED_BUCKET,
  type LoadOrder,
  type LoadResult,
  nameInFolder,
} from "./messages.ts"
import { measurePrimitives } from "./primitives.ts"
import { forgetPeakMemory, peakMemoryMiB, processorTimeOf } from "./processor-time.ts"
import { readNames } from "./requests.ts"
import { printScaling, printTable, type Round, summarize, writeResults } from "./report.ts"

const HELP = `npm run bench [-- OPTIONS] [CELLS]

Measures a durable server on a fresh data directory. Every cell is measured several times, interleaved with the others, and the
medians are printed. A first round is not counted: in it V8 compiles the code of the cells. Besides rates and latencies it
prints the processor time per request (Linux) of the first gateway's thread, of the whole server and of the client, and the
server's peak memory. Cells that are compared take turns at going first. With CELLS, measures only the cells whose names
contain it, such as "PUT 4 KiB" or "AES256, 32 conn". A run of all cells is written to bench/results/DATE.json.

  --rounds N         counted rounds (default 5)
  --measure-ms N     time for each cell in a counted round (default 1000)
  --first-ms N       time for each cell in the round that is not counted (default 3000)
  --gateways N       gateway threads (default: one)
  --against FOLDER   also measures another checkout, in turns; its dependencies must be installed
  --listed N         also lists a bucket of N objects, which is filled first (about 5,000 objects a second)
  --processors LIST  instead of the above, runs the server on each of these numbers of processors ("1,2") and prints how it
                     scales; the client gets the other processors, if there are any (needs taskset)
  --help             this text
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    "measure-ms": { type: "string", default: "1000" },
    "first-ms": { type: "string", default: "3000" },
    gateways: { type: "string", default: "1" },
    against: { type: "string" },
    listed: { type: "string" },
    processors: { type: "string" },
    help: { type: "boolean", default: false },
  },
})

const WARM_UP_MS = 300
const BUCKET = "bench-bucket"
/** The number of requests in cells with a fixed number: at least this many, and at least one for each connection. */
const COUNTED_MIN = 3

const settings = {
  rounds: Number(values.rounds),
  measureMs: Number(values["measure-ms"]),
  firstMs: Number(values["first-ms"]),
  warmUpMs: WARM_UP_MS,
}

interface Bench {
  readonly server: ServerProcess
  /** The version to compare with, if there is one. */
  readonly before: ServerProcess | undefined
  readonly generator: ChildProcess
  readonly bare: ChildProcess
  readonly barePort: number
  /** By size and encryption, so that no name is written twice and the first ones exist to be read. */
  readonly nextNames: Map<string, number>
}

async function order(generator: ChildProcess, load: LoadOrder): Promise<LoadResult> {
  const settled = new AbortController()
  const { signal } = settled
  const answer = once(generator, "message", { signal })
  const exit = once(generator, "exit", { signal }).then(() => {
    throw new Error("the load generator ended")
  })
  generator.send(load)
  try {
    const [result] = (await Promise.race([answer, exit])) as [LoadResult]
    return result
  } finally {
    settled.abort()
  }
}

const NAMES_PER_ORDER = 1_000_000

function takeNames({ nextNames }: Bench, { server, operation, size, encryption }: Cell): number {
  const group = `${server}/${size}/${encryption}`
  const first = nextNames.get(group) ?? 0
  if (operation === "PUT" || operation === "DELETE") nextNames.set(group, first + NAMES_PER_ORDER)
  return first
}

function loadOf(bench: Bench, cell: Cell, measureMs: number): LoadOrder {
  const server = cell.server === "before" ? (bench.before ?? bench.server) : bench.server
  const { hostname, port } = new URL(server.ossEndpoint)
  return {
    host: hostname,
    port: cell.server === "bare" ? bench.barePort : Number(port),
    accessKeyId: server.accessKeyId,
    accessKeySecret: server.accessKeySecret,
    bucketName: isList(cell) && cell.size !== LISTED_OBJECTS ? FILLED_BUCKET : BUCKET,
    cell,
    firstName: takeNames(bench, cell),
    warmUpMs: WARM_UP_MS,
    measureMs,
    ...(isCounted(cell) ? { requests: Math.max(COUNTED_MIN, countOf(cell)) } : {}),
  }
}

/** An object in parts uses all connections at the same time. */
function countOf({ operation, connections }: Cell): number {
  return operation === "UPLOAD" || operation === "DOWNLOAD" ? 0 : connections
}

async function measureCell(bench: Bench, cell: Cell, measureMs: number): Promise<Round> {
  const server = cell.server === "before" ? (bench.before ?? bench.server) : bench.server
  const pid = (cell.server === "bare" ? bench.bare : server.process).pid ?? 0
  const load = loadOf(bench, cell, measureMs)
  const doomed = cell.operation === "DELETE" ? await writeDoomed(bench, load) : undefined
  forgetPeakMemory(pid)
  const before = processorTimeOf(pid)
  const result = await order(bench.generator, { ...load, ...(doomed && { requests: doomed }) })
  const after = processorTimeOf(pid)
  const count = Math.max(result.requestsInAll, 1)
  const isKnown = before !== undefined && after !== undefined
  return {
    ...result,
    gatewayUs: isKnown ? (after.gatewayUs - before.gatewayUs) / count : undefined,
    serverUs: isKnown ? (after.processUs - before.processUs) / count : undefined,
    peakMiB: peakMemoryMiB(pid),
  }
}

/** Writes the objects that are deleted afterwards. Returns their number. */
async function writeDoomed({ generator }: Bench, load: LoadOrder): Promise<number> {
  const { requestsInAll } = await order(generator, {
    ...load,
    cell: { ...load.cell, operation: "PUT" },
    warmUpMs: 0,
  })
  return requestsInAll
}

/** Writes the objects that the cells read but do not write themselves. */
async function writeWhatIsRead(bench: Bench, cells: readonly Cell[]): Promise<void> {
  for (const cell of cells) {
    const operation = writerOf(cell)
    if (operation === undefined || cell.server === "bare") continue
    const isWritten = cells.some(
      (each) =>
        nameOf({ ...each, connections: 1 }) === nameOf({ ...cell, operation, connections: 1 }),
    )
    if (isWritten) continue
    const requests = operation === "UPLOAD" ? 1 : readNames(cell)
    const load = loadOf(bench, { ...cell, operation }, 0)
    await order(bench.generator, { ...load, firstName: 0, requests })
  }
}

async function measureAll(bench: Bench, groups: readonly Cell[][]): Promise<Map<Cell, Round[]>> {
  const results = new Map<Cell, Round[]>(groups.flat().map((cell) => [cell, []]))
  await writeWhatIsRead(bench, groups.flat())
  for (let round = 0; round <= settings.rounds; round += 1) {
    for (const cell of groups.flatMap((group) => takeTurns(group, round))) {
      const which = round === 0 ? "warming up" : `round ${round} of ${settings.rounds}`
      process.stderr.write(`\r${which}: ${nameOf(cell).padEnd(46)}`)
      const measureMs = round === 0 ? settings.firstMs : settings.measureMs
      const result = await measureCell(bench, cell, measureMs)
      if (round > 0) results.get(cell)?.push(result)
    }
  }
  process.stderr.write("\n")
  return results
}

/** Writes the objects to list, 32 at a time. */
async function prepareBucket(server: ServerProcess): Promise<void> {
  const oss = new OSS({ ...server, endpoint: server.ossEndpoint, bucket: BUCKET, timeout: 60_000 })
  await oss.putBucket(BUCKET)
  let next = 0
  const put = async (): Promise<void> => {
    while (next < LISTED_OBJECTS) await oss.put(nameInFolder(next++), Buffer.from("x"))
  }
  await Promise.all(Array.from({ length: 32 }, put))
}

async function fill(directory: string, count: string): Promise<void> {
  process.stderr.write(`filling a bucket with ${count} objects\n`)
  const program = [join(import.meta.dirname, "fill.ts"), directory, count]
  const [code] = (await once(spawn(process.execPath, program, { stdio: "inherit" }), "exit")) as [
    number | null,
  ]
  if (code !== 0) throw new Error("the bucket was not filled")
}

interface Setup {
  readonly groups: readonly Cell[][]
  readonly args: readonly string[]
  /** The processors of the server and of the client. */
  readonly pinned?: { readonly server: string; readonly client: string }
}

/** Runs the cells against new servers. */
async function measure({ groups, args, pinned }: Setup): Promise<Map<Cell, Round[]>> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-bench-"))
  const data = join(directory, "data")
  if (values.listed !== undefined) await fill(data, values.listed)
  const own = pinned === undefined ? {} : { processors: pinned.server }
  const server = await startServerProcess(data, { args, ...own })
  const before =
    values.against === undefined
      ? undefined
      : await startServerProcess(join(directory, "before"), { root: values.against })
  const generator = fork(join(import.meta.dirname, "load-generator.ts"))
  if (pinned !== undefined) spawn("taskset", ["-acp", pinned.client, String(generator.pid)])
  const bare = fork(join(import.meta.dirname, "bare-server.ts"))
  const [barePort] = (await once(bare, "message")) as [number]
  try {
    await prepareBucket(server)
    if (before !== undefined) await prepareBucket(before)
    const bench = { server, before, generator, bare, barePort, nextNames: new Map() }
    return await measureAll(bench, groups)
  } finally {
    generator.kill()
    bare.kill()
    await server.stop()
    await before?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function wantedGroups(): Cell[][] {
  const [wanted] = positionals
  const listed = [LISTED_OBJECTS, ...(values.listed === undefined ? [] : [Number(values.listed)])]
  const groups = cellGroups(listed, values.against !== undefined).map((group) =>
    group.filter((cell) => wanted === undefined || nameOf(cell).includes(wanted)),
  )
  return groups
}

function summaries(results: ReadonlyMap<Cell, Round[]>): ReturnType<typeof summarize>[] {
  return Array.from(results, ([cell, rounds]) => summarize(cell, rounds))
}

async function main(): Promise<void> {
  const groups = wantedGroups()
  if (groups.every((group) => group.length === 0)) {
    process.stderr.write(`osseal: no cell's name contains "${positionals[0]}"; see --help\n`)
    process.exitCode = 2
    return
  }
  if (values.processors !== undefined) {
    await measureScaling(groups, values.processors.split(",").map(Number))
    return
  }
  const primitives = measurePrimitives()
  const found = summaries(await measure({ groups, args: ["--gateways", values.gateways] }))
  printTable(found)
  for (const [name, figure] of Object.entries(primitives)) {
    process.stdout.write(`${name.padEnd(42)}${String(figure).padStart(12)}\n`)
  }
  const isWhole = positionals.length === 0 && values.against === undefined
  if (isWhole) await writeResults(primitives, settings, found)
  if (found.some(({ failures }) => failures > 0)) process.exitCode = 1
}

/** The number of processors decides how many gateways the server starts. */
async function measureScaling(groups: readonly Cell[][], counts: readonly number[]): Promise<void> {
  const last = availableParallelism() - 1
  const byProcessors = new Map<number, ReturnType<typeof summarize>[]>()
  for (const count of counts) {
    const client = count <= last ? `${count}-${last}` : `0-${last}`
    const pinned = { server: `0-${count - 1}`, client }
    const found = summaries(await measure({ groups, args: [], pinned }))
    process.stdout.write(`\nserver on ${count}, client on processors ${client}\n`)
    printTable(found)
    byProcessors.set(count, found)
  }
  printScaling(byProcessors)
}

if (values.help) process.stdout.write(HELP)
else await main()
