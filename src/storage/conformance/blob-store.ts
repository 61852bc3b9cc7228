import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { assertDefined } from "../../base/assert.ts"
import { systemClock } from "../../base/clock.ts"
import { randomBytes } from "../../base/random.ts"
import { type BlobId, BlobMissing, type BlobStore, newBlobId } from "../blob-store.ts"

interface OpenedBlobStore {
  readonly store: BlobStore
  readonly close: () => Promise<void>
}

const CASES: Readonly<Record<string, (store: BlobStore) => Promise<void>>> = {
  async "a committed blob has the bytes that were written, whatever the sizes of the writes"(
    store,
  ) {
    for (const sizes of [
      [],
      [0],
      [1],
      [1, 0, 4095],
      [700_000],
      [300_000, 300_000, 1],
      Array<number>(500).fill(4099),
    ]) {
      const chunks = sizes.map(randomBytes)
      const expected = Buffer.concat(chunks)
      const id = freshId()
      assert.equal(await writeBlob(store, id, chunks), expected.length)
      assert.ok((await readBlob(store, id)).equals(expected))
    }
  },

  async "any run of bytes can be read, and none beyond the end"(store) {
    const bytes = randomBytes(5000)
    const id = freshId()
    await writeBlob(store, id, [bytes])
    const reader = await store.open(id)
    assert.equal(reader.sizeBytes, 5000)
    for (const [position, length] of [
      [0, 5000],
      [0, 0],
      [5000, 0],
      [1, 1],
      [4999, 1],
      [1234, 2000],
    ] as const) {
      const read = await reader.read(position, length)
      assert.ok(read.equals(bytes.subarray(position, position + length)))
    }
    await assert.rejects(reader.read(4999, 2), BlobMissing)
    await assert.rejects(reader.read(6000, 1), BlobMissing)
    await reader.close()
  },

  async "one reader's bytes are unaffected by all other readers, until its own next read"(store) {
    const blobs = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const bytes = randomBytes(300_000)
        const id = freshId()
        await writeBlob(store, id, [bytes])
        return { id, bytes }
      }),
    )
    for (let round = 0; round < 3; round += 1) {
      const open = blobs.map(async ({ id, bytes }) => ({ bytes, reader: await store.open(id) }))
      const readers = await Promise.all(open)
      for (const [from, to] of [
        [0, 300_000],
        [100_000, 290_000],
        [7, 70_000],
      ] as const) {
        const reads = readers.map(({ reader }) => reader.read(from, to - from))
        const pieces = await Promise.all(reads)
        readers.forEach(({ bytes }, index) => {
          assert.ok(pieces[index]?.equals(bytes.subarray(from, to)))
        })
      }
      await Promise.all(readers.map(({ reader }) => reader.close()))
    }
  },

  async "a missing blob cannot be opened"(store) {
    await assert.rejects(store.open(freshId()), BlobMissing)
  },

  async "an aborted blob is gone, however much of it was written"(store) {
    for (const chunks of [[], [randomBytes(10)], [randomBytes(700_000), randomBytes(10)]]) {
      const id = freshId()
      const writer = await store.create(id)
      for (const chunk of chunks) await writer.write([chunk])
      await writer.abort()
      await assert.rejects(store.open(id), BlobMissing)
      assert.ok(!(await listBlobs(store)).includes(id))
    }
  },

  async "an id is used once"(store) {
    const id = freshId()
    await writeBlob(store, id, [Buffer.from("first")])
    await assert.rejects(async () => await store.create(id))
    assert.equal((await readBlob(store, id)).toString(), "first")
  },

  async "a deleted blob is gone, and deleting it again is no error"(store) {
    const id = freshId()
    await writeBlob(store, id, [Buffer.from("x")])
    await store.delete(id)
    await assert.rejects(store.open(id), BlobMissing)
    await store.delete(id)
    await store.delete(freshId())
  },

  async "an open blob stays readable when it is deleted"(store) {
    const bytes = randomBytes(100_000)
    const id = freshId()
    await writeBlob(store, id, [bytes])
    const reader = await store.open(id)
    await store.delete(id)
    assert.ok((await reader.read(50_000, 50_000)).equals(bytes.subarray(50_000)))
    await reader.close()
  },

  async "a list names every committed blob once"(store) {
    const ids = Array.from({ length: 50 }, freshId)
    await Promise.all(ids.map((id) => writeBlob(store, id, [Buffer.from(id)])))
    const listed = await listBlobs(store)
    assert.equal(new Set(listed).size, listed.length)
    for (const id of ids) assert.ok(listed.includes(id))
    await Promise.all(ids.map((id) => store.delete(id)))
    const left = await listBlobs(store)
    assert.ok(!ids.some((id) => left.includes(id)))
  },

  async "a blob set aside can be neither opened nor listed, and comes back whole"(store) {
    const id = freshId()
    const bytes = randomBytes(100_000)
    await writeBlob(store, id, [bytes])
    const reader = await store.open(id)
    const beforeMs = systemClock.nowMs()
    await store.quarantine(id)
    const found = (await Array.fromAsync(store.quarantined())).find((each) => each.id === id)
    assert.ok(found !== undefined && found.sinceMs >= beforeMs)
    assert.ok(found.sinceMs <= systemClock.nowMs())
    assert.ok((await reader.read(0, 100_000)).equals(bytes), "who reads it goes on")
    await reader.close()
    await assert.rejects(store.open(id), BlobMissing)
    assert.ok(!(await listBlobs(store)).includes(id))
    await store.delete(id)
    await store.restore(id)
    assert.ok((await readBlob(store, id)).equals(bytes))
    assert.ok((await listBlobs(store)).includes(id))
    assert.ok(!(await isSetAside(store, id)))
    await assert.rejects(store.restore(id), BlobMissing)
  },

  async "a purge deletes what was set aside, and nothing else"(store) {
    const [kept, purged] = [freshId(), freshId()]
    for (const id of [kept, purged]) await writeBlob(store, id, [Buffer.from(id)])
    await store.quarantine(purged)
    await store.purge(purged)
    await store.purge(purged)
    await store.purge(kept)
    assert.ok(!(await isSetAside(store, purged)))
    await assert.rejects(store.open(purged), BlobMissing)
    await assert.rejects(store.restore(purged), BlobMissing)
    assert.equal((await readBlob(store, kept)).toString(), kept)
  },

  async "setting a missing blob aside is no error and sets nothing aside"(store) {
    const id = freshId()
    await store.quarantine(id)
    assert.ok(!(await isSetAside(store, id)))
  },

  async "blobs written at the same time do not mix"(store) {
    const blobs = Array.from({ length: 20 }, (_, each) => ({
      id: freshId(),
      chunks: Array.from({ length: 5 }, () => Buffer.alloc(150_000, each)),
    }))
    await Promise.all(blobs.map(({ id, chunks }) => writeBlob(store, id, chunks)))
    for (const { id, chunks } of blobs) {
      assert.ok((await readBlob(store, id)).equals(Buffer.concat(chunks)))
    }
  },
}

