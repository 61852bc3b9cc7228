import { join } from "node:path"
import { jobCodec, leaseCodec } from "../../src/keeper/keeper.ts"
import { activationCodec } from "../../src/kms/activation.ts"
import { lastUseCodec, lastUsesSinceCodec } from "../../src/kms/stored-uses.ts"
import { clockWitnessCodec } from "../../src/kms/clock-witness.ts"
import type { Cmk, CmkId, CmkState, KeyVersionId } from "../../src/kms/cmk.ts"
import {
  aliasCodec,
  cmkCodec,
  keyVersionCodec,
  keyVersionOfCmkCodec,
} from "../../src/kms/kms-records.ts"
import {
  blobHeadCodec,
  bucketCodec,
  contentCodec,
  partCodec,
  uploadCodec,
} from "../../src/objects/rows/codecs.ts"
import type {
  BucketRecord,
  EncryptionDescriptor,
  ObjectVersion,
  PartRecord,
  UploadRecord,
  VersionOrder,
} from "../../src/objects/rows/records.ts"
import { versionCodec } from "../../src/objects/rows/version-codec.ts"
import type { BlobId } from "../../src/storage/blob-store.ts"
import { ledgerCodec } from "../../src/storage/ledger.ts"
import { sessionCodec } from "../../src/identity/console-sessions.ts"
import { accessKeyCodec } from "../../src/identity/stored-access-keys.ts"
import { binarySampleOf, type RecordSample, sampleOf } from "./golden-records.ts"

export const GOLDEN_FOLDER: string = join(import.meta.dirname, "..", "vectors", "records")

const INSTANCE = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex")
const ORDER = "0198f0000000aaaaaaaaaaaaaaaaaaaa" as VersionOrder
const BLOB_ID = "0198f0000001bbbbbbbbbbbbbbbbbbbb" as BlobId
const CONTENT_ID = "cccccccccccccccccccccccccccccccc"
const UPLOAD_ID = "0198F0000002DDDDDDDDDDDDDDDDDDDD"

const BUCKET: BucketRecord = {
  instanceId: INSTANCE,
  ownerId: "1234567890123456",
  createdMs: 1_750_000_000_000,
  acl: "private",
  storageClass: "Standard",
  dataRedundancyType: "LRS",
  versioning: "never",
  defaultEncryption: { method: "none" },
  state: { kind: "active" },
}

const UNDER_BUCKET_KEY: EncryptionDescriptor = {
  method: "AES256",
  suite: "aes-256-gcm",
  dataKeyId: "11111111-2222-4333-8444-555555555555",
  wrappedKey: { provider: "service", wrapped: Buffer.from("wrapped") },
}

const UNDER_CMK: EncryptionDescriptor = {
  method: "KMS",
  suite: "sm4-gcm",
  dataKeyId: "11111111-2222-4333-8444-555555555556",
  wrappedKey: {
    provider: "kms",
    cmkId: "22222222-2222-4333-8444-555555555555",
    keyVersionId: "33333333-2222-4333-8444-555555555555",
    wrapped: Buffer.from("wrapped by the CMK"),
  },
}

const OBJECT: ObjectVersion = {
  kind: "object",
  versionId: "null",
  order: ORDER,
  headers: { "content-type": "text/plain", "x-oss-meta-a": "b" },
  acl: "default",
  storageClass: "Standard",
  sizeBytes: 5,
  etag: { kind: "md5", text: "5D41402ABC4B2A76B9719D911017C592" },
  crc64: "17848643154165116561",
  lastModifiedMs: 1_750_000_000_123,
  encryption: UNDER_BUCKET_KEY,
  content: { kind: "inline", blobId: BLOB_ID },
}

const UPLOAD: UploadRecord = {
  headers: OBJECT.headers,
  acl: "public-read",
  storageClass: "IA",
  initiatedMs: 1_750_000_000_000,
  partOrder: "any",
  contentId: CONTENT_ID,
  encryption: UNDER_CMK,
  state: { kind: "open" },
}

const PART: PartRecord = {
  partNumber: 3,
  sizeBytes: 5,
  etag: OBJECT.etag.text,
  crc64: OBJECT.crc64,
  lastModifiedMs: 1_750_000_000_123,
  piece: { blobId: BLOB_ID, sizeBytes: 5, isInline: true },
}

const CMK_ID = "7906979c-8e06-46a2-be2d-68e3ccbc40d4" as CmkId
const KEY_VERSION_ID = "86a9efd9-3d16-4894-bd4f-1fc43f3f2abf" as KeyVersionId
const CREATED_AT_MS = 1_767_323_045_000

function cmkSample(state: CmkState): Cmk {
  return {
    cmkId: CMK_ID,
    creator: { kind: "account", accountId: "1234567890123456" },
    description: "a key of 密钥",
    createdAtMs: CREATED_AT_MS,
    state,
    primaryKeyVersionId: KEY_VERSION_ID,
    keyVersionCount: 1,
  }
}

