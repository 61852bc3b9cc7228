import assert from "node:assert/strict"
import fc from "fast-check"
import { afterPrefix, compareBytes, utf8 } from "../../base/bytes.ts"
import { commonPrefixOf } from "../common-prefix.ts"
import type { Row, Scan, Scanned, StoreKey } from "../metadata-store.ts"
import {
  assertApplied,
  commitOf,
  createBench,
  type MetadataBench,
  type MetadataCases,
  textOf,
  write,
} from "./metadata-case.ts"

export const READ_CASES: MetadataCases = {
  async "a get answers in the order of its keys, with gaps and repetitions"(bench) {
    await bench.put("a", "1")
    await bench.put("b", "2")
    const keys = ["b", "none", "a", "b"].map(bench.key)
    const rows = await bench.store.get(keys)
    const values = rows.map((row) => (row === undefined ? undefined : textOf(row.value)))
    assert.deepEqual(values, ["2", undefined, "1", "2"])
    assert.deepEqual(await bench.store.get([]), [])
  },

  async "one get and one scan never see half a commit"(bench) {
    const suffixes = ["a", "b", "c"]
    const keys = suffixes.map(bench.key)
    const writeAll = async (): Promise<void> => {
      assertApplied(await bench.commit(keys.map((key) => write(key, "x".repeat(3000)))))
    }
    await writeAll()
    const written = new AbortController()
    const writers = Promise.all(
      Array.from({ length: 3 }, async () => {
        for (let round = 0; round < 40; round += 1) await writeAll()
      }),
    ).finally(() => written.abort())
    while (!written.signal.aborted) {
      const rows = await bench.store.get(keys)
      assert.equal(new Set(rows.map((row) => row?.version)).size, 1)
      const scanned = await bench.store.scan({ ...bench.bounds, limit: 10 })
      assert.equal(new Set(scanned.map((each) => each.kind === "row" && each.version)).size, 1)
      await new Promise(setImmediate)
    }
    await writers
  },

  async "keys are ordered as unsigned bytes, a prefix before its extensions"(bench) {
    const suffixes = [
      [],
      [0],
      [0, 0],
      [0, 0xff],
      [1],
      [0x7f],
      [0x7f, 0],
      [0x80],
      [0xc3],
      [0xff],
      [0xff, 0],
    ]
    const keys = suffixes.map((suffix) => bench.key(Buffer.from(suffix)))
    assertApplied(await bench.commit(keys.toReversed().map((key) => write(key, ""))))
    const seen = await bench.store.scan({ ...bench.bounds, limit: 100 })
    assert.deepEqual(
      seen.map(hexOf),
      keys.map((key) => key.toString("hex")),
    )
    const descending = await bench.store.scan({ ...bench.bounds, limit: 100, reverse: true })
    assert.deepEqual(descending.map(hexOf), seen.map(hexOf).reverse())
  },

  async "a scan includes its first bound and excludes its second"(bench) {
    for (const suffix of ["a", "b", "c", "d"]) await bench.put(suffix, suffix)
    const between = { from: bench.key("b"), to: bench.key("d"), limit: 10 }
    const expected = ["b", "c"].map((suffix) => bench.key(suffix).toString("hex"))
    assert.deepEqual((await bench.store.scan(between)).map(hexOf), expected)
    const descending = await bench.store.scan({ ...between, reverse: true })
    assert.deepEqual(descending.map(hexOf), expected.toReversed())
  },

  async "a scan may begin before every key, and finds nothing where its bounds are equal or crossed"(
    bench,
  ) {
    await bench.put("a", "1")
    const fromStart = { from: Buffer.alloc(0), to: bench.bounds.to, limit: 1000, values: false }
    const scanned = await bench.store.scan({ ...fromStart, reverse: true, limit: 1 })
    assert.deepEqual(scanned.map(hexOf), [bench.key("a").toString("hex")])
    const first = await bench.store.scan({ ...fromStart, limit: 1 })
    assert.equal(first.length, 1)
    const { from, to } = bench.bounds
    assert.deepEqual(await bench.store.scan({ from, to: from, limit: 10 }), [])
    assert.deepEqual(await bench.store.scan({ from: to, to: from, limit: 10 }), [])
  },

  async "a scan without values has keys and versions"(bench) {
    const version = await bench.put("a", "x".repeat(5000))
    const [row] = await bench.store.scan({ ...bench.bounds, limit: 10, values: false })
    assert.ok(row?.kind === "row")
    assert.equal(row.version, version)
    assert.equal(row.value.length, 0)
  },

  async "a scan returns the values of the rows that it is asked for"(bench) {
    const version = await bench.put("a", "1")
    for (const suffix of ["b", "c"]) await bench.put(suffix, "1")
    const values: Scan["values"] = (key, found) =>
      found === version || Buffer.from(key).equals(bench.key("c"))
    const rows = await bench.store.scan({ ...bench.bounds, limit: 10, values })
    const told = rows.map((row) => (row.kind === "row" ? textOf(row.value) : row.kind))
    assert.deepEqual(told, ["1", "", "1"])
  },

  async "a collapsing scan returns a prefix once and counts it once"(bench) {
    const suffixes = ["a", "b/1", "b/2", "b/3/4", "b0", "c//", "d"]
    for (const suffix of suffixes) await bench.put(suffix, suffix)
    const collapse = { after: bench.prefix.length, delimiter: utf8("/") }
    const scan = { ...bench.bounds, collapse }
    const whole = (await bench.store.scan({ ...scan, limit: 10 })).map(hexOf)
    const hex = (suffix: string): string => bench.key(suffix).toString("hex")
    assert.deepEqual(whole, [hex("a"), `${hex("b/")}*`, hex("b0"), `${hex("c/")}*`, hex("d")])
    assert.deepEqual((await bench.store.scan({ ...scan, limit: 2 })).map(hexOf), whole.slice(0, 2))
  },

  async "every scan finds what a sorted list of the rows holds"({ store, valueBytesMax }) {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.array(anyScan, { minLength: 1, maxLength: 8 }),
        async (history, scans) => {
          const bench = createBench(store, valueBytesMax)
          const model = new Map<string, Row>()
          for (const changes of history) await apply(bench, model, changes)
          for (const each of scans) {
            const scan = scanOf(bench, each)
            assert.deepEqual((await store.scan(scan)).map(plain), modelScan(model, scan).map(plain))
          }
        },
      ),
      { numRuns: 40 },
    )
  },
}

