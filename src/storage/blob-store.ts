import type { Brand } from "../base/brand.ts"
import { timeOrderedId } from "../base/random.ts"

/** 32 lower-case hexadecimal digits that ascend with time. Used for one write attempt, then never again. */
export type BlobId = Brand<string, "BlobId">

export function newBlobId(nowMs: number): BlobId {
  return timeOrderedId(nowMs).toString("hex") as BlobId
}

/** When a blob id was drawn, by the clock of the process that drew it. */
export function bornMs(blobId: BlobId): number {
  return Number.parseInt(blobId.slice(0, 12), 16)
}

/** The blob id spelled by `text`, or undefined. */
export function parseBlobId(text: string): BlobId | undefined {
  return /^[0-9a-f]{32}$/.test(text) ? (text as BlobId) : undefined
}

/** There is no blob with this id, or it has fewer bytes than asked for. */
export class BlobMissing extends Error {
  override name = "BlobMissing"
}

/** The store accepts no more writes (failed fsync, full disk). Reads still work. */
export class BlobStoreReadOnly extends Error {
  override name = "BlobStoreReadOnly"
}

/** The disk has no room for this blob. Its bytes are removed. */
export class BlobStoreFull extends Error {
  override name = "BlobStoreFull"
}

/** A blob being written. Exactly one of `commit` and `abort` ends it. */
export interface BlobWriter {
  /**
   * Appends the pieces. They belong to the writer from then on, which may free their memory. Resolves when the next call may be
   * made.
   */
  write(pieces: readonly Uint8Array[]): Promise<void>
  /** Makes every byte and the name durable. Resolves with the size in bytes. */
  commit(): Promise<number>
  /** Removes what was written. Never throws. */
  abort(): Promise<void>
}

/** A blob open for reading. It stays readable until closed, even when it is deleted meanwhile. */
export interface BlobReader {
  readonly sizeBytes: number
  /**
   * Returns exactly `length` bytes from `position`, valid until the read after the next one begins, or until close. One read
   * may be in progress while the bytes of the previous one are used. Throws BlobMissing if the blob ends earlier.
   */
  read(position: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** A blob that was set aside, and the time. */
export interface QuarantinedBlob {
  readonly id: BlobId
  readonly sinceMs: number
}

/** Immutable bytes under ids. After a crash, a blob whose writer did not commit may or may not exist. */
export interface BlobStore {
  /** A writer that gathers about `gatheredBytes` for each write to the disk, and may hold twice as many in memory. */
  create(id: BlobId, gatheredBytes?: number): Promise<BlobWriter>
  /** Throws BlobMissing. */
  open(id: BlobId): Promise<BlobReader>
  /** Deleting a missing blob is not an error. */
  delete(id: BlobId): Promise<void>
  /** Yields every blob, in no order. Blobs created or deleted meanwhile may or may not be included. */
  list(): AsyncIterable<BlobId>
  /**
   * Sets a blob aside: it can no longer be opened or listed, but nothing of it is lost. Setting a missing blob aside is
   * not an error. Durable when it resolves.
   */
  quarantine(id: BlobId): Promise<void>
  /** Yields every blob that was set aside, in no order. */
  quarantined(): AsyncIterable<QuarantinedBlob>
  /** Takes a blob out of quarantine. Durable when it resolves. Throws BlobMissing when it is not in quarantine. */
  restore(id: BlobId): Promise<void>
  /** Deletes a blob from quarantine, and no other. Purging a missing blob is not an error. */
  purge(id: BlobId): Promise<void>
  close(): Promise<void>
}
