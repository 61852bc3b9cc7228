import { assert, assertDefined } from "../../base/assert.ts"
import { asBuffer } from "../../base/bytes.ts"
import type { WrappedDataKey } from "../../keys/data-keys.ts"
import { SUITES, suiteOfId, type SuiteName } from "../../sealing/suites.ts"
import type { BlobId } from "../../storage/blob-store.ts"
import { type RecordCodec, UnknownRecordVersion } from "../../storage/record-codec.ts"
import type {
  Content,
  EncryptionMethod,
  Etag,
  ListedRecord,
  ObjectAcl,
  ObjectVersion,
  StoredHeaders,
  VersionId,
  VersionOrder,
  VersionRecord,
} from "./records.ts"
import { STORAGE_CLASSES } from "./tally.ts"

// A list page reads a thousand of these, and every PUT and GET one, so they are bytes in fixed places and not JSON: what a
// list shows of an object is read without the rest. All integers are big-endian. Changing anything is a new version.
//    0  record version (1) = 1
//    1  kind (1)
//    2  order (16)
//   18  1 when the version is named "null", 0 when by its order (1)
//   19  lastModifiedMs (6); a delete marker ends here
//   25  storage class (1), ACL (1), kind of the ETag (1)
//   28  sizeBytes (6)
//   34  CRC-64 (8)
//   42  encryption method (1), suite id (1), provider of the wrapped data key (1), kind of the content (1)
//   46  blob id or content id (16)
//   62  fields, each behind its length (2): ETag, data-key id, wrapped data key, CMK id, key version id, and the MD5 of
//       the plaintext beside a composite ETag, if it is known; and behind them the headers as JSON
const VERSION = 1
const FIXED_BYTES = 62
const MARKER_BYTES = 25
const FIELD_BYTES_MAX = 0xffff

/** A code is a place in its list: lists grow at their end only. */
const KINDS = ["object", "marker"] as const
const ACLS: readonly ObjectAcl[] = ["default", "private", "public-read", "public-read-write"]
const ETAG_KINDS: readonly Etag["kind"][] = ["md5", "composite", "appended"]
const METHODS: readonly EncryptionMethod[] = ["none", "AES256", "SM4", "KMS"]
const PROVIDERS: readonly WrappedDataKey["provider"][] = ["service", "kms"]
const CONTENT_KINDS: readonly Content["kind"][] = ["inline", "blob", "pieces"]

/** What `current`, `marker` and `version` rows hold. */
export const versionCodec: RecordCodec<VersionRecord> = {
  name: "version",
  version: VERSION,
  encode: (record) => (record.kind === "object" ? encodeObject(record) : encodeHead(record, 0)),
  decode(value) {
    const bytes = readable(value)
    const head = decodeHead(bytes)
    return codeAt(KINDS, bytes, 1) === "marker"
      ? { kind: "marker", ...head }
      : { kind: "object", ...head, ...decodeObject(bytes) }
  },
}

/** The same record, as far as a list shows it; undefined for a delete marker. Throws UnknownRecordVersion. */
export function decodeListed(value: Uint8Array): ListedRecord | undefined {
  const bytes = readable(value)
  if (codeAt(KINDS, bytes, 1) === "marker") return undefined
  return {
    lastModifiedMs: bytes.readUIntBE(19, 6),
    storageClass: codeAt(STORAGE_CLASSES, bytes, 25),
    sizeBytes: bytes.readUIntBE(28, 6),
    etag: etagAt(bytes),
  }
}

function encodeHead(record: VersionRecord, moreBytes: number): Buffer {
  const { kind, order, versionId, lastModifiedMs } = record
  assert(versionId === "null" || versionId === order, "a version is named null or by its order")
  const bytes = Buffer.allocUnsafe(MARKER_BYTES + moreBytes)
  bytes[0] = VERSION
  bytes[1] = codeOf(KINDS, kind)
  bytes.write(order, 2, "hex")
  bytes[18] = versionId === "null" ? 1 : 0
  bytes.writeUIntBE(lastModifiedMs, 19, 6)
  return bytes
}