const anySuffix = fc
  .array(fc.constantFrom(0x00, 0x2f, 0x61, 0x62, 0xff), { minLength: 0, maxLength: 5 })
  .map((bytes) => Buffer.from(bytes))

/** Consecutive commits; an undefined value deletes. */
const anyHistory = fc.array(
  fc.uniqueArray(
    fc.record({
      suffix: anySuffix,
      value: fc.option(fc.nat({ max: 3000 }), { nil: undefined, freq: 4 }),
    }),
    { minLength: 1, maxLength: 20, selector: ({ suffix }) => suffix.toString("hex") },
  ),
  { minLength: 1, maxLength: 4 },
)

function isEven(key: StoreKey): boolean {
  return (key.at(-1) ?? 0) % 2 === 0
}

const anyScan = fc.record({
  from: anySuffix,
  to: fc.option(anySuffix, { nil: undefined }),
  limit: fc.integer({ min: 1, max: 12 }),
  reverse: fc.boolean(),
  values: fc.constantFrom(true, false, isEven),
  collapse: fc.option(
    fc.record({
      extra: fc.nat({ max: 2 }),
      delimiter: fc.constantFrom(Buffer.from("/"), Buffer.from("a/"), Buffer.of(0xff)),
    }),
    { nil: undefined },
  ),
})

type Changes = (typeof anyHistory extends fc.Arbitrary<infer T> ? T : never)[number]
type AnyScan = typeof anyScan extends fc.Arbitrary<infer T> ? T : never

async function apply(
  bench: MetadataBench,
  model: Map<string, Row>,
  changes: Changes,
): Promise<void> {
  const commit = commitOf(
    changes.map(({ suffix, value }) =>
      write(bench.key(suffix), value === undefined ? null : Buffer.alloc(value, 0x76)),
    ),
  )
  assertApplied(await bench.store.commit(commit))
  for (const { key, value } of commit.writes) {
    if (value === null) model.delete(textOf(key))
    else model.set(textOf(key), { key, value, version: commit.version })
  }
}

function scanOf(
  bench: MetadataBench,
  { from, to, limit, reverse, values, collapse }: AnyScan,
): Scan {
  const bounds = { from: bench.key(from), to: to === undefined ? bench.bounds.to : bench.key(to) }
  if (collapse === undefined) return { ...bounds, limit, reverse, values }
  const after = bench.prefix.length + collapse.extra
  return { ...bounds, limit, values, collapse: { after, delimiter: collapse.delimiter } }
}

/** The contract of a scan, applied to a list: slow and plain. */
function modelScan(model: ReadonlyMap<string, Row>, scan: Scan): Scanned[] {
  const rows = [...model.values()]
    .filter(({ key }) => compareBytes(key, scan.from) >= 0 && compareBytes(key, scan.to) < 0)
    .sort((left, right) => compareBytes(left.key, right.key))
  if (scan.reverse === true) rows.reverse()
  const found: Scanned[] = []
  let skipTo: Uint8Array | undefined = Buffer.alloc(0)
  for (const row of rows) {
    if (found.length === scan.limit || skipTo === undefined) break
    if (scan.reverse !== true && compareBytes(row.key, skipTo) < 0) continue
    const prefix = scan.collapse === undefined ? undefined : commonPrefixOf(row.key, scan.collapse)
    if (prefix !== undefined) {
      found.push({ kind: "prefix", prefix })
      skipTo = afterPrefix(prefix)
    } else {
      found.push({
        kind: "row",
        ...row,
        value: hasValue(row, scan) ? row.value : Buffer.alloc(0),
      })
    }
  }
  return found
}

function hasValue({ key, version }: Row, { values = true }: Scan): boolean {
  return values === true || (values !== false && values(key, version))
}

function plain(scanned: Scanned): object {
  if (scanned.kind === "prefix") return { prefix: textOf(scanned.prefix) }
  assert.ok(scanned.kind === "row")
  return { key: textOf(scanned.key), version: scanned.version, value: textOf(scanned.value) }
}

/** In hexadecimal; a prefix has a star after it. */
function hexOf(scanned: Scanned): string {
  if (scanned.kind === "prefix") return `${Buffer.from(scanned.prefix).toString("hex")}*`
  return Buffer.from(scanned.key).toString("hex")
}
