import assert from "node:assert/strict"
import { test } from "node:test"
import { openBucket, openStore } from "../../test/objects/store-fixture.ts"
import { newCommit } from "../storage/commit.ts"
import { checkLedgers } from "../storage/ledger-check.ts"
import { createBucket, loadBucket, type NewBucket, reloadBucket, setBucketAcl } from "./buckets.ts"
import { parseBucketName } from "./names.ts"
import { bucketRow } from "./rows/keyspace.ts"

const NAME = parseBucketName("some-bucket")
const NEW: NewBucket = {
  name: NAME,
  ownerId: "1",
  storageClass: "Standard",
  dataRedundancyType: "LRS",
}

test("the owner may create a bucket again, which applies the given settings", async () => {
  const { store } = openStore()
  await createBucket(store, { ...NEW, acl: "public-read" })
  const { record } = await loadBucket(store, NAME)
  await createBucket(store, NEW)
  assert.deepEqual((await loadBucket(store, NAME)).record, record)
  await createBucket(store, { ...NEW, acl: "private" })
  assert.equal((await loadBucket(store, NAME)).record.acl, "private")
})

test("nobody else may create it again, nor with another class or redundancy", async () => {
  const { store } = openStore()
  await createBucket(store, NEW)
  for (const other of [
    { ownerId: "2", acl: "public-read-write" },
    { storageClass: "IA" },
    { dataRedundancyType: "ZRS" },
  ] as const) {
    await assert.rejects(createBucket(store, { ...NEW, ...other }), { code: "BucketExists" })
  }
  assert.equal((await loadBucket(store, NAME)).record.acl, "private")
})

test("an older row of a bucket, put back to make it public again, is detected", async () => {
  const { store, plain, clock } = openStore()
  const bucket = await openBucket(store, "never")
  await setBucketAcl(store, bucket, "public-read-write")
  const [older] = await plain.get([bucketRow(bucket.name)])
  assert(older !== undefined)
  await setBucketAcl(store, await reloadBucket(store, bucket), "private")
  assert.deepEqual(await checkLedgers(store.metadata), [])
  const writes = [{ key: older.key, value: older.value, expect: "any" as const }]
  await plain.commit(newCommit(clock, { guards: [], writes }))
  assert.deepEqual(
    (await checkLedgers(store.metadata)).map(({ family }) => family),
    ["bucket"],
  )
})
