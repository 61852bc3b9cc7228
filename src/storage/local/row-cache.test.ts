import assert from "node:assert/strict"
import { test } from "node:test"
import { uint32 } from "../../base/bytes.ts"
import type { Row, StoreKey, Version, Write } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { createRowCache } from "./row-cache.ts"

const KEY = rowKey("settings", "row")

function rowOf(storeKey: StoreKey, version: bigint, valueBytes = 10): Row {
  return { key: storeKey, value: Buffer.alloc(valueBytes), version: version as Version }
}

function writeOf(storeKey: StoreKey): Write {
  return { key: storeKey, value: Buffer.of(1), expect: "any" }
}

const neverRead = (): never => assert.fail("was to be remembered")

test("a row is read once while nobody writes it, and is the same object each time", () => {
  const cache = createRowCache()
  const row = rowOf(KEY, 1n)
  assert.equal(
    cache.get(KEY, () => row),
    row,
  )
  assert.equal(cache.get(Buffer.from(KEY), neverRead), row)
  assert.deepEqual(cache.findAll([KEY, KEY]), [row, row])
  assert.equal(cache.findAll([KEY, rowKey("settings", "other")]), undefined)
})

test("a row that is missing is asked for again", () => {
  const cache = createRowCache()
  const row = rowOf(KEY, 1n)
  assert.equal(
    cache.get(KEY, () => undefined),
    undefined,
  )
  assert.equal(
    cache.get(KEY, () => row),
    row,
  )
})

test("while any commit may be writing a row it is neither answered from memory nor remembered", () => {
  const cache = createRowCache()
  const [before, during, after] = [rowOf(KEY, 1n), rowOf(KEY, 2n), rowOf(KEY, 3n)]
  cache.get(KEY, () => before)
  const first = cache.changing([writeOf(KEY)])
  const second = cache.changing([writeOf(KEY)])
  assert.equal(cache.findAll([KEY]), undefined)
  assert.equal(
    cache.get(KEY, () => during),
    during,
  )
  first()
  assert.equal(
    cache.get(KEY, () => after),
    after,
  )
  assert.equal(
    cache.get(KEY, () => during),
    during,
  )
  second()
  assert.equal(
    cache.get(KEY, () => after),
    after,
  )
  assert.equal(cache.get(KEY, neverRead), after)
})

test("the oldest rows make room, by what they take", () => {
  const cache = createRowCache(10_000)
  const storeKeys = Array.from({ length: 20 }, (_, each) => rowKey("settings", uint32(each)))
  for (const storeKey of storeKeys) cache.get(storeKey, () => rowOf(storeKey, 1n, 700))
  const kept = storeKeys.filter((storeKey) => cache.findAll([storeKey]) !== undefined)
  assert.deepEqual(kept, storeKeys.slice(-9))
  cache.get(KEY, () => rowOf(KEY, 1n, 20_000))
  assert.equal(cache.findAll([KEY]), undefined)
})
