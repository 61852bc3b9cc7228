import assert from "node:assert/strict"
import { test } from "node:test"
import {
  openBucket,
  openStore,
  put,
  readBytes,
  type StoreFixture,
  targetOf,
} from "../../../test/objects/store-fixture.ts"
import { countFiles, PARTS, putInParts } from "../../../test/objects/uploads-fixture.ts"
import { LeaseLost } from "../../keeper/job.ts"
import { createBudget, takeLease } from "../../keeper/keeper.ts"
import { type BlobId, newBlobId } from "../../storage/blob-store.ts"
import { newCommit } from "../../storage/commit.ts"
import { encodeBlob } from "../rows/codecs.ts"
import { blobRow, CONTENT_ROWS, contentIdOfRow } from "../rows/keyspace.ts"
import type { MetadataStore } from "../../storage/metadata-store.ts"
import { prefixBounds } from "../../storage/row-keys.ts"
import { scanAll } from "../../storage/scan-all.ts"
import type { Survey } from "../survey.ts"
import { sweepJob } from "./sweep.ts"

const DAY_MS = 86_400_000

async function writeFile({ blobs, clock }: StoreFixture): Promise<BlobId> {
  const blobId = newBlobId(clock.nowMs())
  const writer = await blobs.create(blobId)
  await writer.write([Buffer.from("sealed")])
  await writer.commit()
  return blobId
}

async function sweepOnce({ store }: StoreFixture): Promise<void> {
  const budget = createBudget(await takeLease(store), new AbortController().signal)
  await sweepJob(store).run(undefined, budget)
}

async function setAsideOf({ blobs }: StoreFixture): Promise<BlobId[]> {
  return Array.fromAsync(blobs.quarantined(), ({ id }) => id)
}

test("a file without a record stays for a day and is then set aside, and comes back whole", async () => {
  const fixture = openStore()
  const blobId = await writeFile(fixture)
  fixture.clock.advance(DAY_MS)
  await sweepOnce(fixture)
  assert.deepEqual(await setAsideOf(fixture), [])
  fixture.clock.advance(1)
  await sweepOnce(fixture)
  assert.deepEqual(await setAsideOf(fixture), [blobId])
  await fixture.blobs.restore(blobId)
  const reader = await fixture.blobs.open(blobId)
  assert.equal((await reader.read(0, reader.sizeBytes)).toString(), "sealed")
})

test("nothing is freed on the word of the survey alone", async () => {
  const fixture = openStore()
  const { blobs } = fixture
  await openBucket(fixture.store, "never")
  await putInParts(fixture.store, "object")
  await put(fixture.store, await targetOf(fixture.store, "large"), Buffer.alloc(70_000))
  const blobIds = await Array.fromAsync(blobs.list())
  const rows = await Array.fromAsync(scanAll(fixture.store.metadata, prefixBounds(CONTENT_ROWS)))
  const found = {
    files: blobIds,
    blobs: blobIds,
    contents: rows.map(({ key }) => contentIdOfRow(key)),
  }
  assert.deepEqual([found.files.length, found.contents.length], [PARTS.length + 1, 1])
  const survey: Survey = {
    look: (what) => Promise.resolve({ found: found[what], next: undefined, damaged: 0 }),
    rest: () => Promise.resolve(),
  }
  await sweepOnce({ ...fixture, store: { ...fixture.store, survey } })
  assert.deepEqual(await Array.fromAsync(blobs.list()), blobIds)
  const object = await targetOf(fixture.store, "object")
  assert.deepEqual(await readBytes(fixture.store, object), Buffer.concat(PARTS))
})

test("a sweep reads no more on the gateway's thread when there are more objects", async () => {
  const fixture = openStore()
  const { store } = fixture
  await openBucket(store, "never")
  let reads = 0
  const counted: MetadataStore = {
    ...store.metadata,
    get(keys) {
      reads += keys.length
      return store.metadata.get(keys)
    },
    async scan(scan) {
      const found = await store.metadata.scan(scan)
      reads += found.length
      return found
    },
  }
  const readsOfSweep = async (): Promise<number> => {
    reads = 0
    await sweepOnce({ ...fixture, store: { ...store, metadata: counted } })
    return reads
  }
  await put(store, await targetOf(store, "first"), Buffer.alloc(70_000))
  const before = await readsOfSweep()
  for (let count = 0; count < 20; count += 1) {
    await put(store, await targetOf(store, `object ${count}`), Buffer.alloc(70_000))
  }
  assert.equal(await readsOfSweep(), before)
})

test("many files without a record at once are left alone: the database lacks them", async () => {
  const fixture = openStore()
  for (let count = 0; count < 1001; count += 1) await writeFile(fixture)
  fixture.clock.advance(2 * DAY_MS)
  await sweepOnce(fixture)
  assert.deepEqual(await setAsideOf(fixture), [])
})

test("a keeper whose lease was taken frees nothing more", async () => {
  const fixture = openStore()
  const { store, blobs, clock } = fixture
  const blobId = await writeFile(fixture)
  const owner = { kind: "content", contentId: "00".repeat(16) } as const
  const record = { key: blobRow(blobId), value: encodeBlob(owner, undefined) }
  const writes = [{ ...record, expect: "absent" as const }]
  await store.metadata.commit(newCommit(clock, { guards: [], writes }))
  const budget = createBudget(await takeLease(store), new AbortController().signal)
  await takeLease(store)
  await assert.rejects(sweepJob(store).run(undefined, budget), LeaseLost)
  assert.notEqual((await store.metadata.get([record.key]))[0], undefined)
  await (await blobs.open(blobId)).close()
  await sweepOnce(fixture)
  assert.equal((await store.metadata.get([record.key]))[0], undefined)
  await assert.rejects(blobs.open(blobId))
})

test("a part that a completed object left out is removed, and the parts that it has stay", async () => {
  const fixture = openStore()
  const { store, blobs, clock } = fixture
  const { instanceId: bucketInstanceId } = (await openBucket(store, "never")).record
  const { content } = await putInParts(store, "object")
  assert(content.kind === "pieces")
  // What a crash leaves between the commit of Complete and the freeing after it. Its id comes after those of the parts, so
  // that the sweep knows the content when it finds this one.
  clock.advance(1)
  const left = await writeFile(fixture)
  const { contentId } = content
  const owner = {
    kind: "part",
    bucketInstanceId,
    objectKey: "object",
    uploadId: "00".repeat(16),
    partNumber: 9,
    contentId,
  } as const
  const value = encodeBlob(owner, undefined)
  const writes = [{ key: blobRow(left), value, expect: "absent" as const }]
  await store.metadata.commit(newCommit(clock, { guards: [], writes }))
  await sweepOnce(fixture)
  assert.equal((await store.metadata.get([blobRow(left)]))[0], undefined)
  assert.equal(await countFiles(blobs), PARTS.length)
  assert.deepEqual(await readBytes(store, await targetOf(store, "object")), Buffer.concat(PARTS))
})
