// Versions and appends. Written from the rules; enabled by a feature when the server has them.
import assert from "node:assert/strict"
import {
  append,
  appendRefusal,
  currentOf,
  NULL_VERSION,
  removeVersion,
  setVersioning,
} from "./bucket-model.ts"
import { likelyName, randomAttributes, randomBucket, randomEncryption } from "./choices.ts"
import { randomContent } from "./contents.ts"
import { checkObjectTold } from "./object-steps.ts"
import {
  bucketOf,
  checkEncryptionTold,
  encryptionHeaders,
  isCarriedOut,
  keyRefusals,
  plannedEncryption,
  type Run,
  setBucket,
} from "./run.ts"

export async function changeVersioning(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const versioning = run.random.chance(0.6) ? "enabled" : "suspended"
  const status = versioning === "enabled" ? "Enabled" : "Suspended"
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  const query = { versioning: "" }
  isCarriedOut(await run.send({ method: "PUT", bucketName, query, body }), [])
  setBucket(run, bucketName, setVersioning(bucketOf(run, bucketName), versioning))
  const told = await run.send({ method: "GET", bucketName, query })
  assert(told.body.toString().includes(`<Status>${status}</Status>`))
}

export async function readVersion(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const objectKey = likelyName(run, bucket)
  const version = run.random.pick([...(bucket.versions.get(objectKey) ?? [])])
  if (version === undefined) return
  const query = { versionId: version.versionId }
  const answer = await run.send({ method: "GET", bucketName, objectKey, query })
  if (version.kind === "marker") {
    isCarriedOut(answer, ["MethodNotAllowed"])
    return
  }
  if (!isCarriedOut(answer, keyRefusals(run, version.encryption))) return
  checkObjectTold(run, answer, version)
  assert(answer.body.equals(version.bytes), "the bytes of the version")
}

export async function deleteVersion(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const objectKey = likelyName(run, bucket)
  const version = run.random.pick([...(bucket.versions.get(objectKey) ?? [])])
  if (version === undefined) return
  const { versionId } = version
  const answer = await run.send({ method: "DELETE", bucketName, objectKey, query: { versionId } })
  assert.equal(answer.status, 204)
  const isMarker = version.kind === "marker"
  assert.equal(answer.headers["x-oss-delete-marker"], isMarker ? "true" : undefined)
  setBucket(run, bucketName, removeVersion(bucket, objectKey, versionId))
}

export async function appendObject(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const objectKey = run.random.chance(0.7) ? `log${run.random.below(3)}` : likelyName(run, bucket)
  const current = currentOf(bucket, objectKey)
  const length = current?.bytes.length ?? 0
  const position = run.random.chance(0.85) ? length : run.random.below(length + 10)
  const bytes = randomContent(run.random, 0)
  const choice = current === undefined ? randomEncryption(run) : undefined
  const { attributes, headers } = randomAttributes(run)
  const answer = await run.send({
    method: "POST",
    bucketName,
    objectKey,
    query: { append: "", position: String(position) },
    headers: { ...headers, ...encryptionHeaders(choice) },
    body: bytes,
  })
  const encryption = current?.encryption ?? plannedEncryption(bucket, choice)
  const refusal = appendRefusal(bucket, objectKey, position)
  const refusals = [...(refusal === undefined ? [] : [refusal]), ...keyRefusals(run, encryption)]
  if (!isCarriedOut(answer, refusals)) return
  checkEncryptionTold(run, answer, encryption)
  assert.equal(answer.headers["x-oss-next-append-position"], String(length + bytes.length))
  const etag = String(answer.headers["etag"]).replaceAll('"', "")
  const input = { ...attributes, bytes, encryption }
  const namedAcl = "x-oss-object-acl" in headers ? attributes.acl : undefined
  const told = answer.headers["x-oss-version-id"]
  if (current !== undefined && told !== undefined) assert.equal(told, current.versionId)
  const versionId = typeof told === "string" ? told : NULL_VERSION
  const appended = append(bucket, objectKey, input, { etag, versionId, namedAcl })
  assert.equal(answer.headers["x-oss-hash-crc64ecma"], currentOf(appended, objectKey)?.crc64)
  setBucket(run, bucketName, appended)
}
