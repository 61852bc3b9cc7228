// A row that is lost or does not open costs what it held, and nothing else: the sweep frees only what is proven to have
// no name, not what lacks a neighbouring row.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { test } from "node:test"
import {
  damageRow,
  loseRow,
  openBucket,
  openStore,
  OWNER,
  put,
  readBytes,
  type StoreFixture,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { countFiles, openUpload, PARTS, putInParts } from "../../test/objects/uploads-fixture.ts"
import type { StoreKey } from "../storage/metadata-store.ts"
import { prefixBounds, type RowFamily, rowKey } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"
import { setVersioning } from "./buckets.ts"
import { deleteObject } from "./delete.ts"
import { listObjects } from "./list.ts"
import { currentRow, uploadRow } from "./rows/keyspace.ts"

async function keysOf({ store }: StoreFixture, family: RowFamily): Promise<StoreKey[]> {
  const keys: StoreKey[] = []
  const bounds = prefixBounds(rowKey(family))
  for await (const { key } of scanAll(store.metadata, bounds, { values: false })) keys.push(key)
  return keys
}

async function oneOf(fixture: StoreFixture, family: RowFamily): Promise<StoreKey> {
  const [key] = await keysOf(fixture, family)
  assert.ok(key, `there is a row of ${family}`)
  return key
}

for (const family of ["blob", "content", "manifest"] as const) {
  test(`the other rows and every file of a completed object stay when a ${family} row is lost`, async () => {
    const fixture = openStore()
    await openBucket(fixture.store, "never")
    await putInParts(fixture.store, "object")
    await loseRow(fixture, await oneOf(fixture, family))
    const blobs = await keysOf(fixture, "blob")
    const pages = await keysOf(fixture, "manifest")
    await sweep(fixture.store)
    await sweep(fixture.store)
    assert.deepEqual(await keysOf(fixture, "blob"), blobs)
    assert.deepEqual(await keysOf(fixture, "manifest"), pages)
    assert.equal(await countFiles(fixture.blobs), PARTS.length)
  })
}

for (const family of ["blob", "part"] as const) {
  test(`the other parts and every file of an open upload stay when a ${family} row is lost`, async () => {
    const fixture = openStore()
    await openBucket(fixture.store, "never")
    await openUpload(fixture.store, "object")
    await loseRow(fixture, await oneOf(fixture, family))
    const blobs = await keysOf(fixture, "blob")
    const parts = await keysOf(fixture, "part")
    await sweep(fixture.store)
    await sweep(fixture.store)
    assert.deepEqual(await keysOf(fixture, "blob"), blobs)
    assert.deepEqual(await keysOf(fixture, "part"), parts)
    assert.equal(await countFiles(fixture.blobs), PARTS.length)
  })
}

for (const harm of ["lost", "without its version"] as const) {
  test(`an older null version stays when the row that locates it is ${harm}`, async () => {
    const fixture = openStore()
    const { store } = fixture
    const bucket = await openBucket(store, "never")
    await put(store, await targetOf(store, "object"), randomBytes(102_400))
    await putInParts(fixture.store, "in parts")
    await setVersioning(store, bucket, "enabled")
    for (const objectKey of ["object", "in parts"]) {
      await put(store, await targetOf(store, objectKey), randomBytes(10))
    }
    const family = harm === "lost" ? "nullVersion" : "version"
    const keys = await keysOf(fixture, family)
    assert.equal(keys.length, 2)
    for (const key of keys) await loseRow(fixture, key)
    await sweep(store)
    await sweep(store)
    // A version that is gone names nothing. The sweep completes and frees its bytes.
    assert.equal(await countFiles(fixture.blobs), harm === "lost" ? PARTS.length + 1 : 0)
  })
}

const DAMAGED = ["bucketKey", "content", "manifest", "blob", "upload", "part", "current"] as const

for (const family of DAMAGED) {
  test(`the sweep continues around a ${family} row that does not open`, async () => {
    const fixture = openStore()
    const { store } = fixture
    await openBucket(store, "never")
    await putInParts(fixture.store, "damaged")
    await openUpload(fixture.store, "damaged")
    await damageRow(fixture, await oneOf(fixture, family))
    const files = await countFiles(fixture.blobs)
    // What a crash left: parts of an ended upload.
    await openLeftover(fixture)
    await sweep(store)
    await sweep(store)
    assert.equal(await countFiles(fixture.blobs), files)
  })
}

async function openLeftover(fixture: StoreFixture): Promise<void> {
  const { store } = fixture
  const { bucket } = await targetOf(store, "zz")
  if ((await keysOf(fixture, "bucketKey")).length === 0) return
  const before = await keysOf(fixture, "part")
  try {
    const { uploadId } = await openUpload(store, "zz")
    await loseRow(fixture, uploadRow(bucket.record.instanceId, "zz", uploadId))
  } catch (error) {
    // Under a bucket key that does not open nothing new can be stored, and nothing was.
    if ((await keysOf(fixture, "part")).length > before.length) throw error
  }
}

test("a page that does not open stays when its object is deleted, and the sweep continues", async () => {
  const fixture = openStore()
  const { store } = fixture
  await openBucket(store, "never")
  await putInParts(fixture.store, "a")
  await putInParts(fixture.store, "b")
  const page = await oneOf(fixture, "manifest")
  await damageRow(fixture, page)
  for (const objectKey of ["a", "b"]) {
    await deleteObject(store, await targetOf(store, objectKey), undefined)
  }
  await sweep(store)
  await sweep(store)
  assert.deepEqual(await keysOf(fixture, "manifest"), [page])
  assert.equal(await countFiles(fixture.blobs), 0)
})

test("an object whose row does not open blocks nothing else, and it can be replaced", async () => {
  const fixture = openStore()
  const { store } = fixture
  const bucket = await openBucket(store, "never")
  for (const objectKey of ["a", "b", "c"]) {
    await put(store, await targetOf(store, objectKey), Buffer.from(objectKey))
  }
  await damageRow(fixture, currentRow(bucket.record.instanceId, "b"))
  const all = { prefix: "", delimiter: "", after: "", limit: 1000 }
  const { entries } = await listObjects(store, bucket, all)
  assert.deepEqual(
    entries.map((entry) => (entry.kind === "object" ? entry.objectKey : entry.prefix)),
    ["a", "c"],
  )
  await sweep(store)
  await put(store, await targetOf(store, "b", OWNER), Buffer.from("anew"))
  assert.equal((await readBytes(store, await targetOf(store, "b"))).toString(), "anew")
  assert.equal((await listObjects(store, bucket, all)).entries.length, 3)
})

test("only its owner can delete a name whose row does not open", async () => {
  const fixture = openStore()
  const { store } = fixture
  const bucket = await openBucket(store, "never")
  await put(store, await targetOf(store, "a"), Buffer.from("a"))
  const key = currentRow(bucket.record.instanceId, "a")
  await damageRow(fixture, key)
  const target = await targetOf(store, "a", OWNER)
  const stranger = { ...target.caller, principal: { kind: "anonymous" } as const }
  await assert.rejects(deleteObject(store, { ...target, caller: stranger }, undefined))
  assert.deepEqual(await keysOf(fixture, "current"), [key])
  await deleteObject(store, target, undefined)
  assert.deepEqual(await keysOf(fixture, "current"), [])
})

test("the sweep removes the pages and the row of a content that no version has any more", async () => {
  const fixture = openStore()
  const { store } = fixture
  const bucket = await openBucket(store, "never")
  await putInParts(store, "a")
  await store.reclaimer.drained()
  await loseRow(fixture, currentRow(bucket.record.instanceId, "a"))
  await sweep(store)
  assert.deepEqual(await keysOf(fixture, "content"), [])
  assert.deepEqual(await keysOf(fixture, "manifest"), [])
  assert.equal(await countFiles(fixture.blobs), 0)
})
