import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { test } from "node:test"
import { createDataKeyCache } from "./data-key-cache.ts"
import type { DataKeyContext, WrappedDataKey } from "./data-keys.ts"

const DATA_KEY = createSecretKey(Buffer.alloc(32, 1))
const CONTEXT: DataKeyContext = {
  bucketInstanceId: Buffer.alloc(16, 1),
  objectKey: "object",
  dataKeyId: "id",
}
const WRAPPED: WrappedDataKey = { provider: "service", wrapped: Buffer.from("wrapped") }

test("a data key is found only for the same wrapped bytes and the same context", () => {
  const cache = createDataKeyCache()
  assert.equal(cache.find(WRAPPED, CONTEXT), undefined)
  cache.remember(WRAPPED, CONTEXT, DATA_KEY)
  assert.equal(cache.find(WRAPPED, { ...CONTEXT }), DATA_KEY)
  assert.equal(cache.find({ ...WRAPPED, wrapped: Buffer.from("wrappee") }, CONTEXT), undefined)
  for (const other of [
    { bucketInstanceId: Buffer.alloc(16, 2) },
    { objectKey: "other" },
    { dataKeyId: "other" },
  ]) {
    assert.equal(cache.find(WRAPPED, { ...CONTEXT, ...other }), undefined)
  }
})

test("beyond 4,096 data keys the oldest are evicted", () => {
  const cache = createDataKeyCache()
  const contexts = Array.from({ length: 4200 }, (_, index) => ({
    ...CONTEXT,
    dataKeyId: String(index),
  }))
  for (const context of contexts) cache.remember(WRAPPED, context, DATA_KEY)
  const known = contexts.map((context) => cache.find(WRAPPED, context) !== undefined)
  assert.equal(known.indexOf(true), 4200 - 4096)
  assert.equal(known.filter(Boolean).length, 4096)
})
