// What a server does with a great many objects. DIRECTORY is one that fill.ts filled. Measures how long a start takes
// until requests are answered, and the processor time that the gateway's thread takes for a list page, GetBucketStat
// and a sweep. Prints a table.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pino from "pino"
import { systemClock } from "../src/base/clock.ts"
import { openDataDirectory } from "../src/data-directory.ts"
import { createBudget, takeLease } from "../src/keeper/keeper.ts"
import { statBucket } from "../src/objects/bucket-stat.ts"
import { type Bucket, loadBucket } from "../src/objects/buckets.ts"
import { sweepJob } from "../src/objects/jobs/sweep.ts"
import { listObjects } from "../src/objects/list.ts"
import { parseBucketName } from "../src/objects/names.ts"
import type { ObjectStore } from "../src/objects/object-store.ts"
import { startServerProcess } from "../scripts/server-process.ts"
import { FILLED_BUCKET, FOLDERS } from "./messages.ts"

const PAGES = 50
const PAGES_AGAIN = 10
const STARTS = 5

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Processor time of this thread for one turn of `work`, in milliseconds; the first turns are not counted. */
async function measure(turns: number, work: (turn: number) => Promise<unknown>): Promise<number> {
  const first = Math.ceil(turns / 2)
  for (let turn = 0; turn < first; turn += 1) await work(turn)
  const beforeMs = threadMs()
  for (let turn = first; turn < first + turns; turn += 1) await work(turn)
  return (threadMs() - beforeMs) / turns
}

/** A folder of the bucket, another one each turn, from everywhere in the order of the list. */
function folderOf(turn: number): string {
  return `folder-${(turn * 13) % FOLDERS}/`
}

/** Until a server responds to a request that reads its rows, including Node's own start-up time. */
async function measureStart(directory: string): Promise<number> {
  const startedMs = performance.now()
  const server = await startServerProcess(directory)
  try {
    // Not signed, and so refused; but the bucket is looked up.
    const answer = await fetch(`${server.ossEndpoint}/${FILLED_BUCKET}?max-keys=1`)
    await answer.text()
    return performance.now() - startedMs
  } finally {
    await server.stop()
  }
}

async function sweepWhole(store: ObjectStore): Promise<number> {
  const lease = await takeLease(store)
  const job = sweepJob(store)
  const beforeMs = threadMs()
  let cursor: string | undefined
  do {
    const run = await job.run(cursor, createBudget(lease, new AbortController().signal))
    cursor = run.cursor
  } while (cursor !== undefined)
  return threadMs() - beforeMs
}

async function measureStore(
  store: ObjectStore,
  bucket: Bucket,
): Promise<Readonly<Record<string, number>>> {
  const page = { prefix: "", delimiter: "", limit: 1000 }
  const sum = (await statBucket(store, bucket)).byStorageClass.get("Standard")
  const objects = sum?.objectCount ?? 0
  const sweepMs = await sweepWhole(store)
  return {
    objects,
    "list of 1,000, ms": await measure(PAGES, (turn) =>
      listObjects(store, bucket, { ...page, after: folderOf(turn) }),
    ),
    "list of 1,000 again, ms": await measure(PAGES, (turn) =>
      listObjects(store, bucket, { ...page, after: folderOf(turn % PAGES_AGAIN) }),
    ),
    "list by folders, ms": await measure(PAGES, () =>
      listObjects(store, bucket, { ...page, delimiter: "/", after: "" }),
    ),
    "GetBucketStat, ms": await measure(PAGES, () => statBucket(store, bucket)),
    "whole sweep, ms": sweepMs,
    "sweep for each object, us": (sweepMs * 1000) / objects,
  }
}

/** The median of several starts, next to those of an empty directory, which is the program's own start-up time. */
async function measureStarts(directory: string): Promise<Readonly<Record<string, number>>> {
  const empty = await mkdtemp(join(tmpdir(), "osseal-bench-"))
  const emptyMs: number[] = []
  const fullMs: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    emptyMs.push(await measureStart(empty))
    fullMs.push(await measureStart(directory))
  }
  await rm(empty, { recursive: true })
  return {
    "start of an empty one, ms": median(emptyMs),
    "start until a request, ms": median(fullMs),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}

const [directory = ""] = process.argv.slice(2)
const starts = await measureStarts(directory)
const unlock = { kind: "key-file", path: undefined } as const
const surroundings = { region: "cn-hangzhou", clock: systemClock, log: pino({ level: "warn" }) }
const data = await openDataDirectory(directory, unlock, surroundings)
const bucket = await loadBucket(data.store, parseBucketName(FILLED_BUCKET))
const figures = { ...starts, ...(await measureStore(data.store, bucket)) }
for (const [name, figure] of Object.entries(figures)) {
  process.stdout.write(`${name.padEnd(28)} ${Number(figure.toPrecision(3))}\n`)
}
await data.close()
