import { Readable } from "node:stream"
import { assert } from "../../base/assert.ts"
import { type BlobId, BlobMissing, type BlobStore } from "../blob-store.ts"

/** Blobs in memory, gone with the process. */
export function createMemoryBlobStore(): BlobStore {
  const blobs = new Map<BlobId, Buffer>()
  const writing = new Set<BlobId>()
  return {
    create(id) {
      assert(!blobs.has(id) && !writing.has(id), "a blob id is used once")
      writing.add(id)
      const chunks: Buffer[] = []
      return Promise.resolve({
        write(pieces) {
          chunks.push(Buffer.concat(pieces))
          return Promise.resolve()
        },
        commit() {
          const bytes = Buffer.concat(chunks)
          writing.delete(id)
          blobs.set(id, bytes)
          return Promise.resolve(bytes.length)
        },
        abort() {
          writing.delete(id)
          return Promise.resolve()
        },
      })
    },
    open(id) {
      const bytes = blobs.get(id)
      if (bytes === undefined) return Promise.reject(new BlobMissing(`no blob ${id}`))
      return Promise.resolve({
        sizeBytes: bytes.length,
        read(position, length) {
          const end = position + length
          if (end > bytes.length) return Promise.reject(new BlobMissing(`blob ${id} ends early`))
          return Promise.resolve(Buffer.from(bytes.subarray(position, end)))
        },
        close: () => Promise.resolve(),
      })
    },
    delete(id) {
      blobs.delete(id)
      return Promise.resolve()
    },
    list: () => Readable.from([...blobs.keys()]) as AsyncIterable<BlobId>,
    close: () => Promise.resolve(),
  }
}
