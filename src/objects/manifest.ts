import type { BlobId } from "../storage/blob-store.ts"
import type { MetadataStore, Write } from "../storage/metadata-store.ts"
import { manifestRow } from "./keyspace.ts"
import type { Content } from "./records.ts"

/** One part of a completed upload, in order of part number. */
export interface ManifestPart {
  readonly content: Exclude<Content, { kind: "parts" }>
  readonly sizeBytes: number
}

type PartsContent = Extract<Content, { kind: "parts" }>

// A page is a list of entries of 23 bytes: blob id (16), plaintext size (6), 1 when the bytes are in the blob's row.
// Changing these breaks stored data.
const ENTRY_BYTES = 23
const ENTRIES_PER_PAGE = 2500

/** The rows that list the parts; as many as a commit of 10,000 parts can carry. */
export function manifestWrites(uploadId: string, parts: readonly ManifestPart[]): Write[] {
  const writes: Write[] = []
  for (let first = 0; first < parts.length; first += ENTRIES_PER_PAGE) {
    const entries = parts.slice(first, first + ENTRIES_PER_PAGE).map(encodeEntry)
    const key = manifestRow(uploadId, first / ENTRIES_PER_PAGE)
    writes.push({ key, value: Buffer.concat(entries), expect: "absent" })
  }
  return writes
}

function encodeEntry({ content, sizeBytes }: ManifestPart): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES)
  entry.write(content.blobId, 0, "hex")
  entry.writeUIntBE(sizeBytes, 16, 6)
  entry[22] = content.kind === "inline" ? 1 : 0
  return entry
}

/** The row keys of an object's manifest. */
export function manifestRows({ uploadId, partCount }: PartsContent): Uint8Array[] {
  const pages = Math.ceil(partCount / ENTRIES_PER_PAGE)
  return Array.from({ length: pages }, (_, page) => manifestRow(uploadId, page))
}

/** Every part of an object, from one snapshot; undefined when the manifest is gone because the object was replaced. */
export async function readManifest(
  metadata: MetadataStore,
  content: PartsContent,
): Promise<ManifestPart[] | undefined> {
  const parts: ManifestPart[] = []
  for (const row of await metadata.get(manifestRows(content))) {
    if (row === undefined) return undefined
    parts.push(...decodeManifestPage(row.value))
  }
  return parts
}

/** The parts that one manifest row lists. */
export function decodeManifestPage(value: Uint8Array): ManifestPart[] {
  const page = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const parts: ManifestPart[] = []
  for (let at = 0; at < page.length; at += ENTRY_BYTES) {
    const blobId = page.toString("hex", at, at + 16) as BlobId
    const kind = page[at + 22] === 1 ? "inline" : "blob"
    parts.push({ content: { kind, blobId }, sizeBytes: page.readUIntBE(at + 16, 6) })
  }
  return parts
}
