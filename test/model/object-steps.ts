import assert from "node:assert/strict"
import type { SignedAnswer } from "../oss/signed-client.ts"
import {
  currentOf,
  isPublic,
  type ObjectVersion,
  put,
  remove,
  setObjectAcl,
  type BucketModel,
} from "./bucket-model.ts"
import {
  likelyName,
  OBJECT_ACLS,
  randomAttributes,
  randomBucket,
  randomEncryption,
  randomName,
} from "./choices.ts"
import { md5Of, randomContent } from "./contents.ts"
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

export const FORBID = { "x-oss-forbid-overwrite": "true" }

/** forbid-overwrite has no effect on a bucket whose versioning was ever enabled. */
export function overwriteRefusals(
  bucket: BucketModel,
  objectKey: string,
  forbidden: boolean,
): string[] {
  const isTaken = currentOf(bucket, objectKey) !== undefined
  return forbidden && isTaken && bucket.versioning === "never" ? ["FileAlreadyExists"] : []
}

export async function putObject(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const objectKey = randomName(run)
  const bytes = randomContent(run.random)
  const choice = randomEncryption(run)
  const { attributes, headers } = randomAttributes(run)
  const isForbidden = run.random.chance(0.15)
  const encryption = plannedEncryption(bucket, choice)
  const answer = await run.send({
    method: "PUT",
    bucketName,
    objectKey,
    body: bytes,
    headers: { ...headers, ...encryptionHeaders(choice), ...(isForbidden ? FORBID : {}) },
  })
  const refusals = [
    ...overwriteRefusals(bucket, objectKey, isForbidden),
    ...keyRefusals(run, encryption),
  ]
  if (!isCarriedOut(answer, refusals)) return
  assert.equal(answer.headers["etag"], `"${md5Of(bytes)}"`)
  checkEncryptionTold(run, answer, encryption)
  const versionId = versionTold(run, bucketName, answer)
  const input = { ...attributes, bytes, encryption }
  setBucket(run, bucketName, put(bucket, objectKey, input, versionId))
}

export async function copyObject(run: Run): Promise<void> {
  const [fromName, bucketName] = [randomBucket(run), randomBucket(run)]
  const bucket = bucketOf(run, bucketName)
  const sourceKey = likelyName(run, bucketOf(run, fromName))
  const objectKey = randomName(run)
  // The response to a copy onto itself without a change is not documented.
  const isOntoItself = fromName === bucketName && sourceKey === objectKey
  const isReplaced = run.random.chance(0.3) || isOntoItself
  const choice = randomEncryption(run)
  const isForbidden = run.random.chance(0.1)
  const { attributes, headers } = randomAttributes(run)
  const source = currentOf(bucketOf(run, fromName), sourceKey)
  const encryption = plannedEncryption(bucket, choice)
  const answer = await run.send({
    method: "PUT",
    bucketName,
    objectKey,
    headers: {
      ...headers,
      ...encryptionHeaders(choice),
      ...(isForbidden ? FORBID : {}),
      ...(isReplaced ? { "x-oss-metadata-directive": "REPLACE" } : {}),
      "x-oss-copy-source": `/${fromName}/${encodeURIComponent(sourceKey)}`,
    },
  })
  const refusals = [
    ...(source === undefined ? ["NoSuchKey"] : keyRefusals(run, source.encryption)),
    ...overwriteRefusals(bucket, objectKey, isForbidden),
    ...keyRefusals(run, encryption),
  ]
  if (!isCarriedOut(answer, refusals) || source === undefined) return
  assert.match(answer.body.toString(), new RegExp(`<ETag>"${md5Of(source.bytes)}"</ETag>`))
  checkEncryptionTold(run, answer, encryption)
  const { contentType, metadata } = isReplaced ? attributes : source
  // A copy onto itself keeps the ACL unless it names one.
  const acl = isOntoItself && !("x-oss-object-acl" in headers) ? source.acl : attributes.acl
  const input = { contentType, metadata, acl, bytes: source.bytes, encryption }
  const versionId = versionTold(run, bucketName, answer)
  setBucket(run, bucketName, put(bucket, objectKey, input, versionId))
}

/** Everything that a read returns about an object apart from its bytes. */
export function checkObjectTold(run: Run, answer: SignedAnswer, object: ObjectVersion): void {
  const { headers } = answer
  assert.equal(headers["etag"], `"${object.etag}"`)
  assert.equal(headers["x-oss-hash-crc64ecma"], object.crc64)
  assert.equal(headers["x-oss-object-type"], object.type)
  assert.equal(headers["content-type"], object.contentType)
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith("x-oss-meta-"))
  assert.deepEqual(metadata, [...object.metadata])
  checkEncryptionTold(run, answer, object.encryption)
}

