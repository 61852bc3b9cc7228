import { BLOB_HEADER_BYTES } from "../sealing/blob-header.ts"
import { sealedSizeBytes, SEGMENT_BYTES } from "../sealing/segments.ts"
import type { ObjectStore } from "./object-store.ts"
import { piecesOfPage, readPages } from "./rows/pieces.ts"
import type { ObjectVersion } from "./rows/records.ts"

/** One blob of an object: never what is in it. */
export interface StoredBlob {
  readonly blobId: string
  readonly place: "metadata store" | "blob store"
  /** Of the plaintext. */
  readonly sizeBytes: number
  /** With its header, and the tags of its segments. */
  readonly sealedBytes: number
  readonly segmentCount: number
}

export interface StoredForm {
  readonly blobCount: number
  readonly sealedBytes: number
  /** The first of them. */
  readonly blobs: readonly StoredBlob[]
  readonly segmentBytes: number
}

/** How the bytes of a version are stored. Opens nothing. */
export async function describeStoredForm(
  store: ObjectStore,
  { content, sizeBytes }: ObjectVersion,
  blobsMax: number,
): Promise<StoredForm> {
  const blobs: StoredBlob[] = []
  let blobCount = 0
  let sealedBytes = 0
  const add = (blobId: string, isInline: boolean, bytes: number): void => {
    const sealed = BLOB_HEADER_BYTES + sealedSizeBytes(bytes)
    blobCount += 1
    sealedBytes += sealed
    if (blobs.length === blobsMax) return
    blobs.push({
      blobId,
      place: isInline ? "metadata store" : "blob store",
      sizeBytes: bytes,
      sealedBytes: sealed,
      segmentCount: Math.max(Math.ceil(bytes / SEGMENT_BYTES), 1),
    })
  }
  if (content.kind === "pieces") {
    for await (const page of readPages(store.metadata, content.contentId)) {
      for (const piece of piecesOfPage(page)) add(piece.blobId, piece.isInline, piece.sizeBytes)
    }
  } else {
    add(content.blobId, content.kind === "inline", sizeBytes)
  }
  return { blobCount, sealedBytes, blobs, segmentBytes: SEGMENT_BYTES }
}
