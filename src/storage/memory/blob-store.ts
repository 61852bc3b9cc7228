import { Readable } from "node:stream"
import { assert } from "../../base/assert.ts"
import { type Clock, systemClock } from "../../base/clock.ts"
import { freeMemory } from "../../base/free-memory.ts"
import { type BlobId, BlobMissing, type BlobStore, type QuarantinedBlob } from "../blob-store.ts"

/** Blobs in memory. They end with the process. */
export function createMemoryBlobStore(clock: Clock = systemClock): BlobStore {
  const blobs = new Map<BlobId, Buffer>()
  const aside = new Map<BlobId, QuarantinedBlob & { readonly bytes: Buffer }>()
  const writing = new Set<BlobId>()
  return {
    create(id) {
      assert(!blobs.has(id) && !writing.has(id), "a blob id is used once")
      writing.add(id)
      const chunks: Buffer[] = []
      return Promise.resolve({
        write(pieces) {
          chunks.push(Buffer.concat(pieces))
          pieces.forEach(freeMemory)
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
    quarantine(id) {
      const bytes = blobs.get(id)
      if (bytes === undefined) return Promise.resolve()
      aside.set(id, { id, sinceMs: clock.nowMs(), bytes })
      blobs.delete(id)
      return Promise.resolve()
    },
    quarantined() {
      const all = [...aside.values()].map(({ id, sinceMs }) => ({ id, sinceMs }))
      return Readable.from(all) as AsyncIterable<QuarantinedBlob>
    },
    restore(id) {
      const found = aside.get(id)
      if (found === undefined) return Promise.reject(new BlobMissing(`no blob ${id} in quarantine`))
      blobs.set(id, found.bytes)
      aside.delete(id)
      return Promise.resolve()
    },
    purge(id) {
      aside.delete(id)
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}