/** Every codec of stored records, with samples. Each needs a golden file of every version that it ever had. */
export const RECORD_SAMPLES: readonly RecordSample[] = [
  sampleOf(
    bucketCodec,
    BUCKET,
    { ...BUCKET, versioning: "enabled", defaultEncryption: { method: "AES256" } },
    {
      ...BUCKET,
      versioning: "suspended",
      defaultEncryption: { method: "KMS", cmk: "alias/a", suite: "sm4-gcm" },
      state: { kind: "deleting" },
    },
    { ...BUCKET, defaultEncryption: { method: "KMS", suite: "aes-256-gcm" } },
    { ...BUCKET, defaultEncryption: { method: "SM4" } },
  ),
  binarySampleOf(
    versionCodec,
    OBJECT,
    {
      ...OBJECT,
      versionId: ORDER,
      etag: { kind: "composite", text: "2351E662233817A7AE974D8C5B0876DD-5" },
      encryption: UNDER_CMK,
      content: { kind: "pieces", contentId: CONTENT_ID },
    },
    {
      ...OBJECT,
      etag: {
        kind: "composite",
        text: "2351E662233817A7AE974D8C5B0876DD-5",
        md5: "5D41402ABC4B2A76B9719D911017C592",
      },
      content: { kind: "pieces", contentId: CONTENT_ID },
    },
    {
      ...OBJECT,
      etag: { kind: "appended", text: "2351E662233817A7AE974D8C5B0876DD" },
      encryption: { ...UNDER_BUCKET_KEY, method: "none" },
      content: { kind: "blob", blobId: BLOB_ID },
    },
    { kind: "marker", versionId: ORDER, order: ORDER, lastModifiedMs: 1_750_000_000_123 },
  ),
  sampleOf(uploadCodec, UPLOAD, {
    ...UPLOAD,
    partOrder: "sequential",
    encryption: UNDER_BUCKET_KEY,
    state: { kind: "completing", gatewayId: "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" },
  }),
  sampleOf(partCodec, PART, {
    ...PART,
    runningMd5: { text: OBJECT.etag.text, sealedState: Buffer.from("sealed") },
  }),
  sampleOf(contentCodec, { bucketInstanceId: INSTANCE, objectKey: "dir/a", versionId: "null" }),
  sampleOf(
    blobHeadCodec,
    {
      owner: {
        kind: "version",
        bucketInstanceId: INSTANCE,
        objectKey: "dir/a",
        versionId: ORDER,
      },
      hasInline: false,
    },
    {
      owner: {
        kind: "part",
        bucketInstanceId: INSTANCE,
        objectKey: "dir/a",
        uploadId: UPLOAD_ID,
        partNumber: 3,
        contentId: CONTENT_ID,
      },
      hasInline: true,
    },
    { owner: { kind: "content", contentId: CONTENT_ID }, hasInline: true },
  ),
  sampleOf(activationCodec, { openedMs: 1_750_000_000_123 }),
  sampleOf(lastUsesSinceCodec, { sinceMs: 1_750_000_000_123 }),
  sampleOf(lastUseCodec, { cmkId: CMK_ID, atMs: 1_750_000_000_123 }),
  sampleOf(sessionCodec, {
    accessKeyId: "OSSEAL00112233445566",
    secretDigest: "ab".repeat(32),
    createdMs: 1_750_000_000_123,
    expiresMs: 1_750_043_200_123,
    freshUntilMs: 0,
    csrfToken: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
  }),
  sampleOf(leaseCodec, { holder: "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" }),
  sampleOf(
    jobCodec,
    { cursor: "blobsFreed:14", finishedMs: 1_750_000_000_123 },
    { cursor: undefined, finishedMs: 1_750_000_000_123 },
  ),
  sampleOf(
    cmkCodec,
    cmkSample({ kind: "Enabled" }),
    cmkSample({ kind: "Disabled" }),
    cmkSample({ kind: "PendingDeletion", deleteAtMs: 1_767_927_845_000, isFinal: false }),
    cmkSample({ kind: "PendingDeletion", deleteAtMs: 1_767_927_845_000, isFinal: true }),
    cmkSample({ kind: "PendingImport" }),
    { ...cmkSample({ kind: "Enabled" }), creator: { kind: "service", service: "OSS" } },
  ),
  sampleOf(
    keyVersionCodec,
    { cmkId: CMK_ID, createdAtMs: CREATED_AT_MS, wrapped: Buffer.from("wrapped material") },
    { cmkId: CMK_ID, createdAtMs: CREATED_AT_MS, wrapped: null },
  ),
  sampleOf(keyVersionOfCmkCodec, { keyVersionId: KEY_VERSION_ID, createdAtMs: CREATED_AT_MS }),
  sampleOf(aliasCodec, { cmkId: CMK_ID }),
  sampleOf(clockWitnessCodec, {
    wallMs: CREATED_AT_MS,
    trustedFromMs: CREATED_AT_MS + 86_400_000,
  }),
  sampleOf(
    ledgerCodec,
    { digestKey: Buffer.alloc(32, 1), rows: 0, sum: 0n },
    { digestKey: Buffer.alloc(32, 1), rows: 2, sum: 2n ** 256n - 1n },
  ),
  sampleOf(accessKeyCodec, {
    accessKeySecret: "5nM1oQ0c3m1V9X4f0sYyq2w8tJr7kBde",
    owner: "root",
    createdMs: 1_700_000_000_000,
  }),
]
