import assert from "node:assert/strict"
import { test } from "node:test"
import { uint32 } from "../../base/bytes.ts"
import type { Row, StoreKey, Version } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { createRowCache, type RowCache } from "./row-cache.ts"
import { createRowChanges, nameOf } from "./row-changes.ts"

const KEY = rowKey("settings", "row")

function rowOf(storeKey: StoreKey, version: bigint, valueBytes = 10): Row {
  return { key: storeKey, value: Buffer.alloc(valueBytes), version: version as Version }
}

const neverRead = (): never => assert.fail("was to be remembered")

/** The results of a cache over `rows` for `storeKeys`, and the rows it asked for. */
function ask(cache: RowCache, storeKeys: readonly StoreKey[], rows: readonly Row[]) {
  const asked: StoreKey[] = []
  const found = cache.get(storeKeys, (missing) => {
    asked.push(...missing)
    return missing.map((each) => rows.find(({ key }) => Buffer.from(each).equals(key)))
  })
  return { found, asked }
}

function isRemembered(cache: RowCache, storeKey: StoreKey): boolean {
  return ask(cache, [storeKey], []).asked.length === 0
}

test("a row is read once while nobody writes it, and is the same object each time", () => {
  const cache = createRowCache(createRowChanges())
  const row = rowOf(KEY, 1n)
  assert.equal(ask(cache, [KEY], [row]).found[0], row)
  assert.equal(cache.get([Buffer.from(KEY)], neverRead)[0], row)
  assert.deepEqual(cache.get([KEY, KEY], neverRead), [row, row])
})

test("several uncached rows are read together, and cached then", () => {
  const cache = createRowCache(createRowChanges())
  const [first, second, third] = [1, 2, 3].map((each) => rowKey("settings", uint32(each)))
  assert(first !== undefined && second !== undefined && third !== undefined)
  const rows = [rowOf(first, 1n), rowOf(third, 3n)]
  ask(cache, [first], rows)
  const { found, asked } = ask(cache, [third, first, second], rows)
  assert.deepEqual(asked, [third, second])
  assert.deepEqual(found, [rows[1], rows[0], undefined])
  assert.deepEqual(cache.get([first, third], neverRead), rows)
})

test("a row that is missing is asked for again", () => {
  const cache = createRowCache(createRowChanges())
  const row = rowOf(KEY, 1n)
  assert.equal(ask(cache, [KEY], []).found[0], undefined)
  assert.equal(ask(cache, [KEY], [row]).found[0], row)
})

test("a row that was counted since it was read is read again, before and after its commit can be seen", () => {
  const changes = createRowChanges()
  const cache = createRowCache(changes)
  const other = rowOf(rowKey("settings", "other"), 9n)
  const [before, after] = [rowOf(KEY, 1n), rowOf(KEY, 2n)]
  ask(cache, [KEY, other.key], [before, other])
  const end = changes.begin([KEY])
  assert.deepEqual(ask(cache, [KEY, other.key], [before]), {
    found: [before, other],
    asked: [KEY],
  })
  end()
  assert.equal(ask(cache, [KEY], [after]).found[0], after)
  assert.equal(cache.get([KEY], neverRead)[0], after)
})

test("a row that changes while it is read is not cached", () => {
  const changes = createRowChanges()
  const cache = createRowCache(changes)
  cache.get([KEY], () => {
    changes.begin([KEY])()
    return [rowOf(KEY, 1n)]
  })
  assert.equal(isRemembered(cache, KEY), false)
})

test("rows of a commit that is visible but not yet answered are all read from one snapshot", () => {
  const changes = createRowChanges()
  const cache = createRowCache(changes)
  const other = rowKey("settings", "other")
  const [older, newer] = [1n, 2n].map((version) => [rowOf(KEY, version), rowOf(other, version)])
  assert(older !== undefined && newer !== undefined)
  const end = changes.begin([KEY, other])
  ask(cache, [KEY], older)
  assert.deepEqual(ask(cache, [KEY, other], newer).found, newer)
  assert.deepEqual(ask(cache, [KEY, other], newer).asked, [KEY, other])
  end()
  assert.deepEqual(ask(cache, [KEY, other], newer).found, newer)
})

test("rows that share a counter are cached again after a commit of both", () => {
  const changes = createRowChanges()
  const cache = createRowCache(changes)
  const storeKeys = Array.from({ length: 2000 }, (_, each) => rowKey("settings", uint32(each)))
  const counters = storeKeys.map((each) => changes.counterOf(nameOf(each)))
  assert.ok(new Set(counters).size < storeKeys.length, "some share a counter")
  changes.begin(storeKeys)()
  for (const storeKey of storeKeys) ask(cache, [storeKey], [rowOf(storeKey, 1n)])
  assert.ok(storeKeys.every((storeKey) => isRemembered(cache, storeKey)))
})

test("when a cached row changes while others are read, all are read again in one snapshot", () => {
  const changes = createRowChanges()
  const cache = createRowCache(changes)
  const other = rowKey("settings", "other")
  ask(cache, [KEY], [rowOf(KEY, 1n)])
  const newer = [rowOf(KEY, 2n), rowOf(other, 2n)]
  let reads = 0
  const found = cache.get([KEY, other], (missing) => {
    reads += 1
    if (reads === 1) changes.begin([KEY, other])()
    return missing.map((each) => newer.find(({ key }) => Buffer.from(each).equals(key)))
  })
  assert.deepEqual(found, newer)
  assert.equal(reads, 2)
})

test("the oldest rows make room, by what they take", () => {
  const cache = createRowCache(createRowChanges(), 10_000)
  const storeKeys = Array.from({ length: 20 }, (_, each) => rowKey("settings", uint32(each)))
  for (const storeKey of storeKeys) ask(cache, [storeKey], [rowOf(storeKey, 1n, 700)])
  const kept = storeKeys.filter((storeKey) => isRemembered(cache, storeKey))
  assert.deepEqual(kept, storeKeys.slice(-9))
  ask(cache, [KEY], [rowOf(KEY, 1n, 20_000)])
  assert.equal(isRemembered(cache, KEY), false)
})