/** The contract of BlobStore as tests. An engine's own test is one call with a function that opens an empty store. */
export function describeBlobStore(name: string, open: () => Promise<OpenedBlobStore>): void {
  void describe(name, () => {
    let opened: OpenedBlobStore | undefined
    before(async () => {
      opened = await open()
    })
    after(async () => {
      await opened?.close()
    })
    for (const [title, prove] of Object.entries(CASES)) {
      void it(title, () => prove(assertDefined(opened, "the store was opened before").store))
    }
  })
}

function freshId(): BlobId {
  return newBlobId(systemClock.nowMs())
}

async function writeBlob(
  store: BlobStore,
  id: BlobId,
  chunks: readonly Uint8Array[],
): Promise<number> {
  const writer = await store.create(id)
  // Copied, because the writer may free the bytes it is given.
  for (const chunk of chunks) await writer.write([Buffer.from(chunk)])
  return await writer.commit()
}

async function readBlob(store: BlobStore, id: BlobId): Promise<Buffer> {
  const reader = await store.open(id)
  try {
    return Buffer.from(await reader.read(0, reader.sizeBytes))
  } finally {
    await reader.close()
  }
}

async function isSetAside(store: BlobStore, id: BlobId): Promise<boolean> {
  return (await Array.fromAsync(store.quarantined())).some((each) => each.id === id)
}

async function listBlobs(store: BlobStore): Promise<BlobId[]> {
  return await Array.fromAsync(store.list())
}