/** A GET of the whole object, a HEAD or a GET by a stranger. */
export async function readObject(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const objectKey = likelyName(run, bucket)
  const object = currentOf(bucket, objectKey)
  const method = run.random.chance(0.25) ? "HEAD" : "GET"
  const anonymous = run.random.chance(0.15)
  const answer = await run.send({ method, bucketName, objectKey, anonymous })
  const missing = object === undefined ? ["NoSuchKey"] : []
  if (anonymous && !isCarriedOut(answer, strangerRefusals(bucket, object, method))) return
  const refusals =
    object === undefined || method === "HEAD" ? missing : keyRefusals(run, object.encryption)
  if (!isCarriedOut(answer, refusals) || object === undefined) return
  checkObjectTold(run, answer, object)
  assert.equal(answer.headers["content-length"], String(object.bytes.length))
  if (method === "GET") assert(answer.body.equals(object.bytes), "the bytes that were stored")
}

function strangerRefusals(
  bucket: BucketModel,
  object: ObjectVersion | undefined,
  method: string,
): string[] {
  if (!isPublic(bucket, object ?? { acl: "default" })) return ["AccessDenied"]
  if (object === undefined) return ["NoSuchKey"]
  // Objects under a CMK are only for signed requests; for HEAD, the rules do not say so.
  return object.encryption.method === "KMS" && method === "GET" ? ["AccessDenied"] : []
}

export async function readRange(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const objectKey = likelyName(run, bucketOf(run, bucketName))
  const object = currentOf(bucketOf(run, bucketName), objectKey)
  const size = object?.bytes.length ?? 10
  const first = run.random.below(size + 3)
  const last = first + run.random.below(run.random.chance(0.5) ? 20 : size + 5)
  const isStandard = run.random.chance(0.5)
  const headers = {
    range: `bytes=${first}-${last}`,
    ...(isStandard ? { "x-oss-range-behavior": "standard" } : {}),
  }
  const answer = await run.send({ method: "GET", bucketName, objectKey, headers })
  if (object === undefined) {
    isCarriedOut(answer, ["NoSuchKey"])
    return
  }
  const isOutside = isStandard && first >= size
  const refusals = [...keyRefusals(run, object.encryption), ...(isOutside ? ["InvalidRange"] : [])]
  const isPart = last < size || (isStandard && !isOutside)
  if (!isCarriedOut(answer, refusals, isPart ? 206 : 200)) return
  checkObjectTold(run, answer, object)
  const expected = isPart ? object.bytes.subarray(first, last + 1) : object.bytes
  assert(answer.body.equals(expected), "the bytes of the range")
  const end = Math.min(last, size - 1)
  assert.equal(
    answer.headers["content-range"],
    isPart ? `bytes ${first}-${end}/${size}` : undefined,
  )
}

export async function readOnCondition(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const objectKey = likelyName(run, bucketOf(run, bucketName))
  const object = currentOf(bucketOf(run, bucketName), objectKey)
  const isSame = run.random.chance(0.5)
  const etag = isSame && object !== undefined ? `"${object.etag}"` : `"${"0".repeat(32)}"`
  const isNone = run.random.chance(0.5)
  const headers: Record<string, string> = { [isNone ? "if-none-match" : "if-match"]: etag }
  const answer = await run.send({ method: "HEAD", bucketName, objectKey, headers })
  if (object === undefined) {
    isCarriedOut(answer, ["NoSuchKey"])
  } else if (isNone && isSame) {
    assert.equal(answer.status, 304)
  } else if (!isNone && !isSame) {
    assert.equal(answer.status, 412)
  } else {
    isCarriedOut(answer, [])
    checkObjectTold(run, answer, object)
  }
}

export async function deleteObject(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const objectKey = likelyName(run, bucket)
  const answer = await run.send({ method: "DELETE", bucketName, objectKey })
  assert.equal(answer.status, 204)
  const isMarked = bucket.versioning !== "never"
  assert.equal(answer.headers["x-oss-delete-marker"], isMarked ? "true" : undefined)
  const versionId = versionTold(run, bucketName, answer)
  setBucket(run, bucketName, remove(bucket, objectKey, versionId))
}

export async function deleteMany(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  let bucket = bucketOf(run, bucketName)
  // The id of each marker is only in the response body: left to single deletions.
  if (bucket.versioning === "enabled") return
  const names = Array.from({ length: 1 + run.random.below(4) }, () => likelyName(run, bucket))
  const escape = (name: string): string =>
    name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
  const objects = names.map((name) => `<Object><Key>${escape(name)}</Key></Object>`).join("")
  const body = `<Delete><Quiet>true</Quiet>${objects}</Delete>`
  const answer = await run.send({ method: "POST", bucketName, query: { delete: "" }, body })
  isCarriedOut(answer, [])
  for (const name of names) bucket = remove(bucket, name)
  setBucket(run, bucketName, bucket)
}

export async function changeObjectAcl(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const objectKey = likelyName(run, bucket)
  const object = currentOf(bucket, objectKey)
  const acl = run.random.pick(OBJECT_ACLS) ?? "default"
  const headers = { "x-oss-object-acl": acl }
  const query = { acl: "" }
  const answer = await run.send({ method: "PUT", bucketName, objectKey, query, headers })
  if (!isCarriedOut(answer, object === undefined ? ["NoSuchKey"] : [])) return
  setBucket(run, bucketName, setObjectAcl(bucket, objectKey, acl))
  const told = await run.send({ method: "GET", bucketName, objectKey, query })
  assert.match(told.body.toString(), new RegExp(`<Grant>${acl}</Grant>`))
}
