import assert from "node:assert/strict"
import { test } from "node:test"
import {
  anotherStore,
  openBucket,
  openStore,
  put,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { statBucket } from "./bucket-stat.ts"

test("a bucket's numbers are told without reading a row", async () => {
  const fixture = openStore()
  const bucket = await openBucket(fixture.store, "never")
  for (const name of ["a", "b", "c"]) {
    await put(fixture.store, await targetOf(fixture.store, name), Buffer.alloc(10))
  }
  const refuse = (): Promise<never> => Promise.reject(new Error("a row was read"))
  const blind = anotherStore(fixture, (metadata) => ({ ...metadata, get: refuse, scan: refuse }))
  const { byStorageClass } = await statBucket(blind, bucket)
  assert.deepEqual(byStorageClass.get("Standard"), { objectCount: 3, sizeBytes: 30 })
})
