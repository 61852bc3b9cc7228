import { asBuffer, uint32 } from "../../base/bytes.ts"
import type { WrappedDataKey } from "../../keys/data-keys.ts"
import { type JsonObject, recordCodec, type RecordCodec } from "../../storage/record-codec.ts"
import type {
  BlobOwner,
  BlobRecord,
  BucketRecord,
  ContentRecord,
  EncryptionDescriptor,
  ObjectAttributes,
  PartRecord,
  Piece,
  RunningMd5,
  UploadRecord,
} from "./records.ts"

// Each codec writes every field by name, so that nothing gets into stored data by accident. The store's seal guarantees
// that a codec wrote what it reads, so shapes are not checked again. A changed shape needs a new version and another
// reader.

/** Used as the type that the writer had. Only Buffers are spelled differently. */
function shapeOf(stored: JsonObject): unknown {
  return stored
}

type Spelled<T, Name extends keyof T> = Omit<T, Name> & Readonly<Record<Name, string>>

function writeAttributes({ headers, acl, storageClass }: ObjectAttributes): JsonObject {
  return { headers, acl, storageClass }
}

function writeEncryption(encryption: EncryptionDescriptor): JsonObject {
  const { method, suite, dataKeyId, wrappedKey } = encryption
  const wrapped = wrappedKey.wrapped.toString("base64")
  return {
    method,
    suite,
    dataKeyId,
    wrappedKey:
      wrappedKey.provider === "service"
        ? { provider: "service", wrapped }
        : {
            provider: "kms",
            cmkId: wrappedKey.cmkId,
            keyVersionId: wrappedKey.keyVersionId,
            wrapped,
          },
  }
}

interface StoredEncryption {
  readonly encryption: Omit<EncryptionDescriptor, "wrappedKey"> & {
    readonly wrappedKey: Spelled<WrappedDataKey, "wrapped">
  }
}

/** The record, with its wrapped key as bytes again. */
function readEncryption(stored: JsonObject): unknown {
  const { encryption } = shapeOf(stored) as StoredEncryption
  const { wrappedKey } = encryption
  const wrapped = Buffer.from(wrappedKey.wrapped, "base64")
  return { ...stored, encryption: { ...encryption, wrappedKey: { ...wrappedKey, wrapped } } }
}

export const bucketCodec: RecordCodec<BucketRecord> = recordCodec({
  name: "bucket",
  write: (record) => ({
    instanceId: record.instanceId.toString("hex"),
    ownerId: record.ownerId,
    createdMs: record.createdMs,
    acl: record.acl,
    storageClass: record.storageClass,
    dataRedundancyType: record.dataRedundancyType,
    versioning: record.versioning,
    defaultEncryption: { ...record.defaultEncryption },
    state: { kind: record.state.kind },
  }),
  readers: {
    1: (stored) => {
      const record = shapeOf(stored) as Spelled<BucketRecord, "instanceId">
      return { ...record, instanceId: Buffer.from(record.instanceId, "hex") }
    },
  },
})

export const uploadCodec: RecordCodec<UploadRecord> = recordCodec({
  name: "upload",
  write: (record) => ({
    ...writeAttributes(record),
    initiatedMs: record.initiatedMs,
    partOrder: record.partOrder,
    contentId: record.contentId,
    encryption: writeEncryption(record.encryption),
    state: { ...record.state },
  }),
  readers: {
    1: (stored) => readEncryption({ ...stored, partOrder: "any" }) as UploadRecord,
    2: (stored) => readEncryption(stored) as UploadRecord,
  },
})

function writePiece({ blobId, sizeBytes, isInline }: Piece): JsonObject {
  return { blobId, sizeBytes, isInline }
}

type StoredPart = Omit<PartRecord, "runningMd5"> & {
  readonly runningMd5?: Spelled<RunningMd5, "sealedState">
}

export const partCodec: RecordCodec<PartRecord> = recordCodec({
  name: "part",
  write: (record) => ({
    partNumber: record.partNumber,
    sizeBytes: record.sizeBytes,
    etag: record.etag,
    crc64: record.crc64,
    lastModifiedMs: record.lastModifiedMs,
    piece: writePiece(record.piece),
    ...(record.runningMd5 === undefined
      ? {}
      : {
          runningMd5: {
            text: record.runningMd5.text,
            sealedState: record.runningMd5.sealedState.toString("base64"),
          },
        }),
  }),
  readers: {
    1: (stored) => shapeOf(stored) as PartRecord,
    2: (stored) => {
      const { runningMd5, ...part } = shapeOf(stored) as StoredPart
      if (runningMd5 === undefined) return part
      const sealedState = Buffer.from(runningMd5.sealedState, "base64")
      return { ...part, runningMd5: { ...runningMd5, sealedState } }
    },
  },
})

export const contentCodec: RecordCodec<ContentRecord> = recordCodec({
  name: "content",
  write: ({ bucketInstanceId, objectKey, versionId }) => ({
    bucketInstanceId: bucketInstanceId.toString("hex"),
    objectKey,
    versionId,
  }),
  readers: {
    1: (stored) => {
      const record = shapeOf(stored) as Spelled<ContentRecord, "bucketInstanceId">
      return { ...record, bucketInstanceId: Buffer.from(record.bucketInstanceId, "hex") }
    },
  },
})

function writeOwner(owner: BlobOwner): JsonObject {
  switch (owner.kind) {
    case "content":
      return { kind: owner.kind, contentId: owner.contentId }
    case "version":
      return {
        kind: owner.kind,
        bucketInstanceId: owner.bucketInstanceId.toString("hex"),
        objectKey: owner.objectKey,
        versionId: owner.versionId,
      }
    case "part":
      return {
        kind: owner.kind,
        bucketInstanceId: owner.bucketInstanceId.toString("hex"),
        objectKey: owner.objectKey,
        uploadId: owner.uploadId,
        partNumber: owner.partNumber,
        contentId: owner.contentId,
      }
  }
}

function readOwner(stored: JsonObject): BlobOwner {
  const owner = shapeOf(stored) as BlobOwner
  if (owner.kind === "content") return owner
  const { bucketInstanceId } = shapeOf(stored) as { readonly bucketInstanceId: string }
  return { ...owner, bucketInstanceId: Buffer.from(bucketInstanceId, "hex") }
}

interface BlobHead {
  readonly owner: BlobOwner
  readonly hasInline: boolean
}

/** The JSON part of a blob's record. Inline bytes follow it unchanged. */
export const blobHeadCodec: RecordCodec<BlobHead> = recordCodec({
  name: "blob",
  write: ({ owner, hasInline }) => ({ owner: writeOwner(owner), hasInline }),
  readers: {
    1: (stored) => ({
      owner: readOwner(stored["owner"] as JsonObject),
      hasInline: stored["hasInline"] === true,
    }),
  },
})

/** The length of the head in four bytes, the head, then the inline bytes unchanged. */
export function encodeBlob(owner: BlobOwner, inline: Uint8Array | undefined): Buffer {
  const head = blobHeadCodec.encode({ owner, hasInline: inline !== undefined })
  return Buffer.concat([uint32(head.length), head, ...(inline === undefined ? [] : [inline])])
}

export function decodeBlob(value: Uint8Array): BlobRecord {
  const bytes = asBuffer(value)
  const headEnd = 4 + bytes.readUInt32BE(0)
  const { owner, hasInline } = blobHeadCodec.decode(bytes.subarray(4, headEnd))
  return { owner, inline: hasInline ? bytes.subarray(headEnd) : undefined }
}
