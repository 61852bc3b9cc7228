// Measures the local engine below everything else, on a new directory: commits as small PUTs make them, gets, scans and
// blobs. Prints a table. BENCH_DIRECTORY sets the directory; the file system there is what is measured.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pino from "pino"
import { uint32 } from "../src/base/bytes.ts"
import { systemClock } from "../src/base/clock.ts"
import { randomBytes, timeOrderedId } from "../src/base/random.ts"
import { newBlobId } from "../src/storage/blob-store.ts"
import { newCommit } from "../src/storage/commit.ts"
import { type LocalStore, openLocalStore } from "../src/storage/local/local-store.ts"
import { prefixBounds, rowKey } from "../src/storage/row-keys.ts"

const MEASURE_MS = Number(process.env["BENCH_MEASURE_MS"] ?? 4000)
const ROW = randomBytes(500)

interface Cell {
  readonly name: string
  readonly inFlight: number
  readonly step: (local: LocalStore) => Promise<unknown>
}

/** All rows that count do so in one group, like those of a busy bucket. */
const TALLY = { group: randomBytes(17), bytes: 4096 }

/** A row under a random key, as names arrive, and the object's bytes under an ascending id. */
function commitCell(inFlight: number, valueBytes: number, counted?: typeof TALLY): Cell {
  const value = randomBytes(valueBytes)
  const rowName = counted === undefined ? "500 B row" : "500 B row that counts"
  return {
    name: valueBytes === 0 ? `commit of a ${rowName}` : `commit of a ${rowName} + ${valueBytes} B`,
    inFlight,
    step({ metadata }) {
      const plain = { key: rowKey("current", randomBytes(16)), value: ROW, expect: "any" as const }
      const row = counted === undefined ? plain : { ...plain, tally: counted }
      const bytesKey = rowKey("blob", timeOrderedId(systemClock.nowMs()))
      const bytes = { key: bytesKey, value, expect: "absent" as const }
      const writes = valueBytes === 0 ? [row] : [row, bytes]
      return metadata.commit(newCommit(systemClock, { guards: [], writes }))
    },
  }
}

function blobCell(inFlight: number, blobBytes: number): Cell {
  const bytes = randomBytes(blobBytes)
  return {
    name: `blob of ${blobBytes} B`,
    inFlight,
    async step({ blobs }) {
      const writer = await blobs.create(newBlobId(systemClock.nowMs()))
      await writer.write([bytes])
      return await writer.commit()
    },
  }
}

const LISTED = prefixBounds(rowKey("settings"))
const LISTED_ROWS = 1000

const CELLS: readonly Cell[] = [
  commitCell(1, 4096),
  commitCell(32, 4096),
  commitCell(32, 4096, TALLY),
  commitCell(32, 16_384),
  commitCell(32, 0),
  blobCell(1, 4096),
  blobCell(32, 4096),
  blobCell(32, 1024 * 1024),
  {
    name: "get of one key",
    inFlight: 1,
    step: ({ metadata }) =>
      metadata.get([rowKey("settings", uint32(Math.floor(performance.now() * 1e3) % LISTED_ROWS))]),
  },
  {
    name: `scan of ${LISTED_ROWS} rows`,
    inFlight: 1,
    step: ({ metadata }) => metadata.scan({ ...LISTED, limit: LISTED_ROWS }),
  },
]

async function measure(
  local: LocalStore,
  { inFlight, step }: Cell,
): Promise<{ perSecond: number; p50Ms: number; p99Ms: number }> {
  const timesMs: number[] = []
  const startMs = performance.now()
  const endMs = startMs + MEASURE_MS
  const loop = async (): Promise<void> => {
    for (let beforeMs = performance.now(); beforeMs < endMs;) {
      await step(local)
      const nowMs = performance.now()
      timesMs.push(nowMs - beforeMs)
      beforeMs = nowMs
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  const perSecond = timesMs.length / ((performance.now() - startMs) / 1000)
  timesMs.sort((left, right) => left - right)
  const at = (share: number): number => timesMs[Math.floor(timesMs.length * share)] ?? 0
  return { perSecond, p50Ms: at(0.5), p99Ms: at(0.99) }
}

async function fill({ metadata }: LocalStore): Promise<void> {
  const writes = Array.from({ length: LISTED_ROWS }, (_, each) => ({
    key: rowKey("settings", uint32(each)),
    value: ROW,
    expect: "any" as const,
  }))
  await metadata.commit(newCommit(systemClock, { guards: [], writes }))
}

process.stdout.write("| step | in flight | per second | p50 ms | p99 ms |\n|---|---|---|---|---|\n")
for (const cell of CELLS) {
  const directory = await mkdtemp(join(process.env["BENCH_DIRECTORY"] ?? tmpdir(), "osseal-bench-"))
  const local = await openLocalStore(directory, {
    clock: systemClock,
    log: pino({ level: "silent" }),
  })
  await fill(local)
  const { perSecond, p50Ms, p99Ms } = await measure(local, cell)
  const figures = [perSecond.toFixed(0), p50Ms.toFixed(3), p99Ms.toFixed(3)]
  process.stdout.write(`| ${[cell.name, cell.inFlight, ...figures].join(" | ")} |\n`)
  await local.close()
  await rm(directory, { recursive: true })
}
