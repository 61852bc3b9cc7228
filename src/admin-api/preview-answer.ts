import type { AnswerToSend } from "../http/answer.ts"
import { loadBucket } from "../objects/buckets.ts"
import { parseBucketName, parseObjectKey } from "../objects/names.ts"
import { openObject } from "../objects/read.ts"
import { checkObjectRight } from "../objects/rights.ts"
import { AdminError } from "./errors.ts"
import { checkNeeds, ofReading } from "./needs.ts"
import { selectorOf } from "./object-view.ts"
import type { SignedInCall } from "./operation.ts"
import { previewHeaders } from "./security-headers.ts"

/**
 * The bytes of what a preview's address names, read with the rights of the signed-in user. Throws AdminError NotFound.
 */
export async function showPreview(call: SignedInCall): Promise<AnswerToSend> {
  const { caller, store, previews, request, session } = call
  const preview = previews.find(request.path, session)
  if (preview === undefined) throw new AdminError("NotFound")
  checkNeeds(call, ofReading(call, { ...preview, bucket: preview.bucketName }))
  const bucket = await loadBucket(store, parseBucketName(preview.bucketName))
  const target = { caller, bucket, objectKey: parseObjectKey(preview.objectKey) }
  const { body } = await openObject(store, target, selectorOf(preview.versionId), (record) => {
    checkObjectRight(caller, bucket, record, "read")
    return undefined
  })
  return { status: 200, headers: previewHeaders(preview.contentType), body }
}
