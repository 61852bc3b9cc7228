import assert from "node:assert/strict"
import { DELIMITERS, likelyName, PREFIXES, randomBucket } from "./choices.ts"
import {
  type Entry,
  type ListedVersion,
  listObjects,
  listUploads,
  listVersions,
  type ListQuery,
  type Page,
} from "./listing-model.ts"
import type { ObjectVersion } from "./bucket-model.ts"
import { bucketOf, isCarriedOut, type Run } from "./run.ts"

/** The texts of every element of that name, with what is inside it. */
function elementsOf(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"))
  return Array.from(found, ([, inside = ""]) => inside)
}

function textOf(xml: string, name: string): string {
  return elementsOf(xml, name)[0] ?? ""
}

/** Listings are requested with encoding-type=url, so names contain no references. */
function nameOf(xml: string, name: string): string {
  return decodeURIComponent(textOf(xml, name))
}

function randomQuery({ random }: Run): ListQuery {
  const limit = random.chance(0.6) ? 1 + random.below(6) : 1000
  return { prefix: random.pick(PREFIXES), delimiter: random.pick(DELIMITERS), limit }
}

function parametersOf({ prefix, delimiter, limit }: ListQuery): Record<string, string> {
  return { prefix, delimiter, "max-keys": String(limit), "encoding-type": "url" }
}

/** One line for each entry, for comparing. */
function linesOf(entries: readonly Entry<ObjectVersion>[]): string[] {
  const objects = entries.map((entry) =>
    entry.kind === "prefix"
      ? ""
      : `${entry.name} ${entry.item.bytes.length} "${entry.item.etag}" ${entry.item.type}`,
  )
  return [...objects.filter((line) => line !== ""), ...prefixesOf(entries)]
}

function prefixesOf(entries: readonly Entry<unknown>[]): string[] {
  return entries.flatMap(({ kind, name }) => (kind === "prefix" ? [`prefix ${name}`] : []))
}

function prefixesTold(xml: string): string[] {
  return elementsOf(xml, "CommonPrefixes").map((each) => `prefix ${nameOf(each, "Prefix")}`)
}

function linesTold(xml: string): string[] {
  const objects = elementsOf(xml, "Contents").map((each) => {
    const [size, etag, type] = ["Size", "ETag", "Type"].map((name) => textOf(each, name))
    return `${nameOf(each, "Key")} ${size ?? ""} ${etag ?? ""} ${type ?? ""}`
  })
  return [...objects, ...prefixesTold(xml)]
}

function checkPage(xml: string, page: Page<ObjectVersion>): void {
  assert.deepEqual(linesTold(xml), linesOf(page.entries))
  assert.equal(textOf(xml, "IsTruncated"), String(page.isTruncated))
}

export async function listOnePage(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const query = randomQuery(run)
  const marker = run.random.chance(0.5) ? likelyName(run, bucket) : ""
  const answer = await run.send({
    method: "GET",
    bucketName,
    query: { ...parametersOf(query), marker },
  })
  isCarriedOut(answer, [])
  const xml = answer.body.toString()
  const page = listObjects(bucket, { ...query, marker })
  checkPage(xml, page)
  const next = page.isTruncated ? (page.entries.at(-1)?.name ?? "") : ""
  assert.equal(nameOf(xml, "NextMarker"), next)
}

/** Every page of a V2 listing, by its tokens. */
export async function listByTokens(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const query = { ...randomQuery(run), limit: 3 + run.random.below(20) }
  let marker = run.random.chance(0.3) ? likelyName(run, bucket) : ""
  let from: Record<string, string> = marker === "" ? {} : { "start-after": marker }
  for (;;) {
    const parameters = { ...parametersOf(query), "list-type": "2", ...from }
    const answer = await run.send({ method: "GET", bucketName, query: parameters })
    isCarriedOut(answer, [])
    const xml = answer.body.toString()
    const page = listObjects(bucket, { ...query, marker })
    checkPage(xml, page)
    assert.equal(textOf(xml, "KeyCount"), String(page.entries.length))
    if (!page.isTruncated) return
    marker = page.entries.at(-1)?.name ?? ""
    from = { "continuation-token": textOf(xml, "NextContinuationToken") }
  }
}

