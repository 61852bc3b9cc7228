import type { Brand } from "../../base/brand.ts"
import type { WrappedDataKey } from "../../keys/data-keys.ts"
import type { SuiteName } from "../../sealing/suites.ts"
import type { BlobId } from "../../storage/blob-store.ts"

export type BucketAcl = "private" | "public-read" | "public-read-write"
export type ObjectAcl = "default" | BucketAcl

/**
 * The key that protects an object, and what the API reports. An object's bytes are sealed in any case: `none` reports
 * nothing and is sealed under its bucket's key like AES256.
 */
export type EncryptionChoice =
  | { readonly method: "none" }
  | { readonly method: "AES256" }
  | { readonly method: "SM4" }
  /** Without `cmk`: the default CMK. `cmk` is an id, an ARN or an alias. */
  | { readonly method: "KMS"; readonly cmk?: string; readonly suite: SuiteName }

export type EncryptionMethod = EncryptionChoice["method"]

export type Versioning = "never" | "enabled" | "suspended"

export interface BucketRecord {
  readonly instanceId: Buffer
  readonly ownerId: string
  readonly createdMs: number
  readonly acl: BucketAcl
  readonly storageClass: string
  readonly dataRedundancyType: string
  readonly versioning: Versioning
  /** Applies to requests without the encryption header. */
  readonly defaultEncryption: EncryptionChoice
  /** `deleting` while DeleteBucket checks whether anything is left. Every write that guards the row then conflicts. */
  readonly state: { readonly kind: "active" } | { readonly kind: "deleting" }
}

/** Replaced as a whole when an object's data key is rewrapped. Nothing else about the object changes then. */
export interface EncryptionDescriptor {
  readonly method: EncryptionMethod
  /** The suite that seals the bytes. The header of every blob is compared with it. */
  readonly suite: SuiteName
  readonly dataKeyId: string
  readonly wrappedKey: WrappedDataKey
}

/** Where a version's bytes are. `sizeBytes` of the version is the plaintext's size. */
export type Content =
  /** In the version's own inline row. */
  | { readonly kind: "inline"; readonly blobId: BlobId }
  /** In one blob of the blob store. */
  | { readonly kind: "blob"; readonly blobId: BlobId }
  /** In consecutive pieces, listed by the pages of this content. */
  | { readonly kind: "pieces"; readonly contentId: string }

/** One piece of a content: a part, or the bytes of one append. Small ones are in their blob's record. */
export interface Piece {
  readonly blobId: BlobId
  readonly sizeBytes: number
  readonly isInline: boolean
}

/** The kind of an ETag. `text` is without quotes, in upper case. */
export type Etag =
  /** The MD5 of the plaintext. */
  | { readonly kind: "md5"; readonly text: string }
  /** The MD5 of the parts' ETags, and their number; `md5` is the plaintext's, known of sequential uploads. */
  | { readonly kind: "composite"; readonly text: string; readonly md5?: string }
  /** Changes with every append; no digest of the plaintext. */
  | { readonly kind: "appended"; readonly text: string }

/** The headers that a client stores with an object, including its x-oss-meta-* headers. Names are in lower case. */
export type StoredHeaders = Readonly<Record<string, string>>

export interface ObjectAttributes {
  readonly headers: StoredHeaders
  readonly acl: ObjectAcl
  readonly storageClass: string
}

/** Sixteen bytes in hexadecimal that ascend with each version of one object. */
export type VersionOrder = Brand<string, "VersionOrder">

/** How clients name a version: by its order, or by "null" if the bucket did not keep versions. */
export type VersionId = VersionOrder | "null"

export interface VersionIdentity {
  readonly versionId: VersionId
  readonly order: VersionOrder
}

export interface ObjectVersion extends ObjectAttributes, VersionIdentity {
  readonly kind: "object"
  readonly sizeBytes: number
  readonly etag: Etag
  /** Of the plaintext, unsigned decimal. */
  readonly crc64: string
  readonly lastModifiedMs: number
  readonly encryption: EncryptionDescriptor
  readonly content: Content
}

export interface DeleteMarker extends VersionIdentity {
  readonly kind: "marker"
  readonly lastModifiedMs: number
}

export type VersionRecord = ObjectVersion | DeleteMarker

export interface UploadRecord extends ObjectAttributes {
  readonly initiatedMs: number
  /** `sequential`: each part follows the previous one and cannot be replaced. */
  readonly partOrder: "any" | "sequential"
  /** The content that the parts become. */
  readonly contentId: string
  readonly encryption: EncryptionDescriptor
  /** `completing` while Complete gathers the parts. A part that arrives now waits until it ends. */
  readonly state:
    { readonly kind: "open" } | { readonly kind: "completing"; readonly gatewayId: string }
}

/** MD5 over the parts of a sequential upload up to one of them. */
export interface RunningMd5 {
  /** Upper-case hexadecimal. */
  readonly text: string
  /** From which the next part goes on (sequential-md5.ts). */
  readonly sealedState: Buffer
}

export interface PartRecord {
  readonly partNumber: number
  readonly sizeBytes: number
  /** The MD5 of the part, upper case. */
  readonly etag: string
  readonly crc64: string
  readonly lastModifiedMs: number
  readonly piece: Piece
  /** Present in a sequential upload if all earlier parts have one. */
  readonly runningMd5?: RunningMd5
}

/** The row that may name a blob. The sweep frees a blob only when its owner does not name it. */
export type BlobOwner =
  | {
      readonly kind: "version"
      readonly bucketInstanceId: Buffer
      readonly objectKey: string
      readonly versionId: VersionId
    }
  | {
      readonly kind: "part"
      readonly bucketInstanceId: Buffer
      readonly objectKey: string
      readonly uploadId: string
      readonly partNumber: number
      readonly contentId: string
    }
  /** An append, or joined pieces. */
  | { readonly kind: "content"; readonly contentId: string }

export interface BlobRecord {
  readonly owner: BlobOwner
  /** The sealed bytes, when they are here and not in the blob store. */
  readonly inline: Buffer | undefined
}

/** The owner of a content's pieces. */
export interface ContentRecord {
  readonly bucketInstanceId: Buffer
  readonly objectKey: string
  readonly versionId: VersionId
}

/** What a list shows of an object. */
export type ListedRecord = Pick<
  ObjectVersion,
  "lastModifiedMs" | "storageClass" | "sizeBytes" | "etag"
>
