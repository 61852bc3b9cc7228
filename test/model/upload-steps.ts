import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { currentOf, type Upload } from "./bucket-model.ts"
import {
  likelyName,
  randomAttributes,
  randomBucket,
  randomEncryption,
  randomName,
} from "./choices.ts"
import { md5Of, PART_BYTES_MIN, randomContent } from "./contents.ts"
import { FORBID, overwriteRefusals } from "./object-steps.ts"
import {
  bucketOf,
  checkEncryptionTold,
  encryptionHeaders,
  isCarriedOut,
  keyRefusals,
  plannedEncryption,
  type Run,
  setBucket,
  versionTold,
} from "./run.ts"
import {
  abort,
  complete,
  completionRefusals,
  initiate,
  type ListedPart,
  partsOf,
  uploadPart,
} from "./upload-model.ts"

/** More open uploads than this are completed or aborted before others begin. */
const OPEN_UPLOADS_MAX = 12

export async function initiateUpload(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  if (bucket.uploads.size >= OPEN_UPLOADS_MAX) {
    await endUpload(run)
    return
  }
  const objectKey = randomName(run)
  const choice = randomEncryption(run)
  const { attributes, headers } = randomAttributes(run)
  const encryption = plannedEncryption(bucket, choice)
  const answer = await run.send({
    method: "POST",
    bucketName,
    objectKey,
    query: { uploads: "" },
    headers: { ...headers, ...encryptionHeaders(choice) },
  })
  if (!isCarriedOut(answer, keyRefusals(run, encryption))) return
  checkEncryptionTold(run, answer, encryption)
  const uploadId = /<UploadId>([0-9A-Fa-f]{32})</.exec(answer.body.toString())?.[1]
  assert(uploadId !== undefined && !bucket.uploads.has(uploadId), "an upload id is new")
  const upload = { ...attributes, objectKey, encryption, parts: new Map() }
  setBucket(run, bucketName, initiate(bucket, uploadId, upload))
}

interface Chosen {
  readonly bucketName: string
  readonly uploadId: string
  readonly upload: Upload
}

function chooseUpload(run: Run): Chosen | undefined {
  const bucketName = randomBucket(run)
  const chosen = run.random.pick([...bucketOf(run, bucketName).uploads])
  if (chosen === undefined) return undefined
  const [uploadId, upload] = chosen
  return { bucketName, uploadId, upload }
}

export async function sendPart(run: Run): Promise<void> {
  const chosen = chooseUpload(run)
  if (chosen === undefined) return
  const { bucketName, uploadId, upload } = chosen
  const partNumber = 1 + run.random.below(5)
  const bytes = randomContent(run.random, 0.6)
  const answer = await run.send({
    method: "PUT",
    bucketName,
    objectKey: upload.objectKey,
    query: { partNumber: String(partNumber), uploadId },
    body: bytes,
  })
  if (!isCarriedOut(answer, keyRefusals(run, upload.encryption))) return
  assert.equal(answer.headers["etag"], `"${md5Of(bytes)}"`)
  checkEncryptionTold(run, answer, upload.encryption)
  setBucket(run, bucketName, uploadPart(bucketOf(run, bucketName), uploadId, partNumber, bytes))
}

export async function copyPart(run: Run): Promise<void> {
  const chosen = chooseUpload(run)
  if (chosen === undefined) return
  const { bucketName, uploadId, upload } = chosen
  const sourceKey = likelyName(run, bucketOf(run, bucketName))
  const source = currentOf(bucketOf(run, bucketName), sourceKey)
  const size = source?.bytes.length ?? 1
  const first = run.random.below(Math.max(size - PART_BYTES_MIN, 1))
  const last = Math.max(size - 1 - run.random.below(10), 0)
  const isRanged = run.random.chance(0.5) && size > 0
  const partNumber = 1 + run.random.below(5)
  const answer = await run.send({
    method: "PUT",
    bucketName,
    objectKey: upload.objectKey,
    query: { partNumber: String(partNumber), uploadId },
    headers: {
      "x-oss-copy-source": `/${bucketName}/${encodeURIComponent(sourceKey)}`,
      ...(isRanged ? { "x-oss-copy-source-range": `bytes=${first}-${last}` } : {}),
    },
  })
  const refusals = [
    ...(source === undefined ? ["NoSuchKey"] : keyRefusals(run, source.encryption)),
    ...(isRanged && first > last ? ["InvalidRange", "InvalidArgument"] : []),
    ...keyRefusals(run, upload.encryption),
  ]
  if (!isCarriedOut(answer, refusals) || source === undefined) return
  const bytes = isRanged ? source.bytes.subarray(first, last + 1) : source.bytes
  assert.match(answer.body.toString(), new RegExp(`<ETag>"${md5Of(bytes)}"</ETag>`))
  setBucket(run, bucketName, uploadPart(bucketOf(run, bucketName), uploadId, partNumber, bytes))
}

