// Multipart uploads according to the OSS rules.
import { addMultipart, type BucketModel, type Part, type Upload } from "./bucket-model.ts"
import { md5Of, PART_BYTES_MIN } from "./contents.ts"

/** A part as a client lists it. */
export interface ListedPart {
  readonly partNumber: number
  readonly etag: string
}

function withUpload(
  bucket: BucketModel,
  uploadId: string,
  upload: Upload | undefined,
): BucketModel {
  const uploads = new Map(bucket.uploads)
  if (upload === undefined) uploads.delete(uploadId)
  else uploads.set(uploadId, upload)
  return { ...bucket, uploads }
}

export function initiate(bucket: BucketModel, uploadId: string, upload: Upload): BucketModel {
  return withUpload(bucket, uploadId, upload)
}

/** The last part under a number counts. */
export function uploadPart(
  bucket: BucketModel,
  uploadId: string,
  partNumber: number,
  bytes: Buffer,
): BucketModel {
  const upload = bucket.uploads.get(uploadId)
  if (upload === undefined) return bucket
  const parts = new Map(upload.parts)
  parts.set(partNumber, { bytes, etag: md5Of(bytes) })
  return withUpload(bucket, uploadId, { ...upload, parts })
}

export function abort(bucket: BucketModel, uploadId: string): BucketModel {
  return withUpload(bucket, uploadId, undefined)
}

/** The parts in order of their numbers. */
export function partsOf(upload: Upload): [partNumber: number, part: Part][] {
  return [...upload.parts].sort(([left], [right]) => left - right)
}

/** The codes with which CompleteMultipartUpload of these parts may be refused; empty: it is carried out. */
export function completionRefusals(
  upload: Upload,
  listed: readonly ListedPart[] | "all",
): string[] {
  const refusals: string[] = []
  const wanted = listed === "all" ? partsOf(upload).map(([partNumber]) => partNumber) : []
  if (listed === "all" && wanted.length === 0) return ["InvalidPart", "MalformedXML"]
  if (listed === "all") return tooSmall(upload, wanted)
  if (listed.length === 0) return []
  const numbers = listed.map(({ partNumber }) => partNumber)
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    refusals.push("InvalidPartOrder")
  }
  if (listed.some(({ partNumber, etag }) => upload.parts.get(partNumber)?.etag !== etag)) {
    refusals.push("InvalidPart")
  }
  return [...refusals, ...tooSmall(upload, numbers)]
}

/** Every part but the last has 100 KiB. */
function tooSmall(upload: Upload, numbers: readonly number[]): string[] {
  const isSmall = (number: number): boolean =>
    (upload.parts.get(number)?.bytes.length ?? PART_BYTES_MIN) < PART_BYTES_MIN
  return numbers.slice(0, -1).some(isSmall) ? ["EntityTooSmall"] : []
}

/** The object that a completion creates from the parts, whose list was found valid. `etagOfParts` computes its ETag. */
export function complete(
  bucket: BucketModel,
  uploadId: string,
  listed: readonly ListedPart[] | "all",
  etagOfParts: (etags: readonly string[]) => string,
  versionId?: string,
): BucketModel {
  const upload = bucket.uploads.get(uploadId)
  if (upload === undefined) return bucket
  const numbers =
    listed === "all"
      ? partsOf(upload).map(([partNumber]) => partNumber)
      : listed.map(({ partNumber }) => partNumber)
  const parts = numbers.flatMap((number) => upload.parts.get(number) ?? [])
  const made = {
    bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
    etag: etagOfParts(parts.map(({ etag }) => etag)),
  }
  return addMultipart(abort(bucket, uploadId), upload, made, versionId)
}
