import { asBuffer } from "../../base/bytes.ts"
import type { Tally } from "../../storage/metadata-store.ts"
import type { Bucket } from "../buckets.ts"
import type {
  EncryptionDescriptor,
  EncryptionMethod,
  UploadRecord,
  VersionRecord,
} from "./records.ts"

// What every counted row counts in: bucket instance (16), kind (1), storage class (1), encryption method (1), key version
// (16, zeros without a CMK). So a bucket's numbers are a few groups, and so is what lies under a key version.

export type CountedKind = "current" | "older" | "marker" | "upload" | "part"

const KINDS: readonly CountedKind[] = ["current", "older", "marker", "upload", "part"]

export const STORAGE_CLASSES = [
  "Standard",
  "IA",
  "Archive",
  "ColdArchive",
  "DeepColdArchive",
] as const

const METHODS: readonly EncryptionMethod[] = ["none", "AES256", "SM4", "KMS"]

const NO_KEY_VERSION = Buffer.alloc(16)

interface Counted {
  readonly kind: CountedKind
  readonly storageClass: string
  readonly encryption: EncryptionDescriptor | undefined
  readonly bytes: number
}

export function tallyOf(bucketInstanceId: Buffer, counted: Counted): Tally {
  const { kind, storageClass, encryption, bytes } = counted
  const group = Buffer.allocUnsafe(35)
  bucketInstanceId.copy(group)
  group[16] = KINDS.indexOf(kind)
  group[17] = Math.max(
    STORAGE_CLASSES.findIndex((name) => name === storageClass),
    0,
  )
  group[18] = METHODS.indexOf(encryption?.method ?? "none")
  keyVersionOf(encryption).copy(group, 19)
  return { group, bytes }
}

function keyVersionOf(encryption: EncryptionDescriptor | undefined): Buffer {
  const wrapped = encryption?.wrappedKey
  if (wrapped?.provider !== "kms") return NO_KEY_VERSION
  return Buffer.from(wrapped.keyVersionId.replaceAll("-", ""), "hex")
}

/** How a version counts where it lies. */
export function tallyOfVersion(
  bucket: Bucket,
  place: "current" | "older",
  record: VersionRecord,
): Tally {
  const { instanceId } = bucket.record
  if (record.kind === "marker") {
    const counted = { kind: "marker", storageClass: "Standard", bytes: 0 } as const
    return tallyOf(instanceId, { ...counted, encryption: undefined })
  }
  const { storageClass, encryption, sizeBytes } = record
  return tallyOf(instanceId, { kind: place, storageClass, encryption, bytes: sizeBytes })
}

/** How an upload counts. */
export function tallyOfUpload(
  bucketInstanceId: Buffer,
  { storageClass, encryption }: UploadRecord,
): Tally {
  return tallyOf(bucketInstanceId, { kind: "upload", storageClass, encryption, bytes: 0 })
}

/** What a group that `tallyOf` made stands for. */
export interface CountedGroup {
  /** In hexadecimal. */
  readonly bucketInstanceId: string
  readonly kind: CountedKind
  readonly storageClass: string
  readonly method: EncryptionMethod
  /** undefined without a CMK. */
  readonly keyVersionId: string | undefined
}

export function countedOf(group: Uint8Array): CountedGroup {
  const bytes = asBuffer(group)
  return {
    bucketInstanceId: bytes.toString("hex", 0, 16),
    kind: KINDS[bytes[16] ?? 0] ?? "current",
    storageClass: STORAGE_CLASSES[bytes[17] ?? 0] ?? "Standard",
    method: METHODS[bytes[18] ?? 0] ?? "none",
    keyVersionId: uuidText(bytes.subarray(19)),
  }
}

function uuidText(bytes: Buffer): string | undefined {
  if (bytes.equals(NO_KEY_VERSION)) return undefined
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}
