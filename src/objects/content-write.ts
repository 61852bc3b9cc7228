import type { KeyObject } from "node:crypto"
import { blobContext, encodeBlobHeader, type BlobHeader } from "../sealing/blob-header.ts"
import { sealPieces } from "../sealing/message.ts"
import { createSealer, type Sealer } from "../sealing/sealer.ts"
import type { SuiteName } from "../sealing/suites.ts"
import { type BlobId, newBlobId, type BlobWriter } from "../storage/blob-store.ts"
import {
  createCrc64Digester,
  createDigester,
  type Crc64Digester,
  DigestDiffers,
  type Digests,
} from "./digests.ts"
import type { ObjectStore } from "./object-store.ts"
import { RuleBroken } from "./rule-broken.ts"
import { translateRefusal } from "./store-refusal.ts"

/** Objects and parts up to this size live in the metadata store, in the same commit as their row. */
export const INLINE_BYTES_MAX = 16_384

/**
 * Plaintexts of this announced size or more are digested by `largeDigests`. For smaller ones, waiting for it would take longer.
 */
const LARGE_BYTES = 256 * 1024

/** Incoming plaintext, with the client's claims about it. */
export interface Incoming {
  /** Each chunk is valid until the next one is requested. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** The size that the client announced. */
  readonly announcedBytes?: number
  readonly md5?: Buffer
  readonly crc64?: bigint
  readonly bytesMax: number
}

/** Sealed bytes that no row names yet. `commitContent` settles them, or `discard` gives them up. */
export interface WrittenContent {
  readonly blobId: BlobId
  readonly suite: SuiteName
  readonly digests: Digests
  /** The sealed bytes when they are small enough for a row. Otherwise they are in the blob store, durable. */
  readonly inline: readonly Uint8Array[] | undefined
  /** A commit names the bytes, or may have. */
  keep(): void
  /** Removes the blob; no commit names it. */
  discard(): Promise<void>
}

interface NewBlobHeader extends BlobHeader {
  readonly blobId: BlobId
}

/** The bucket, data key and suite that a plaintext is sealed with. */
export interface Sealing {
  readonly bucketInstanceId: Buffer
  readonly dataKey: KeyObject
  readonly suite: SuiteName
}

/**
 * Seals a plaintext into a new blob under a fresh salt and makes it durable. A small one is returned in pieces for a
 * row; a larger one is in the blob store when this resolves. Throws TooLarge, Md5Differs, Crc64Differs, DigestDiffers
 * when the sealed bytes are not those that arrived, and whatever the source throws; then nothing is left behind.
 */
export async function writeContent(
  store: ObjectStore,
  { bucketInstanceId, dataKey, suite }: Sealing,
  incoming: Incoming,
): Promise<WrittenContent> {
  const blobId = newBlobId(store.clock.nowMs())
  const header: NewBlobHeader = { suite, blobId, bucketInstanceId }
  const isLarge = (incoming.announcedBytes ?? 0) >= LARGE_BYTES
  const large = isLarge ? store.largeDigests.begin() : undefined
  const digester = createDigester()
  const ofSealed = createCrc64Digester()
  const sink = createSink(store, header, dataKey, ofSealed)
  const keep = store.uses.begin()
  const discard = async (): Promise<void> => {
    // The original error matters more than a failure to remove the blob.
    await sink.discard().catch((error: unknown) => {
      store.log.warn({ err: error }, "could not remove a blob; the sweep will set it aside")
    })
    keep()
  }
  try {
    let sizeBytes = 0
    for await (const chunk of incoming.chunks) {
      sizeBytes += chunk.length
      if (sizeBytes > incoming.bytesMax) throw new RuleBroken("TooLarge")
      if (large === undefined) digester.update(chunk)
      else await large.update(chunk)
      await translateRefusal(() => sink.append(chunk))
    }
    const digests = large === undefined ? digester.final() : await large.final()
    checkClaims(digests, incoming)
    const inline = await translateRefusal(() => sink.finish(digests.crc64))
    return { blobId, suite, digests, inline, keep, discard }
  } catch (error) {
    large?.drop()
    await discard()
    throw error
  }
}

function checkClaims(digests: Digests, incoming: Incoming): void {
  if (incoming.md5 !== undefined && !incoming.md5.equals(digests.md5)) {
    throw new RuleBroken("Md5Differs")
  }
  if (incoming.crc64 !== undefined && incoming.crc64 !== digests.crc64) {
    throw new RuleBroken("Crc64Differs")
  }
}

/**
 * Runs the commit that names the blob. Removes the blob when the commit was not applied. When that is unknown the blob
 * stays, and the sweep finds out.
 */
export async function commitContent<T>(
  written: WrittenContent,
  commit: () => Promise<T>,
): Promise<T> {
  try {
    const result = await commit()
    written.keep()
    return result
  } catch (error) {
    if (error instanceof RuleBroken) await written.discard()
    else written.keep()
    throw error
  }
}

/** Receives plaintext: gathers it while it is small, then seals it into the blob store. */
interface Sink {
  append(plaintext: Uint8Array): Promise<void>
  /**
   * Returns the pieces of the blob for its row; undefined when they are in the blob store, durable. Throws
   * DigestDiffers when the CRC-64 of what was sealed is not `crc64`.
   */
  finish(crc64: bigint): Promise<Uint8Array[] | undefined>
  discard(): Promise<void>
}

/** `ofSealed` digests the plaintext as it is sealed. */
function createSink(
  store: ObjectStore,
  header: NewBlobHeader,
  dataKey: KeyObject,
  ofSealed: Crc64Digester,
): Sink {
  const sealing = { suite: header.suite, inputKey: dataKey, context: blobContext(header) }
  const small: Uint8Array[] = []
  let smallBytes = 0
  let writer: BlobWriter | undefined
  let sealer: Sealer | undefined
  let committed = false

  async function spill(): Promise<void> {
    writer = await store.blobs.create(header.blobId)
    sealer = createSealer({ ...sealing, observe: (plaintext) => ofSealed.update(plaintext) })
    await writer.write([encodeBlobHeader(header)])
    for (const chunk of small.splice(0)) await seal(chunk)
  }

  async function seal(plaintext: Uint8Array): Promise<void> {
    await writer?.write(sealer?.update(plaintext) ?? [])
  }

  return {
    async append(plaintext) {
      smallBytes += plaintext.length
      if (writer === undefined && smallBytes <= INLINE_BYTES_MAX) {
        small.push(Buffer.from(plaintext))
        return
      }
      if (writer === undefined) await spill()
      await seal(plaintext)
    },
    async finish(crc64) {
      if (writer === undefined || sealer === undefined) {
        const [only] = small
        const plaintext = small.length === 1 && only !== undefined ? only : Buffer.concat(small)
        ofSealed.update(plaintext)
        checkSealed(ofSealed, crc64)
        return [encodeBlobHeader(header), ...sealPieces({ ...sealing, plaintext })]
      }
      await writer.write(sealer.final())
      checkSealed(ofSealed, crc64)
      await writer.commit()
      committed = true
      return undefined
    },
    async discard() {
      if (committed) await store.blobs.delete(header.blobId)
      else await writer?.abort()
    },
  }
}

function checkSealed(ofSealed: Crc64Digester, crc64: bigint): void {
  if (ofSealed.final() === crc64) return
  throw new DigestDiffers("a plaintext changed between its arrival and its seal")
}