export async function listParts(run: Run): Promise<void> {
  const chosen = chooseUpload(run)
  if (chosen === undefined) return
  const { bucketName, uploadId, upload } = chosen
  const limit = 1 + run.random.below(6)
  const after = run.random.below(4)
  const answer = await run.send({
    method: "GET",
    bucketName,
    objectKey: upload.objectKey,
    query: { uploadId, "max-parts": String(limit), "part-number-marker": String(after) },
  })
  isCarriedOut(answer, [])
  const xml = answer.body.toString()
  const told = Array.from(
    xml.matchAll(/<PartNumber>(\d+)<.*?<ETag>"(\w+)"<.*?<Size>(\d+)</gs),
    ([, number = "", etag = "", size = ""]) => `${number} ${etag} ${size}`,
  )
  const behind = partsOf(upload).filter(([partNumber]) => partNumber > after)
  assert.deepEqual(
    told,
    behind.slice(0, limit).map(([number, { etag, bytes }]) => `${number} ${etag} ${bytes.length}`),
  )
  assert(xml.includes(`<IsTruncated>${behind.length > limit}</IsTruncated>`))
}

/** The list of a Complete: mostly the right one, sometimes one that must be refused. */
function chooseParts({ random }: Run, upload: Upload): readonly ListedPart[] | "all" {
  if (random.chance(0.25)) return "all"
  const listed = partsOf(upload).map(([partNumber, { etag }]) => ({ partNumber, etag }))
  const fault = random.below(10)
  if (fault === 0) return listed.toReversed()
  if (fault === 1) return [...listed, { partNumber: 9, etag: "0".repeat(32) }]
  if (fault === 2) return listed.map((part) => ({ ...part, etag: "0".repeat(32) }))
  return fault < 5 ? listed.filter(() => random.chance(0.7)) : listed
}

/** How the ETag of a multipart object is computed. */
function etagOfParts({ features }: Run): (etags: readonly string[]) => string {
  return (etags) => {
    const joined = etags.join("")
    const hashed = features.multipartEtagOfText ? Buffer.from(joined) : Buffer.from(joined, "hex")
    return `${createHash("md5").update(hashed).digest("hex").toUpperCase()}-${etags.length}`
  }
}

async function completeUpload(run: Run, { bucketName, uploadId, upload }: Chosen): Promise<void> {
  const { objectKey } = upload
  const bucket = bucketOf(run, bucketName)
  const listed = chooseParts(run, upload)
  const isForbidden = run.random.chance(0.1)
  const parts = listed === "all" ? [] : listed
  const elements = parts.map(
    ({ partNumber, etag }) =>
      `<Part><PartNumber>${partNumber}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  )
  const answer = await run.send({
    method: "POST",
    bucketName,
    objectKey,
    query: { uploadId },
    headers: {
      ...(listed === "all" ? { "x-oss-complete-all": "yes" } : {}),
      ...(isForbidden ? FORBID : {}),
    },
    body:
      listed === "all"
        ? ""
        : `<CompleteMultipartUpload>${elements.join("")}</CompleteMultipartUpload>`,
  })
  const refusals = [
    ...completionRefusals(upload, listed),
    ...overwriteRefusals(bucket, objectKey, isForbidden),
    ...keyRefusals(run, upload.encryption),
  ]
  if (!isCarriedOut(answer, refusals)) return
  checkEncryptionTold(run, answer, upload.encryption)
  const versionId = versionTold(run, bucketName, answer)
  const completed = complete(bucket, uploadId, listed, etagOfParts(run), versionId)
  setBucket(run, bucketName, completed)
  const made = currentOf(completed, objectKey)
  assert(answer.body.toString().includes(`<ETag>"${made?.etag ?? ""}"</ETag>`))
  assert.equal(answer.headers["x-oss-hash-crc64ecma"], made?.crc64)
}

/** Completes or aborts an upload, and requests it once more. */
export async function endUpload(run: Run): Promise<void> {
  const chosen = chooseUpload(run)
  if (chosen === undefined) return
  const { bucketName, uploadId, upload } = chosen
  const { objectKey } = upload
  const request = { method: "DELETE", bucketName, objectKey, query: { uploadId } }
  if (run.random.chance(0.75)) {
    await completeUpload(run, chosen)
  } else {
    assert.equal((await run.send(request)).status, 204)
    setBucket(run, bucketName, abort(bucketOf(run, bucketName), uploadId))
  }
  if (bucketOf(run, bucketName).uploads.has(uploadId)) return
  isCarriedOut(await run.send(request), ["NoSuchUpload"])
}
