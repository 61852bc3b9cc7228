import type { KeyObject } from "node:crypto"
import { blobContext, encodeBlobHeader, type BlobHeader } from "../sealing/blob-header.ts"
import { freeMemory } from "../base/free-memory.ts"
import { createSealer } from "../sealing/sealer.ts"
import type { SuiteName } from "../sealing/suites.ts"
import { type BlobId, newBlobId, type BlobWriter } from "../storage/blob-store.ts"
import {
  createCrc64Digester,
  createDigester,
  type Crc64Digester,
  DigestDiffers,
  type Digests,
} from "./digests.ts"
import { type WriteShare, writeShare } from "./memory-shares.ts"
import type { ObjectStore } from "./object-store.ts"
import { RuleBroken } from "./rule-broken.ts"
import { translateRefusal } from "./store-refusal.ts"

/**
 * The largest plaintexts whose sealed bytes live in the metadata store, in the same commit as what names them. An object's bytes
 * have a row of their own. Those of a part or an append are in the record of their blob, which the sweep reads.
 */
const INLINE_BYTES_MAX = { object: 65_536, piece: 16_384 } as const

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
  /**
   * The sealed bytes when they are small enough for a row, valid until `commitContent` returns. Otherwise they are in the blob
   * store, durable.
   */
  readonly inline: Buffer | undefined
  /** A commit names the bytes, or may have. */
  keep(): void
  /** Removes the blob; no commit names it. */
  discard(): Promise<void>
}

interface NewBlobHeader extends BlobHeader {
  readonly blobId: BlobId
}

/** The bucket, data key and suite that a plaintext is sealed with, and whether it is a whole object or a part of one. */
export interface Sealing {
  readonly kind: "object" | "piece"
  readonly bucketInstanceId: Buffer
  readonly dataKey: KeyObject
  readonly suite: SuiteName
}

/**
 * Seals a plaintext into a new blob under a fresh salt and makes it durable. A small one is returned for a row; a larger one is in
 * the blob store when this resolves. Throws TooLarge, Md5Differs, Crc64Differs, DigestDiffers
 * when the sealed bytes are not those that arrived, and whatever the source throws; then nothing is left behind.
 */
export async function writeContent(
  store: ObjectStore,
  { kind, bucketInstanceId, dataKey, suite }: Sealing,
  incoming: Incoming,
): Promise<WrittenContent> {
  const blobId = newBlobId(store.clock.nowMs())
  const header: NewBlobHeader = { suite, blobId, bucketInstanceId }
  const isLarge = (incoming.announcedBytes ?? 0) >= LARGE_BYTES
  const digester = isLarge ? store.largeDigests.begin() : createDigester()
  const sink = createSink(store, header, {
    dataKey,
    inlineBytesMax: INLINE_BYTES_MAX[kind],
    announcedBytes: incoming.announcedBytes,
  })
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
      await digester.update(chunk)
      await translateRefusal(() => sink.append(chunk))
    }
    const digests = await digester.final()
    checkClaims(digests, incoming)
    const inline = await translateRefusal(() => sink.finish(digests.crc64))
    return { blobId, suite, digests, inline, keep, discard }
  } catch (error) {
    if ("drop" in digester) digester.drop()
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
  } finally {
    if (written.inline !== undefined) freeMemory(written.inline)
  }
}

/** Seals plaintext into memory while it is small, then into the blob store. */
interface Sink {
  append(plaintext: Uint8Array): Promise<void>
  /**
   * Returns the blob for its row; undefined when it is in the blob store, durable. Throws DigestDiffers when the CRC-64 of what
   * was sealed is not `crc64`.
   */
  finish(crc64: bigint): Promise<Buffer | undefined>
  discard(): Promise<void>
}

interface SinkInput {
  readonly dataKey: KeyObject
  readonly inlineBytesMax: number
  readonly announcedBytes: number | undefined
}

function createSink(
  store: ObjectStore,
  header: NewBlobHeader,
  { dataKey, inlineBytesMax, announcedBytes }: SinkInput,
): Sink {
  const ofSealed = createCrc64Digester()
  const sealer = createSealer({
    suite: header.suite,
    inputKey: dataKey,
    context: blobContext(header),
    observe: (plaintext) => ofSealed.update(plaintext),
  })
  /** The sealed bytes while they may be small enough for a row. */
  const small: Uint8Array[] = [encodeBlobHeader(header)]
  let plaintextBytes = 0
  let writer: BlobWriter | undefined
  let committed = false
  let share: WriteShare | undefined

  async function spill(): Promise<BlobWriter> {
    share = writeShare(store.memory, announcedBytes)
    store.memory.add(share.bytes)
    writer = await store.blobs.create(header.blobId, share.gatheredBytes)
    await writer.write(small.splice(0))
    return writer
  }

  function giveShareBack(): void {
    store.memory.give(share?.bytes ?? 0)
    share = undefined
  }

  return {
    async append(plaintext) {
      plaintextBytes += plaintext.length
      if (writer === undefined && plaintextBytes <= inlineBytesMax) {
        small.push(...sealer.update(plaintext))
        return
      }
      const into = writer ?? (await spill())
      await into.write(sealer.update(plaintext))
    },
    async finish(crc64) {
      const last = sealer.final()
      checkSealed(ofSealed, crc64)
      if (writer === undefined) return joinPieces([...small, ...last])
      await writer.write(last)
      await writer.commit()
      giveShareBack()
      committed = true
      return undefined
    },
    async discard() {
      giveShareBack()
      if (committed) await store.blobs.delete(header.blobId)
      else await writer?.abort()
    },
  }
}

/** Frees the memory of the pieces. */
function joinPieces(pieces: readonly Uint8Array[]): Buffer {
  const whole = Buffer.concat(pieces)
  pieces.forEach(freeMemory)
  return whole
}

function checkSealed(ofSealed: Crc64Digester, crc64: bigint): void {
  if (ofSealed.final() === crc64) return
  throw new DigestDiffers("a plaintext changed between its arrival and its seal")
}
