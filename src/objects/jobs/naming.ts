import type { BlobId } from "../../storage/blob-store.ts"
import { getEach } from "../../storage/get-each.ts"
import type { MetadataStore } from "../../storage/metadata-store.ts"
import { prefixBounds } from "../../storage/row-keys.ts"
import { scanAll } from "../../storage/scan-all.ts"
import { contentCodec, partCodec } from "../rows/codecs.ts"
import {
  contentRow,
  currentRow,
  markerRow,
  partRow,
  uploadRow,
  versionRow,
  versionRowsPrefix,
} from "../rows/keyspace.ts"
import { piecesOfPage, readPages } from "../rows/pieces.ts"
import type { BlobOwner, ContentRecord, ObjectVersion } from "../rows/records.ts"
import { objectOf, versionOf } from "../rows/version-rows.ts"

/**
 * Answers whether a row still names a blob or a content. It says "no" only on evidence: where a row that would tell is
 * lost, the answer is yes. Every method throws SealBroken when such a row does not open: then nobody knows, and nothing
 * may be freed.
 */
export interface Naming {
  hasContent(owner: ContentRecord, contentId: string): Promise<boolean>
  namesBlob(owner: BlobOwner, blobId: BlobId): Promise<boolean>
  /**
   * Returns those of the blobs that the newest version of their object names, with one read. Most blobs are among them. Call it
   * first for blobs whose records were just read: it drops cached pages.
   */
  namedByCurrent(blobs: readonly OwnedBlob[]): Promise<ReadonlySet<BlobId>>
}

/** Where names are looked up. */
interface Rows {
  readonly metadata: MetadataStore
}

export interface OwnedBlob {
  readonly blobId: BlobId
  readonly owner: BlobOwner
}

/** What the pages of a content list. */
interface Pages {
  readonly contentId: string
  readonly blobIds: ReadonlySet<BlobId>
  /** The end of the first consecutive pieces, before any gap. */
  readonly endBytes: number
}

export function createNaming(store: Rows): Naming {
  /** Of the content that was asked about last: the blobs of one upload follow each other. */
  let last: Pages | undefined
  /** The last content that a version was found to have. If it has lost it since, a blob stays until the next sweep. */
  let owned: Pages | undefined

  async function pagesOf(contentId: string): Promise<Pages> {
    if (last?.contentId === contentId) return last
    const blobIds = new Set<BlobId>()
    let endBytes = 0
    for await (const page of readPages(store.metadata, contentId)) {
      for (const { blobId, offset, sizeBytes } of piecesOfPage(page)) {
        blobIds.add(blobId)
        if (offset === endBytes) endBytes += sizeBytes
      }
    }
    last = { contentId, blobIds, endBytes }
    return last
  }

  async function contentNames(contentId: string, blobId: BlobId): Promise<boolean> {
    const [row] = await store.metadata.get([contentRow(contentId)])
    // Pages are deleted before the row that names their owner, so pages without it belong to a content that lost that
    // row.
    if (row === undefined) return (await pagesOf(contentId)).blobIds.size > 0
    const owner = await readOwner(store, contentCodec.decode(row.value))
    if (!isContentOf(owner, contentId)) return false
    owned = await pagesOf(contentId)
    return owned.blobIds.has(blobId) || owned.endBytes < owner.sizeBytes
  }

  function isKnown(contentId: string, blobId: BlobId): boolean {
    return owned?.contentId === contentId && owned.blobIds.has(blobId)
  }

  return {
    hasContent: async (owner, contentId) => isContentOf(await readOwner(store, owner), contentId),
    async namesBlob(owner, blobId) {
      switch (owner.kind) {
        case "version": {
          const record = await readOwner(store, owner)
          return record?.content.kind === "blob" && record.content.blobId === blobId
        }
        case "content":
          return isKnown(owner.contentId, blobId) || (await contentNames(owner.contentId, blobId))
        case "part":
          return (
            isKnown(owner.contentId, blobId) ||
            (await uploadNames(store, owner, blobId)) ||
            (await contentNames(owner.contentId, blobId))
          )
      }
    },
    namedByCurrent(blobs) {
      // Pages read before these records would not list pieces joined in between.
      last = undefined
      return namedByCurrent(store, blobs)
    },
  }
}

async function namedByCurrent(
  store: Rows,
  blobs: readonly OwnedBlob[],
): Promise<ReadonlySet<BlobId>> {
  const keys = blobs.flatMap(({ owner }) =>
    owner.kind === "version" ? [currentRow(owner.bucketInstanceId, owner.objectKey)] : [],
  )
  const rows = await getEach(store.metadata, keys)
  return new Set(
    rows.flatMap((row) => {
      if (row === undefined || row === "damaged") return []
      const content = objectOf(versionOf(row))?.content
      return content?.kind === "blob" ? [content.blobId] : []
    }),
  )
}

function isContentOf(
  record: ObjectVersion | undefined,
  contentId: string,
): record is ObjectVersion {
  return record?.content.kind === "pieces" && record.content.contentId === contentId
}

/** The object version with that id, wherever it is stored now. */
async function readOwner(
  store: Rows,
  { bucketInstanceId, objectKey, versionId }: ContentRecord,
): Promise<ObjectVersion | undefined> {
  const head = [currentRow(bucketInstanceId, objectKey), markerRow(bucketInstanceId, objectKey)]
  for (;;) {
    const beside = versionId === "null" ? [] : [versionRow(bucketInstanceId, objectKey, versionId)]
    const [current, marker, second] = await store.metadata.get([...head, ...beside])
    const record = current === undefined ? undefined : objectOf(versionOf(current))
    if (record?.versionId === versionId) return record
    if (versionId !== "null") return second === undefined ? undefined : objectOf(versionOf(second))
    const nullVersion = await findOlderNull(store, bucketInstanceId, objectKey)
    if (nullVersion !== undefined) return nullVersion
    // A concurrent move has changed the head.
    const [currentNow, markerNow] = await store.metadata.get(head)
    const isSame =
      currentNow?.version === current?.version && markerNow?.version === marker?.version
    if (isSame) return undefined
  }
}

/** Scans every older version, because the row that locates the null version may be lost. */
async function findOlderNull(
  store: Rows,
  bucketInstanceId: Buffer,
  objectKey: string,
): Promise<ObjectVersion | undefined> {
  const bounds = prefixBounds(versionRowsPrefix(bucketInstanceId, objectKey))
  for await (const row of scanAll(store.metadata, bounds)) {
    const record = versionOf(row)
    if (record.versionId === "null") return objectOf(record)
  }
  return undefined
}

/** Whether the blob may be a part of an upload that is still open: no other blob is in its place. */
async function uploadNames(
  store: Rows,
  owner: Extract<BlobOwner, { kind: "part" }>,
  blobId: BlobId,
): Promise<boolean> {
  const { bucketInstanceId, objectKey, uploadId, partNumber } = owner
  const [upload, part] = await store.metadata.get([
    uploadRow(bucketInstanceId, objectKey, uploadId),
    partRow(owner, partNumber),
  ])
  if (upload === undefined) return false
  return part === undefined || partCodec.decode(part.value).piece.blobId === blobId
}
