import type { Brand } from "../base/brand.ts"
import { timeOrderedId } from "../base/random.ts"

/** 32 lower-case hexadecimal digits that ascend with time. Used for one attempt to write, then never again. */
export type BlobId = Brand<string, "BlobId">

export function newBlobId(nowMs: number): BlobId {
  return timeOrderedId(nowMs).toString("hex") as BlobId
}

/** When a blob id was drawn, by the clock of whoever drew it. */
export function bornMs(blobId: BlobId): number {
  return Number.parseInt(blobId.slice(0, 12), 16)
}

/** The blob id that `text` spells, or undefined. */
export function parseBlobId(text: string): BlobId | undefined {
  return /^[0-9a-f]{32}$/.test(text) ? (text as BlobId) : undefined
}

/** No blob of that id, or fewer bytes than asked for. */
export class BlobMissing extends Error {
  override name = "BlobMissing"
}

/** The store takes no more writes (failed fsync, full disk); reads go on. */
export class BlobStoreReadOnly extends Error {
  override name = "BlobStoreReadOnly"
}

/** The disk has no room for this blob; what was written of it is removed. */
export class BlobStoreFull extends Error {
  override name = "BlobStoreFull"
}

/** A blob being written. Exactly one of `commit` and `abort` ends it. */
export interface BlobWriter {
  /** Appends the pieces; resolves when the next call may come. They are the writer's until commit or abort. */
  write(pieces: readonly Uint8Array[]): Promise<void>
  /** Makes every byte and the name durable; resolves with the size in bytes. */
  commit(): Promise<number>
  /** Removes what was written. Never throws. */
  abort(): Promise<void>
}

/** A blob open for reading; it stays readable until closed even when deleted meanwhile. */
export interface BlobReader {
  readonly sizeBytes: number
  /**
   * Exactly `length` bytes from `position`, valid until the next read or close, so one at a time; throws BlobMissing when
   * the blob ends before.
   */
  read(position: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** A blob that was set aside, and since when. */
export interface QuarantinedBlob {
  readonly id: BlobId
  readonly sinceMs: number
}

/** Immutable bytes under ids. A blob whose writer did not commit may or may not exist after a crash. */
export interface BlobStore {
  create(id: BlobId): Promise<BlobWriter>
  /** Throws BlobMissing. */
  open(id: BlobId): Promise<BlobReader>
  /** Deleting what does not exist is no error. */
  delete(id: BlobId): Promise<void>
  /** Every blob, in no order; those created or deleted meanwhile may or may not be among them. */
  list(): AsyncIterable<BlobId>
  /**
   * Sets a blob aside: it is neither opened nor listed any more, and nothing of it is lost. Setting aside what does not
   * exist is no error. Durable when it resolves.
   */
  quarantine(id: BlobId): Promise<void>
  /** Every blob that was set aside, in no order. */
  quarantined(): AsyncIterable<QuarantinedBlob>
  /** Takes a blob back out of quarantine; durable when it resolves. Throws BlobMissing when it is not there. */
  restore(id: BlobId): Promise<void>
  /** Deletes a blob that was set aside, and no other. Purging what is not there is no error. */
  purge(id: BlobId): Promise<void>
  close(): Promise<void>
}
