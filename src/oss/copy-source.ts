import { loadBucket } from "../objects/buckets.ts"
import { checkConditions } from "../objects/conditions.ts"
import { type ObjectKey, parseBucketName, parseObjectKey } from "../objects/names.ts"
import { openObject, type OpenedObject } from "../objects/read.ts"
import type { ByteRange } from "../base/byte-range.ts"
import type { ObjectRecord } from "../objects/records.ts"
import { checkCmkUse, checkObjectAccess } from "./authorize.ts"
import { readConditions } from "./conditional-headers.ts"
import { invalidArgument, OssError } from "./errors.ts"
import type { Call } from "./operation.ts"

const HEADER = "x-oss-copy-source"

/** `/bucket/key`, the key percent-encoded. Throws InvalidArgument, and NotImplemented for a version. */
function readCopySource(value: string): { bucketName: string; objectKey: string } {
  const malformed = invalidArgument(
    "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
    { name: HEADER, value },
  )
  const [path = "", query] = value.split("?", 2)
  if (query !== undefined) {
    throw new OssError("NotImplemented", {
      message: "A header you provided implies functionality that is not implemented: versions.",
      fields: { Header: HEADER },
    })
  }
  const match = /^\/?([^/]+)\/(.+)$/.exec(path)
  const [, bucketName = "", encodedKey = ""] = match ?? []
  if (match === null) throw malformed
  try {
    return { bucketName: decodeURIComponent(bucketName), objectKey: decodeURIComponent(encodedKey) }
  } catch {
    throw malformed
  }
}

export interface CopySource extends OpenedObject {
  readonly objectKey: ObjectKey
}

/**
 * Opens the source of a copy: its sender needs the right to read it, to use its CMK, and its conditions must hold. One
 * operation of the key service.
 */
export async function openCopySource(
  { request, store, principal }: Call,
  selectRange: (record: ObjectRecord) => ByteRange | undefined,
): Promise<CopySource> {
  const source = readCopySource(request.headers.get(HEADER) ?? "")
  const bucket = await loadBucket(store, parseBucketName(source.bucketName))
  const objectKey = parseObjectKey(source.objectKey)
  await checkObjectAccess(store, principal, bucket, objectKey, "object-read")
  const conditions = readConditions(request, "x-oss-copy-source-")
  const opened = await openObject(store, bucket, objectKey, (record) => {
    if (record.encryption.method === "KMS") checkCmkUse(principal)
    checkConditions(conditions, record)
    return selectRange(record)
  })
  return { ...opened, objectKey }
}