function encodeObject(record: ObjectVersion): Buffer {
  const { etag, encryption, content } = record
  const { wrappedKey } = encryption
  const isKms = wrappedKey.provider === "kms"
  const fields = [
    etag.text,
    encryption.dataKeyId,
    wrappedKey.wrapped,
    isKms ? wrappedKey.cmkId : "",
    isKms ? wrappedKey.keyVersionId : "",
    etag.kind === "composite" ? (etag.md5 ?? "") : "",
  ]
  const headers = JSON.stringify(record.headers)
  const fieldBytes = fields.reduce<number>((sum, field) => sum + 2 + Buffer.byteLength(field), 0)
  const headersAt = FIXED_BYTES + fieldBytes
  const bytes = encodeHead(record, headersAt + Buffer.byteLength(headers) - MARKER_BYTES)
  bytes[25] = codeOf<string>(STORAGE_CLASSES, record.storageClass)
  bytes[26] = codeOf(ACLS, record.acl)
  bytes[27] = codeOf(ETAG_KINDS, etag.kind)
  bytes.writeUIntBE(record.sizeBytes, 28, 6)
  bytes.writeBigUInt64BE(BigInt(record.crc64), 34)
  bytes[42] = codeOf(METHODS, encryption.method)
  bytes[43] = SUITES[encryption.suite].id
  bytes[44] = codeOf(PROVIDERS, wrappedKey.provider)
  bytes[45] = codeOf(CONTENT_KINDS, content.kind)
  bytes.write(content.kind === "pieces" ? content.contentId : content.blobId, 46, "hex")
  let at = FIXED_BYTES
  for (const field of fields) at = putField(bytes, at, field)
  bytes.write(headers, headersAt)
  return bytes
}

function putField(bytes: Buffer, at: number, field: string | Uint8Array): number {
  const start = at + 2
  if (typeof field !== "string") bytes.set(field, start)
  const length = typeof field === "string" ? bytes.write(field, start) : field.length
  assert(length <= FIELD_BYTES_MAX, "a field of a version is not too long for its length")
  bytes.writeUInt16BE(length, at)
  return start + length
}

type Head = Pick<VersionRecord, "versionId" | "order" | "lastModifiedMs">

function decodeHead(bytes: Buffer): Head {
  const order = bytes.toString("hex", 2, 18) as VersionOrder
  const versionId: VersionId = bytes[18] === 1 ? "null" : order
  return { versionId, order, lastModifiedMs: bytes.readUIntBE(19, 6) }
}

function decodeObject(bytes: Buffer): Omit<ObjectVersion, keyof Head | "kind"> {
  const dataKeyIdAt = fieldEnd(bytes, FIXED_BYTES)
  const wrappedAt = fieldEnd(bytes, dataKeyIdAt)
  const cmkIdAt = fieldEnd(bytes, wrappedAt)
  const keyVersionIdAt = fieldEnd(bytes, cmkIdAt)
  const provider = codeAt(PROVIDERS, bytes, 44)
  const wrapped = Buffer.from(bytes.subarray(wrappedAt + 2, cmkIdAt))
  const md5At = fieldEnd(bytes, keyVersionIdAt)
  return {
    headers: JSON.parse(bytes.toString("utf8", fieldEnd(bytes, md5At))) as StoredHeaders,
    acl: codeAt(ACLS, bytes, 26),
    storageClass: codeAt(STORAGE_CLASSES, bytes, 25),
    sizeBytes: bytes.readUIntBE(28, 6),
    etag: withMd5(etagAt(bytes), textAt(bytes, md5At)),
    crc64: bytes.readBigUInt64BE(34).toString(),
    encryption: {
      method: codeAt(METHODS, bytes, 42),
      suite: suiteAt(bytes, 43),
      dataKeyId: textAt(bytes, dataKeyIdAt),
      wrappedKey:
        provider === "service"
          ? { provider, wrapped }
          : {
              provider,
              cmkId: textAt(bytes, cmkIdAt),
              keyVersionId: textAt(bytes, keyVersionIdAt),
              wrapped,
            },
    },
    content: contentAt(bytes),
  }
}

function contentAt(bytes: Buffer): Content {
  const kind = codeAt(CONTENT_KINDS, bytes, 45)
  const id = bytes.toString("hex", 46, FIXED_BYTES)
  return kind === "pieces" ? { kind, contentId: id } : { kind, blobId: id as BlobId }
}

function etagAt(bytes: Buffer): Etag {
  return { kind: codeAt(ETAG_KINDS, bytes, 27), text: textAt(bytes, FIXED_BYTES) }
}

function withMd5(etag: Etag, md5: string): Etag {
  return etag.kind === "composite" && md5 !== "" ? { ...etag, md5 } : etag
}

function suiteAt(bytes: Buffer, at: number): SuiteName {
  return assertDefined(suiteOfId(bytes[at] ?? 0), "a stored suite is known")
}

/** The offset after the field that begins at `at`. */
function fieldEnd(bytes: Buffer, at: number): number {
  return at + 2 + bytes.readUInt16BE(at)
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString("utf8", at + 2, fieldEnd(bytes, at))
}

function codeOf<T>(list: readonly T[], item: T): number {
  const code = list.indexOf(item)
  assert(code !== -1, "what is stored has a code")
  return code
}

function codeAt<T>(list: readonly T[], bytes: Buffer, at: number): T {
  return assertDefined(list[bytes[at] ?? -1], "a stored code is known")
}

/** Throws UnknownRecordVersion for a record of another version. */
function readable(value: Uint8Array): Buffer {
  if (value[0] !== VERSION) {
    throw new UnknownRecordVersion(`a version record of version ${value[0]}`)
  }
  return asBuffer(value)
}