export async function listOpenUploads(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const { prefix, delimiter, limit } = randomQuery(run)
  const marker = run.random.chance(0.4) ? run.random.pick([...bucket.uploads]) : undefined
  const [uploadId = "", upload] = marker ?? []
  const keyMarker = upload?.objectKey ?? ""
  const uploadIdMarker = run.random.chance(0.5) ? uploadId : ""
  const answer = await run.send({
    method: "GET",
    bucketName,
    query: {
      uploads: "",
      prefix,
      delimiter,
      "max-uploads": String(limit),
      "encoding-type": "url",
      "key-marker": keyMarker,
      "upload-id-marker": uploadIdMarker,
    },
  })
  isCarriedOut(answer, [])
  const xml = answer.body.toString()
  const page = listUploads(bucket, { prefix, delimiter, limit, keyMarker, uploadIdMarker })
  const told = elementsOf(xml, "Upload").map(
    (each) => `${nameOf(each, "Key")} ${textOf(each, "UploadId")}`,
  )
  const expected = page.entries.flatMap((entry) =>
    entry.kind === "item" ? [`${entry.name} ${entry.item.uploadId}`] : [],
  )
  assert.deepEqual([...told, ...prefixesTold(xml)], [...expected, ...prefixesOf(page.entries)])
  assert.equal(textOf(xml, "IsTruncated"), String(page.isTruncated))
}

export async function readStat(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const answer = await run.send({ method: "GET", bucketName, query: { stat: "" } })
  isCarriedOut(answer, [])
  const xml = answer.body.toString()
  const objects = [...bucket.versions.values()].flat().filter(({ kind }) => kind === "object")
  assert.equal(textOf(xml, "ObjectCount"), String(objects.length))
  assert.equal(textOf(xml, "MultipartUploadCount"), String(bucket.uploads.size))
}

function versionLine({ name, item }: { name: string; item: ListedVersion }): string {
  const { version, isLatest } = item
  const what = version.kind === "marker" ? "marker" : `${version.bytes.length} "${version.etag}"`
  return `${name} ${version.versionId} ${isLatest} ${what}`
}

function versionsTold(xml: string): string[] {
  const found = xml.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)
  return Array.from(found, ([, kind, each = ""]) => {
    const what =
      kind === "DeleteMarker" ? "marker" : `${textOf(each, "Size")} ${textOf(each, "ETag")}`
    return `${nameOf(each, "Key")} ${textOf(each, "VersionId")} ${textOf(each, "IsLatest")} ${what}`
  })
}

/** Every page of a listing of versions, from a marker on. */
export async function listAllVersions(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const bucket = bucketOf(run, bucketName)
  const query = { ...randomQuery(run), limit: 4 + run.random.below(20) }
  let keyMarker = run.random.chance(0.5) ? likelyName(run, bucket) : ""
  const versions = bucket.versions.get(keyMarker) ?? []
  const version = run.random.chance(0.5) ? run.random.pick(versions) : undefined
  let versionIdMarker = version?.versionId ?? ""
  // The server's marker of a null version is its position, which the model does not know.
  let sentMarker = versionIdMarker
  for (;;) {
    const answer = await run.send({
      method: "GET",
      bucketName,
      query: {
        ...parametersOf(query),
        versions: "",
        "key-marker": keyMarker,
        "version-id-marker": sentMarker,
      },
    })
    isCarriedOut(answer, [])
    const xml = answer.body.toString()
    const page = listVersions(bucket, { ...query, keyMarker, versionIdMarker })
    const expected = page.entries.flatMap((entry) =>
      entry.kind === "item" ? [versionLine(entry)] : [],
    )
    assert.deepEqual(
      [...versionsTold(xml), ...prefixesTold(xml)],
      [...expected, ...prefixesOf(page.entries)],
    )
    assert.equal(textOf(xml, "IsTruncated"), String(page.isTruncated))
    if (!page.isTruncated) return
    keyMarker = nameOf(xml, "NextKeyMarker")
    sentMarker = textOf(xml, "NextVersionIdMarker")
    const last = page.entries.at(-1)
    versionIdMarker = last?.kind === "item" ? last.item.version.versionId : ""
    assert.equal(keyMarker, last?.name)
  }
}
