import { type Bucket, loadBucket } from "../objects/buckets.ts"
import { checkConditions } from "../objects/conditions.ts"
import { type ObjectKey, parseBucketName, parseObjectKey } from "../objects/names.ts"
import { DeleteMarkerFound, openObject, type OpenedObject } from "../objects/read.ts"
import { checkObjectRight } from "../objects/rights.ts"
import type { ByteRange } from "../base/byte-range.ts"
import type { ObjectVersion } from "../objects/rows/records.ts"
import { readConditions } from "./conditional-headers.ts"
import { invalidArgument, type OssError } from "./errors.ts"
import type { Call, Headers } from "./operation.ts"
import type { OssRequest } from "./request.ts"
import { selectorOf, versionHeaders } from "./version-id.ts"

const HEADER = "x-oss-copy-source"

interface NamedSource {
  readonly bucketName: string
  readonly objectKey: string
  readonly versionId: string | undefined
}

/**
 * `/bucket/key` or `/bucket/key?versionId=id`, encoded like a query: "+" is a space, as Go v1 and ossutil write it, and
 * "%2B" is a plus; undefined for anything else.
 */
export function copySourceOf({ headers }: OssRequest): NamedSource | undefined {
  const value = headers.get(HEADER) ?? ""
  const mark = value.indexOf("?")
  const path = mark === -1 ? value : value.slice(0, mark)
  const query = mark === -1 ? undefined : value.slice(mark + 1)
  const version = query === undefined ? undefined : /^versionId=([^&]*)$/.exec(query)
  const match = /^\/?([^/]+)\/(.+)$/.exec(path)
  if (version === null || match === null) return undefined
  const [, bucketName = "", encodedKey = ""] = match
  try {
    return {
      bucketName: decodeURIComponent(bucketName),
      objectKey: decodeURIComponent(encodedKey.replaceAll("+", "%20")),
      versionId: version?.[1],
    }
  } catch {
    return undefined
  }
}

export interface CopySource extends OpenedObject {
  readonly bucket: Bucket
  readonly objectKey: ObjectKey
  /** The request named no version. */
  readonly isNewest: boolean
}

/**
 * Opens the source of a copy: the sender needs the right to read it and to use its CMK, and the conditions must hold.
 * One operation of the key service.
 */
export async function openCopySource(
  { request, store, caller }: Call,
  selectRange: (record: ObjectVersion) => ByteRange | undefined,
): Promise<CopySource> {
  const value = request.headers.get(HEADER) ?? ""
  const source = copySourceOf(request)
  if (source === undefined) {
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
      { name: HEADER, value },
    )
  }
  const selector = selectorOf(source.versionId)
  const bucket = await loadBucket(store, parseBucketName(source.bucketName))
  const objectKey = parseObjectKey(source.objectKey)
  const conditions = readConditions(request, "x-oss-copy-source-")
  const select = (record: ObjectVersion): ByteRange | undefined => {
    checkObjectRight(caller, bucket, record, "read")
    checkConditions(conditions, record)
    return selectRange(record)
  }
  try {
    const target = { caller, bucket, objectKey }
    const opened = await openObject(store, target, selector, select)
    return { ...opened, bucket, objectKey, isNewest: selector.kind === "current" }
  } catch (error) {
    throw isNamedMarker(error) ? markerNamed(value) : error
  }
}

/** A delete marker that the source names by its id. */
function isNamedMarker(error: unknown): boolean {
  return error instanceof DeleteMarkerFound && error.code === "DeleteMarkerNamed"
}

/**
 * Source: the service's page of this EC. The response to a read would list the methods that the target allows, but
 * would mean the source.
 */
function markerNamed(value: string): OssError {
  return invalidArgument(
    "The source of a copy cannot be a delete marker.",
    { name: HEADER, value },
    "0016-00000307",
  )
}

/** The version that was copied, where the source's bucket keeps versions. */
export function sourceVersionHeaders({ bucket, record }: CopySource): Headers {
  return versionHeaders(bucket, record).map(([, versionId]) => [
    "x-oss-copy-source-version-id",
    versionId,
  ])
}
