import type { BlobId } from "../../storage/blob-store.ts"
import type { StoreKey } from "../../storage/metadata-store.ts"
import type { ObjectStore } from "../object-store.ts"
import { contentCodec, partCodec, uploadCodec, versionCodec } from "../rows/codecs.ts"
import {
  contentRow,
  currentRow,
  nullVersionRow,
  partRow,
  uploadRow,
  versionRow,
} from "../rows/keyspace.ts"
import { piecesOfPage, readPages } from "../rows/pieces.ts"
import type { BlobOwner, ContentRecord, ObjectVersion, VersionOrder } from "../rows/records.ts"

/**
 * Whether anybody names a blob or a content. Every method throws SealBroken when a row that would tell does not open: then
 * nobody knows, and nothing may be freed.
 */
export interface Naming {
  hasContent(owner: ContentRecord, contentId: string): Promise<boolean>
  namesBlob(owner: BlobOwner, blobId: BlobId): Promise<boolean>
}

export function createNaming(store: ObjectStore): Naming {
  /** The blobs of the content that was asked about last: the blobs of one upload follow each other. */
  let last: { readonly contentId: string; readonly blobIds: ReadonlySet<BlobId> } | undefined

  async function blobsOfContent(contentId: string): Promise<ReadonlySet<BlobId>> {
    if (last?.contentId === contentId) return last.blobIds
    const blobIds = new Set<BlobId>()
    for await (const page of readPages(store.metadata, contentId)) {
      for (const { blobId } of piecesOfPage(page)) blobIds.add(blobId)
    }
    last = { contentId, blobIds }
    return blobIds
  }

  async function hasContent(owner: ContentRecord, contentId: string): Promise<boolean> {
    const record = await readOwner(store, owner)
    return record?.content.kind === "pieces" && record.content.contentId === contentId
  }

  async function contentNames(contentId: string, blobId: BlobId): Promise<boolean> {
    const [row] = await store.metadata.get([contentRow(contentId)])
    if (row === undefined) return false
    const isOwned = await hasContent(contentCodec.decode(row.value), contentId)
    return isOwned && (await blobsOfContent(contentId)).has(blobId)
  }

  return {
    hasContent,
    async namesBlob(owner, blobId) {
      switch (owner.kind) {
        case "version": {
          const record = await readOwner(store, owner)
          return record?.content.kind === "blob" && record.content.blobId === blobId
        }
        case "content":
          return await contentNames(owner.contentId, blobId)
        case "part":
          return (
            (await partNames(store, owner, blobId)) || (await contentNames(owner.contentId, blobId))
          )
      }
    },
  }
}

/** The object version of that id, wherever it lies now. */
async function readOwner(
  store: ObjectStore,
  { bucketInstanceId, objectKey, versionId }: ContentRecord,
): Promise<ObjectVersion | undefined> {
  for (;;) {
    const beside: StoreKey =
      versionId === "null"
        ? nullVersionRow(bucketInstanceId, objectKey)
        : versionRow(bucketInstanceId, objectKey, versionId)
    const [current, second] = await store.metadata.get([
      currentRow(bucketInstanceId, objectKey),
      beside,
    ])
    const record = current === undefined ? undefined : objectOf(current.value)
    if (record?.versionId === versionId) return record
    if (second === undefined) return undefined
    if (versionId !== "null") return objectOf(second.value)
    const order = Buffer.from(second.value).toString("hex") as VersionOrder
    const [older] = await store.metadata.get([versionRow(bucketInstanceId, objectKey, order)])
    // The null version was moved between the two reads: it is looked for again.
    if (older !== undefined) return objectOf(older.value)
  }
}

function objectOf(value: Uint8Array): ObjectVersion | undefined {
  const record = versionCodec.decode(value)
  return record.kind === "object" ? record : undefined
}

/** Whether an upload that is still open has the blob as one of its parts. */
async function partNames(
  store: ObjectStore,
  owner: Extract<BlobOwner, { kind: "part" }>,
  blobId: BlobId,
): Promise<boolean> {
  const { bucketInstanceId, objectKey, uploadId, partNumber } = owner
  const [upload, part] = await store.metadata.get([
    uploadRow(bucketInstanceId, objectKey, uploadId),
    partRow(owner, partNumber),
  ])
  if (upload === undefined || part === undefined) return false
  uploadCodec.decode(upload.value)
  return partCodec.decode(part.value).piece.blobId === blobId
}
