import assert from "node:assert/strict"
import { test } from "node:test"
import { uint32 } from "../../base/bytes.ts"
import type { Row, StoreKey, Version, Write } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { createRowCache, type RowCache } from "./row-cache.ts"

const KEY = rowKey("settings", "row")

function rowOf(storeKey: StoreKey, version: bigint, valueBytes = 10): Row {
  return { key: storeKey, value: Buffer.alloc(valueBytes), version: version as Version }
}

function writeOf(storeKey: StoreKey): Write {
  return { key: storeKey, value: Buffer.of(1), expect: "any" }
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
  const cache = createRowCache()
  const row = rowOf(KEY, 1n)
  assert.equal(ask(cache, [KEY], [row]).found[0], row)
  assert.equal(cache.get([Buffer.from(KEY)], neverRead)[0], row)
  assert.deepEqual(cache.get([KEY, KEY], neverRead), [row, row])
})

test("of several rows those that are not remembered are read together, and remembered then", () => {
  const cache = createRowCache()
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
  const cache = createRowCache()
  const row = rowOf(KEY, 1n)
  assert.equal(ask(cache, [KEY], []).found[0], undefined)
  assert.equal(ask(cache, [KEY], [row]).found[0], row)
})

test("while any commit may be writing a row it is neither answered from memory nor remembered", () => {
  const cache = createRowCache()
  const other = rowOf(rowKey("settings", "other"), 9n)
  const [before, during, after] = [rowOf(KEY, 1n), rowOf(KEY, 2n), rowOf(KEY, 3n)]
  ask(cache, [KEY], [before])
  const first = cache.changing([writeOf(KEY)])
  const second = cache.changing([writeOf(KEY)])
  assert.equal(isRemembered(cache, KEY), false)
  assert.deepEqual(ask(cache, [KEY, other.key], [during, other]).found, [during, other])
  assert.equal(isRemembered(cache, other.key), true)
  first()
  assert.equal(ask(cache, [KEY], [after]).found[0], after)
  assert.equal(ask(cache, [KEY], [during]).found[0], during)
  second()
  assert.equal(ask(cache, [KEY], [after]).found[0], after)
  assert.equal(cache.get([KEY], neverRead)[0], after)
})

test("the oldest rows make room, by what they take", () => {
  const cache = createRowCache(10_000)
  const storeKeys = Array.from({ length: 20 }, (_, each) => rowKey("settings", uint32(each)))
  for (const storeKey of storeKeys) ask(cache, [storeKey], [rowOf(storeKey, 1n, 700)])
  const kept = storeKeys.filter((storeKey) => isRemembered(cache, storeKey))
  assert.deepEqual(kept, storeKeys.slice(-9))
  ask(cache, [KEY], [rowOf(KEY, 1n, 20_000)])
  assert.equal(isRemembered(cache, KEY), false)
})
