// A buffer changes unexpectedly at each place where bytes wait. The result is an error, never an object with other
// bytes.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { test } from "node:test"
import { assertNothingLeft } from "../../test/objects/soundness.ts"
import {
  ATTRIBUTES,
  incomingOf,
  openBucket,
  openStore,
  put,
  readBytes,
  type StoreFixture,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { openUpload, putInParts } from "../../test/objects/uploads-fixture.ts"
import type { BlobStore } from "../storage/blob-store.ts"
import { newCommit } from "../storage/commit.ts"
import { appendObject } from "./append.ts"
import type { Incoming } from "./content-write.ts"
import { DigestDiffers } from "./digests.ts"
import { ObjectDamaged } from "./encryption.ts"
import type { ObjectStore } from "./object-store.ts"
import { chunksOf, loadVersion, openObject } from "./read.ts"
import { changeWrite, CURRENT } from "./rows/version-rows.ts"
import { uploadPart } from "./uploads.ts"
import { putObject } from "./write.ts"

async function open(): Promise<StoreFixture> {
  const fixture = openStore()
  await openBucket(fixture.store, "never")
  return fixture
}

function flipBit(bytes: Uint8Array): void {
  bytes[0] = (bytes[0] ?? 0) ^ 1
}

/** A source that fills its buffer with the next bytes when they are requested. `arrived` collects what it yielded. */
function reused(sizeBytes: number): { incoming: Incoming; arrived: Buffer[] } {
  const arrived: Buffer[] = []
  // eslint-disable-next-line @typescript-eslint/require-await -- bytes come asynchronously, these at once
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const buffer = randomBytes(sizeBytes)
    for (let piece = 0; piece < 3; piece += 1) {
      arrived.push(Buffer.from(buffer))
      yield buffer
      flipBit(buffer)
    }
  }
  return { incoming: { chunks: chunks(), bytesMax: 1024 ** 2 }, arrived }
}

/** The store, with a change of bytes around its blob store. */
function aroundBlobs(store: ObjectStore, change: Partial<BlobStore>): ObjectStore {
  return { ...store, blobs: { ...store.blobs, ...change } }
}

/** Bytes that are too many for a row change while a blob is created for them. */
function changingWhileCreated({ store }: StoreFixture, arrived: Uint8Array): ObjectStore {
  return aroundBlobs(store, {
    create: async (blobId) => {
      const writer = await store.blobs.create(blobId)
      flipBit(arrived)
      return writer
    },
  })
}

/** Through `writing`, in a bucket of `store`. */
type Write = (store: ObjectStore, incoming: Incoming, writing: ObjectStore) => Promise<unknown>

const WRITES: Readonly<Record<string, Write>> = {
  PUT: async (store, incoming, writing) => {
    const input = { attributes: ATTRIBUTES, encryption: undefined, forbidOverwrite: false }
    return await putObject(writing, await targetOf(store, "changed"), { ...input, incoming })
  },
  "an append": async (store, incoming, writing) => {
    const input = { position: 0, attributes: ATTRIBUTES, encryption: undefined }
    return await appendObject(writing, await targetOf(store, "changed"), { ...input, incoming })
  },
  "a part": async (store, incoming, writing) =>
    await uploadPart(writing, await openUpload(store, "parts"), 6, incoming),
}

for (const [name, write] of Object.entries(WRITES)) {
  test(`${name} whose source reuses its buffer stores what arrived`, async () => {
    const { store } = await open()
    const { incoming, arrived } = reused(500)
    await write(store, incoming, store)
    if (name === "a part") return
    const read = await readBytes(store, await targetOf(store, "changed"))
    assert.deepEqual(read, Buffer.concat(arrived))
  })

  test(`${name} whose buffer changes while a blob is created for it is an error`, async () => {
    const fixture = await open()
    const { store } = fixture
    const bytes = randomBytes(100_000)
    const changing = changingWhileCreated(fixture, bytes)
    await assert.rejects(write(store, incomingOf(bytes), changing), DigestDiffers)
    await sweep(store)
    await assertNothingLeft(store)
  })
}

test("bytes that change after they were sealed do not open: the read is an error", async () => {
  const { store } = await open()
  const changing = aroundBlobs(store, {
    create: async (blobId) => {
      const writer = await store.blobs.create(blobId)
      let writes = 0
      return {
        ...writer,
        write: async (pieces) => {
          writes += 1
          const last = pieces.at(-1)
          if (writes === 2 && last !== undefined) flipBit(last)
          await writer.write(pieces)
        },
      }
    },
  })
  const target = await targetOf(store, "changed")
  await put(changing, target, randomBytes(100_000))
  await assert.rejects(readBytes(store, target), ObjectDamaged)
})

/** Puts another CRC-64 into an object's record, as if the opened bytes were not those that arrived. */
async function giveOtherCrc64({ store, clock }: StoreFixture, objectKey: string): Promise<void> {
  const target = await targetOf(store, objectKey)
  const found = await loadVersion(store, target, CURRENT)
  const writes = [changeWrite(target.bucket, found, { ...found.record, crc64: "1" })]
  await store.metadata.commit(newCommit(clock, { guards: [], writes }))
}

for (const sizeBytes of [0, 100, 40_000, 100_000]) {
  test(`a read of ${sizeBytes} bytes whose CRC-64 differs from the stored one is an error`, async () => {
    const fixture = await open()
    const target = await targetOf(fixture.store, "changed")
    await put(fixture.store, target, randomBytes(sizeBytes))
    await giveOtherCrc64(fixture, "changed")
    const opening = openObject(fixture.store, target, CURRENT, () => undefined)
    await assert.rejects(opening, ObjectDamaged)
  })
}

test("a long read whose CRC-64 differs from the stored one ends before its last piece", async () => {
  const fixture = await open()
  const { store } = fixture
  const { sizeBytes } = await putInParts(store, "parts")
  await giveOtherCrc64(fixture, "parts")
  const target = await targetOf(store, "parts")
  const { body } = await openObject(store, target, CURRENT, () => undefined)
  let given = 0
  const reading = async (): Promise<void> => {
    for await (const chunk of chunksOf(body)) given += chunk.length
  }
  await assert.rejects(reading(), ObjectDamaged)
  assert.ok(given < sizeBytes)
})

test("a read of a range is not compared with the CRC-64 of the whole object", async () => {
  const fixture = await open()
  const { store } = fixture
  const target = await targetOf(store, "changed")
  await put(store, target, randomBytes(100))
  await giveOtherCrc64(fixture, "changed")
  const { body } = await openObject(store, target, CURRENT, () => ({ first: 3, last: 9 }))
  assert.equal(Buffer.concat(await Array.fromAsync(chunksOf(body))).length, 7)
})
