import { randomBytes } from "node:crypto"
import { completeUpload } from "../../src/objects/complete-upload.ts"
import type { ObjectStore } from "../../src/objects/object-store.ts"
import type { ObjectVersion } from "../../src/objects/rows/records.ts"
import { initiateUpload, loadUpload, type Upload, uploadPart } from "../../src/objects/uploads.ts"
import type { BlobStore } from "../../src/storage/blob-store.ts"
import { ATTRIBUTES, incomingOf, targetOf } from "./store-fixture.ts"

/** Five parts, each of the smallest size allowed for a part that is not the last. */
export const PARTS: readonly Buffer[] = Array.from({ length: 5 }, () => randomBytes(102_400))

/** An open upload of the test's bucket with all of PARTS. */
export async function openUpload(store: ObjectStore, objectKey: string): Promise<Upload> {
  const target = await targetOf(store, objectKey)
  const input = {
    attributes: ATTRIBUTES,
    partOrder: "any" as const,
    encryption: undefined,
    forbidOverwrite: false,
  }
  const { uploadId } = await initiateUpload(store, target, input)
  const upload = await loadUpload(store, target, uploadId)
  for (const [index, bytes] of PARTS.entries()) {
    await uploadPart(store, upload, index + 1, incomingOf(bytes))
  }
  return upload
}

/** An object of all PARTS, with nothing left to be freed. */
export async function putInParts(store: ObjectStore, objectKey: string): Promise<ObjectVersion> {
  const upload = await openUpload(store, objectKey)
  const record = await completeUpload(store, upload, "all", { forbidOverwrite: false })
  await store.reclaimer.drained()
  return record
}

/** How many blobs the blob store has. */
export async function countFiles(blobs: BlobStore): Promise<number> {
  let count = 0
  for await (const _blobId of blobs.list()) count += 1
  return count
}
