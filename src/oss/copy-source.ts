import { type Bucket, loadBucket } from "../objects/buckets.ts"
import { checkConditions } from "../objects/conditions.ts"
import { type ObjectKey, parseBucketName, parseObjectKey } from "../objects/names.ts"
import { openObject, type OpenedObject } from "../objects/read.ts"
import { checkObjectRight } from "../objects/rights.ts"
import type { ByteRange } from "../base/byte-range.ts"
import type { ObjectVersion } from "../objects/rows/records.ts"
import type { VersionSelector } from "../objects/rows/version-rows.ts"
import { readConditions } from "./conditional-headers.ts"
import { invalidArgument } from "./errors.ts"
import type { Call, Headers } from "./operation.ts"
import { selectorOf, versionHeaders } from "./version-id.ts"

const HEADER = "x-oss-copy-source"

interface NamedSource {
  readonly bucketName: string
  readonly objectKey: string
  readonly selector: VersionSelector
}

/** `/bucket/key` or `/bucket/key?versionId=id`, the key percent-encoded. Throws InvalidArgument. */
function readCopySource(value: string): NamedSource {
  const malformed = invalidArgument(
    "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
    { name: HEADER, value },
  )
  const [path = "", query] = value.split("?", 2)
  const version = query === undefined ? undefined : /^versionId=([^&]*)$/.exec(query)
  if (version === null) throw malformed
  const selector = selectorOf(version?.[1])
  const match = /^\/?([^/]+)\/(.+)$/.exec(path)
  const [, bucketName = "", encodedKey = ""] = match ?? []
  if (match === null) throw malformed
  try {
    return {
      bucketName: decodeURIComponent(bucketName),
      objectKey: decodeURIComponent(encodedKey),
      selector,
    }
  } catch {
    throw malformed
  }
}

export interface CopySource extends OpenedObject {
  readonly bucket: Bucket
  readonly objectKey: ObjectKey
}

/**
 * Opens the source of a copy: its sender needs the right to read it, to use its CMK, and its conditions must hold. One
 * operation of the key service.
 */
export async function openCopySource(
  { request, store, caller }: Call,
  selectRange: (record: ObjectVersion) => ByteRange | undefined,
): Promise<CopySource> {
  const source = readCopySource(request.headers.get(HEADER) ?? "")
  const bucket = await loadBucket(store, parseBucketName(source.bucketName))
  const objectKey = parseObjectKey(source.objectKey)
  const conditions = readConditions(request, "x-oss-copy-source-")
  const opened = await openObject(
    store,
    { caller, bucket, objectKey },
    source.selector,
    (record) => {
      checkObjectRight(caller, bucket, record, "read")
      checkConditions(conditions, record)
      return selectRange(record)
    },
  )
  return { ...opened, bucket, objectKey }
}

/** Which version was copied, where the source's bucket keeps versions. */
export function sourceVersionHeaders({ bucket, record }: CopySource): Headers {
  return versionHeaders(bucket, record).map(([, versionId]) => [
    "x-oss-copy-source-version-id",
    versionId,
  ])
}
