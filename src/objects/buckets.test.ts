import assert from "node:assert/strict"
import { test } from "node:test"
import { pino } from "pino"
import { fakeClock } from "../base/clock.ts"
import { openMemory } from "../data-directory.ts"
import { createBucket, loadBucket, type NewBucket } from "./buckets.ts"
import { parseBucketName } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"

const NAME = parseBucketName("some-bucket")
const NEW: NewBucket = {
  name: NAME,
  ownerId: "1",
  storageClass: "Standard",
  dataRedundancyType: "LRS",
}

async function openStore(): Promise<ObjectStore> {
  const log = pino({ level: "silent" })
  return (await openMemory({ region: "cn-hangzhou", clock: fakeClock(0), log })).store
}

test("its owner may make a bucket again, and what is given is set then", async () => {
  const store = await openStore()
  await createBucket(store, { ...NEW, acl: "public-read" })
  const { record } = await loadBucket(store, NAME)
  await createBucket(store, NEW)
  assert.deepEqual((await loadBucket(store, NAME)).record, record)
  await createBucket(store, { ...NEW, acl: "private" })
  assert.equal((await loadBucket(store, NAME)).record.acl, "private")
})

test("nobody else may, and not with another class or redundancy", async () => {
  const store = await openStore()
  await createBucket(store, NEW)
  for (const other of [
    { ownerId: "2", acl: "public-read-write" },
    { storageClass: "IA" },
    { dataRedundancyType: "ZRS" },
  ] as const) {
    await assert.rejects(createBucket(store, { ...NEW, ...other }), { code: "BucketAlreadyExists" })
  }
  assert.equal((await loadBucket(store, NAME)).record.acl, "private")
})
