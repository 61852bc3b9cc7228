// Where versions are kept, a row that does not open affects only its own version: the name can still be written,
// deleted and read.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { test } from "node:test"
import {
  damageRow,
  openBucket,
  openStore,
  put,
  readBytes,
  type StoreFixture,
  STRANGER,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { countFiles } from "../../test/objects/uploads-fixture.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { setVersioning } from "./buckets.ts"
import { deleteObject } from "./delete.ts"
import { loadVersion } from "./read.ts"
import { blobRow, currentRow, markerRow, versionRow } from "./rows/keyspace.ts"
import type { ObjectVersion, VersionId } from "./rows/records.ts"
import { CURRENT } from "./rows/version-rows.ts"

const NAME = "object"
const BYTES = [randomBytes(70_000), randomBytes(70_001), randomBytes(70_002)] as const

interface Kept extends StoreFixture {
  readonly versions: readonly ObjectVersion[]
}

/** A bucket that keeps versions, with this many of one object. */
async function open(count: number): Promise<Kept> {
  const fixture = openStore()
  await openBucket(fixture.store, "enabled")
  const versions: ObjectVersion[] = []
  for (const bytes of BYTES.slice(0, count)) {
    versions.push(await put(fixture.store, await targetOf(fixture.store, NAME), bytes))
  }
  return { ...fixture, versions }
}

async function read({ store }: StoreFixture, versionId?: VersionId): Promise<Buffer> {
  const selector = versionId === undefined ? CURRENT : ({ kind: "version", versionId } as const)
  return await readBytes(store, await targetOf(store, NAME), selector)
}

async function damageHead(kept: StoreFixture): Promise<void> {
  const { bucket } = await targetOf(kept.store, NAME)
  await damageRow(kept, currentRow(bucket.record.instanceId, NAME))
}

async function damageOlder(kept: StoreFixture, { order }: ObjectVersion): Promise<void> {
  const { bucket } = await targetOf(kept.store, NAME)
  await damageRow(kept, versionRow(bucket.record.instanceId, NAME, order))
}

for (const versioning of ["enabled", "suspended"] as const) {
  test(`a head that does not open is replaced by the bucket's owner where versions are ${versioning}`, async () => {
    const kept = await open(2)
    const [first] = kept.versions
    await damageHead(kept)
    const { bucket } = await targetOf(kept.store, NAME)
    if (versioning === "suspended") await setVersioning(kept.store, bucket, "suspended")
    const { order } = await put(kept.store, await targetOf(kept.store, NAME), BYTES[2])
    assert.ok(first !== undefined && order > first.order)
    assert.deepEqual(await read(kept), BYTES[2])
    assert.deepEqual(await read(kept, first.versionId), BYTES[0])
    await sweep(kept.store)
    assert.equal(await countFiles(kept.blobs), 2)
  })

  test(`a head that does not open is deleted by the bucket's owner where versions are ${versioning}`, async () => {
    const kept = await open(2)
    await damageHead(kept)
    const { bucket } = await targetOf(kept.store, NAME)
    if (versioning === "suspended") await setVersioning(kept.store, bucket, "suspended")
    const target = await targetOf(kept.store, NAME)
    assert.equal((await deleteObject(kept.store, target, undefined)).kind, "marked")
    await assert.rejects(read(kept), { code: "ObjectNotFound" })
    assert.deepEqual(await read(kept, kept.versions[0]?.versionId), BYTES[0])
  })
}

test("a delete marker that does not open is also replaced", async () => {
  const kept = await open(1)
  const target = await targetOf(kept.store, NAME)
  await deleteObject(kept.store, target, undefined)
  await damageRow(kept, markerRow(target.bucket.record.instanceId, NAME))
  await put(kept.store, target, BYTES[1])
  assert.deepEqual(await read(kept), BYTES[1])
})

test("a stranger cannot replace or delete a version when it is unknown whether he may write it", async () => {
  const kept = await open(1)
  await damageHead(kept)
  const target = await targetOf(kept.store, NAME, STRANGER)
  await assert.rejects(put(kept.store, target, BYTES[1]), SealBroken)
  await assert.rejects(deleteObject(kept.store, target, undefined), SealBroken)
})

test("next to a head that does not open, only older versions can be deleted", async () => {
  const kept = await open(2)
  const [first, second] = kept.versions
  assert.ok(first !== undefined && second !== undefined)
  await damageHead(kept)
  const target = await targetOf(kept.store, NAME)
  await assert.rejects(deleteObject(kept.store, target, second.versionId), SealBroken)
  await deleteObject(kept.store, target, first.versionId)
  await kept.store.reclaimer.drained()
  assert.equal(await countFiles(kept.blobs), 1)
})

test("the newest version that opens replaces a deleted one", async () => {
  const kept = await open(3)
  const [, second, third] = kept.versions
  assert.ok(second !== undefined && third !== undefined)
  await damageOlder(kept, second)
  const target = await targetOf(kept.store, NAME)
  await deleteObject(kept.store, target, third.versionId)
  assert.deepEqual(await read(kept), BYTES[0])
  const { record } = await loadVersion(kept.store, target, CURRENT)
  assert.equal(record.versionId, kept.versions[0]?.versionId)
})

test("an older version that does not open can be deleted, with its bytes", async () => {
  const kept = await open(2)
  const [first] = kept.versions
  assert.ok(first !== undefined)
  await damageOlder(kept, first)
  await deleteObject(kept.store, await targetOf(kept.store, NAME), first.versionId)
  await sweep(kept.store)
  assert.equal(await countFiles(kept.blobs), 1)
  assert.deepEqual(await read(kept), BYTES[1])
})

test("a sweep counts damaged rows that no request reads", async () => {
  const kept = await open(2)
  const [first] = kept.versions
  assert.ok(first?.content.kind === "blob")
  await damageRow(kept, blobRow(first.content.blobId))
  assert.equal(kept.store.damage.count(), 0)
  await sweep(kept.store)
  const count = kept.store.damage.count()
  assert.ok(count > 0)
  await sweep(kept.store)
  assert.equal(kept.store.damage.count(), count)
})
