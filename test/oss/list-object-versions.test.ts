// ListObjectVersions over the OSS API, and deletions of many versions at once.
import assert from "node:assert/strict"
import { test } from "node:test"
import { childOf, childrenOf, type ReadElement, readXml, textOf } from "../../src/oss/xml-read.ts"
import { type BucketClient, onEachEngine, versionIdOf } from "./bucket-client.ts"

/**
 * One page: `name version` of objects, with `(marker)` after markers and `*` after the newest, followed by `prefix`es.
 */
interface Page {
  readonly versions: readonly string[]
  readonly prefixes: readonly string[]
  readonly isTruncated: boolean
  readonly nextKeyMarker: string | undefined
  readonly nextVersionIdMarker: string | undefined
  readonly root: ReadElement
}

async function listPage(
  bucket: BucketClient,
  parameters: Record<string, string> = {},
): Promise<Page> {
  const query = { versions: "", ...parameters }
  const { status, body } = await bucket.send({ method: "GET", query })
  assert.equal(status, 200, body.toString())
  const root = readXml(body, "ListVersionsResult")
  const describeAll = (name: "Version" | "DeleteMarker"): string[] =>
    childrenOf(root, name).map((each) => {
      const isLatest = textOf(each, "IsLatest") === "true" ? "*" : ""
      const marker = name === "DeleteMarker" ? " (marker)" : ""
      return `${textOf(each, "Key")} ${textOf(each, "VersionId")}${marker}${isLatest}`
    })
  return {
    versions: [...describeAll("Version"), ...describeAll("DeleteMarker")],
    prefixes: childrenOf(root, "CommonPrefixes").map((each) => textOf(each, "Prefix") ?? ""),
    isTruncated: textOf(root, "IsTruncated") === "true",
    nextKeyMarker: textOf(root, "NextKeyMarker"),
    nextVersionIdMarker: textOf(root, "NextVersionIdMarker"),
    root,
  }
}

/** All entries, by pages of `size`; no page but the last may be shorter, and all but the last are truncated. */
async function listByPages(
  bucket: BucketClient,
  size: number,
  parameters: Record<string, string> = {},
): Promise<{ versions: string[]; prefixes: string[] }> {
  const versions: string[] = []
  const prefixes: string[] = []
  let markers: Record<string, string> = {}
  for (;;) {
    const page = await listPage(bucket, { ...parameters, ...markers, "max-keys": String(size) })
    versions.push(...page.versions)
    prefixes.push(...page.prefixes)
    if (!page.isTruncated) {
      assert.equal(page.nextKeyMarker, undefined)
      return { versions, prefixes }
    }
    assert.equal(page.versions.length + page.prefixes.length, size)
    markers = {
      "key-marker": page.nextKeyMarker ?? assert.fail("no NextKeyMarker"),
      "version-id-marker": page.nextVersionIdMarker ?? "",
    }
  }
}

/** Deletes by DeleteMultipleObjects; the results as `key version marker markerVersion`. */
async function deleteMany(
  bucket: BucketClient,
  doomed: readonly (readonly [objectKey: string, versionId?: string])[],
): Promise<string[]> {
  const objects = doomed.map(([objectKey, versionId]) => {
    const version = versionId === undefined ? "" : `<VersionId>${versionId}</VersionId>`
    return `<Object><Key>${objectKey}</Key>${version}</Object>`
  })
  const body = `<Delete><Quiet>false</Quiet>${objects.join("")}</Delete>`
  const answer = await bucket.send({ method: "POST", query: { delete: "" }, body })
  assert.equal(answer.status, 200, answer.body.toString())
  const names = ["Key", "VersionId", "DeleteMarker", "DeleteMarkerVersionId"]
  return childrenOf(readXml(answer.body, "DeleteResult"), "Deleted").map((each) =>
    names.map((name) => textOf(each, name) ?? "-").join(" "),
  )
}

onEachEngine("ListObjectVersions", "lists", (freshBucket) => {
  /** Names with one to three versions, null versions, markers on top and below, and folders. */
  async function filledBucket(): Promise<{ bucket: BucketClient; expected: string[] }> {
    const bucket = await freshBucket()
    await bucket.put("a", "null")
    await bucket.put("dir/null", "null")
    await bucket.setVersioning("Enabled")
    const ofName = new Map([["a", ["a null"]]])
    for (const objectKey of ["a", "a", "a.b", "dir/x", "dir/x", "dir/y", "é", "文件"]) {
      const versionId = versionIdOf(await bucket.put(objectKey, "x"))
      ofName.set(objectKey, [`${objectKey} ${versionId}`, ...(ofName.get(objectKey) ?? [])])
    }
    for (const objectKey of ["dir/x", "gone"]) {
      const answer = await bucket.send({ method: "DELETE", objectKey })
      const marker = `${objectKey} ${versionIdOf(answer)} (marker)`
      ofName.set(objectKey, [marker, ...(ofName.get(objectKey) ?? [])])
    }
    ofName.set("dir/null", ["dir/null null"])
    const expected = [...ofName.values()].flatMap((versions) =>
      versions.map((each, index) => (index === 0 ? `${each}*` : each)),
    )
    return { bucket, expected }
  }

  test("lists every version and marker once, whatever the size of the pages", async () => {
    const { bucket, expected } = await filledBucket()
    for (let size = 1; size <= expected.length + 1; size += 1) {
      const { versions, prefixes } = await listByPages(bucket, size)
      assert.deepEqual(versions.toSorted(), expected.toSorted(), `pages of ${size}`)
      assert.deepEqual(prefixes, [])
    }
  })

  test("lists names in UTF-8 order, and the versions of a name newest first", async () => {
    const { bucket, expected } = await filledBucket()
    const { versions } = await listPage(bucket)
    const ofA = expected.filter((each) => each.startsWith("a "))
    assert.deepEqual(versions.slice(0, ofA.length), ofA)
    const names = versions.filter((each) => !each.includes("(marker)")).map(nameIn)
    const sorted = names.toSorted((left, right) =>
      Buffer.compare(Buffer.from(left), Buffer.from(right)),
    )
    assert.deepEqual(names, sorted)
  })

  test("folds folders into one entry each, whatever the size of the pages", async () => {
    const { bucket, expected } = await filledBucket()
    const outside = expected.filter((each) => !each.startsWith("dir/")).toSorted()
    for (let size = 1; size <= expected.length; size += 1) {
      const { versions, prefixes } = await listByPages(bucket, size, { delimiter: "/" })
      assert.deepEqual(versions.toSorted(), outside, `pages of ${size}`)
      assert.deepEqual(prefixes, ["dir/"], `pages of ${size}`)
    }
    const inside = await listByPages(bucket, 2, { delimiter: "/", prefix: "dir/" })
    assert.equal(inside.versions.length + outside.length, expected.length)
  })

  test("begins after a name, or after one version of it", async () => {
    const { bucket, expected } = await filledBucket()
    const ofA = expected.filter((each) => each.startsWith("a "))
    const behindName = await listPage(bucket, { "key-marker": "a" })
    assert.equal(behindName.versions.length, expected.length - ofA.length)
    for (const [index, each] of ofA.entries()) {
      const versionId = each.split(" ")[1]?.replace("*", "") ?? ""
      const markers = { "key-marker": "a", "version-id-marker": versionId }
      const { versions } = await listPage(bucket, markers)
      assert.equal(versions.length, expected.length - index - 1)
      assert.deepEqual(
        versions.filter((found) => found.startsWith("a ")),
        ofA.slice(index + 1),
      )
    }
  })

  test("continues after a version that was deleted between the pages", async () => {
    const { bucket, expected } = await filledBucket()
    const first = await listPage(bucket, { "max-keys": "1" })
    const versionId = first.nextVersionIdMarker ?? ""
    await bucket.send({ method: "DELETE", objectKey: "a", query: { versionId } })
    const markers = { "key-marker": "a", "version-id-marker": versionId }
    const { versions } = await listPage(bucket, markers)
    assert.equal(versions.length, expected.length - 1)
  })

  test("continues after a null version that was deleted between the pages", async () => {
    const { bucket } = await filledBucket()
    const all = (await listPage(bucket)).versions.filter((each) => !each.startsWith("a "))
    await bucket.send({ method: "DELETE", objectKey: "a", query: { versionId: "null" } })
    const markers = { "key-marker": "a", "version-id-marker": "null" }
    assert.deepEqual((await listPage(bucket, markers)).versions, all)
  })

  test("writes names percent-encoded on request", async () => {
    const bucket = await freshBucket()
    await bucket.setVersioning("Enabled")
    for (const name of ["a b/1", "a b/2", "é +%"]) await bucket.put(name, "x")
    const parameters = { "encoding-type": "url", prefix: "a b/", "max-keys": "1" }
    const page = await listPage(bucket, parameters)
    assert.equal(textOf(page.root, "EncodingType"), "url")
    assert.equal(textOf(page.root, "Prefix"), "a%20b%2F")
    assert.equal(page.nextKeyMarker, "a%20b%2F1")
    assert.match(page.versions[0] ?? "", /^a%20b%2F1 /)
    const folded = await listPage(bucket, { "encoding-type": "url", delimiter: "/" })
    assert.deepEqual(folded.prefixes, ["a%20b%2F"])
    assert.match(folded.versions[0] ?? "", /^%C3%A9%20%2B%25 /)
  })

  test("refuses invalid markers and sizes", async () => {
    const bucket = await freshBucket()
    for (const parameters of [
      { "version-id-marker": "0".repeat(32) },
      { "key-marker": "a", "version-id-marker": "no id" },
      { "max-keys": "0" },
      { "max-keys": "1001" },
      { "encoding-type": "base64" },
    ]) {
      const query = { versions: "", ...parameters }
      assert.equal(await bucket.codeOf({ method: "GET", query }), "400 InvalidArgument")
    }
  })

  test("lists null versions where versions were never kept", async () => {
    const bucket = await freshBucket()
    assert.deepEqual((await listPage(bucket)).versions, [])
    await bucket.put("a", "x")
    await bucket.put("a", "y")
    await bucket.put("b", "x")
    assert.deepEqual((await listByPages(bucket, 1)).versions, ["a null*", "b null*"])
    const [version] = childrenOf((await listPage(bucket)).root, "Version")
    assert.equal(version === undefined ? "" : textOf(version, "Size"), "1")
    assert.notEqual(version === undefined ? undefined : childOf(version, "Owner"), undefined)
    assert.deepEqual(await deleteMany(bucket, [["a", "null"], ["b"]]), ["a null - -", "b - - -"])
    assert.deepEqual((await listPage(bucket)).versions, [])
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "204")
  })

  test("ListObjects shows neither older versions nor what a marker hides", async () => {
    const { bucket } = await filledBucket()
    for (const query of [{}, { "list-type": "2" }]) {
      const { body } = await bucket.send({ method: "GET", query })
      const root = readXml(body, "ListBucketResult")
      assert.deepEqual(
        childrenOf(root, "Contents").map((each) => textOf(each, "Key")),
        ["a", "a.b", "dir/null", "dir/y", "é", "文件"],
      )
    }
  })

  test("DeleteMultipleObjects marks names, removes versions and markers, and reports which", async () => {
    const bucket = await freshBucket()
    await bucket.setVersioning("Enabled")
    const first = versionIdOf(await bucket.put("a", "1"))
    const second = versionIdOf(await bucket.put("a", "2"))
    const [marked = "", fresh = ""] = await deleteMany(bucket, [["a"], ["none"]])
    assert.match(marked, /^a - true [0-9a-f]{32}$/)
    assert.match(fresh, /^none - true [0-9a-f]{32}$/)
    const markerOf = (deleted: string): string => deleted.split(" ")[3] ?? ""
    const [ofA, ofNone] = [markerOf(marked), markerOf(fresh)]
    const unknown = "f".repeat(32)
    const results = await deleteMany(bucket, [
      ["a", ofA],
      ["a", second],
      ["a", unknown],
      ["none", ofNone],
    ])
    assert.deepEqual(results, [
      `a ${ofA} true ${ofA}`,
      `a ${second} - -`,
      `a ${unknown} - -`,
      `none ${ofNone} true ${ofNone}`,
    ])
    assert.deepEqual((await listPage(bucket)).versions, [`a ${first}*`])
    assert.equal((await bucket.get("a")).body.toString(), "1")
  })

  test("a bucket is emptied page by page, each page deleted before the next is requested", async () => {
    for (const size of [1, 2, 3]) {
      const bucket = await freshBucket()
      for (const status of ["Enabled", "Suspended", "Enabled"] as const) {
        await bucket.setVersioning(status)
        await bucket.put("a", status)
        await bucket.put("b", status)
      }
      await bucket.send({ method: "DELETE", objectKey: "a" })
      let markers: Record<string, string> = {}
      for (;;) {
        const page = await listPage(bucket, { ...markers, "max-keys": String(size) })
        await deleteMany(
          bucket,
          page.versions.map((each) => [nameIn(each), idIn(each)] as const),
        )
        if (!page.isTruncated) break
        markers = {
          "key-marker": page.nextKeyMarker ?? "",
          "version-id-marker": page.nextVersionIdMarker ?? "",
        }
      }
      assert.deepEqual((await listPage(bucket)).versions, [], `pages of ${size}`)
      assert.equal(await bucket.codeOf({ method: "DELETE" }), "204")
    }
  })

  test("a bucket of hundreds of versions is emptied by its own listing", async () => {
    const bucket = await freshBucket()
    await bucket.setVersioning("Enabled")
    const names = Array.from({ length: 3 }, (_, index) => `name-${index}`)
    for (let round = 0; round < 90; round += 1) {
      for (const name of names) await bucket.put(name, String(round))
    }
    await deleteMany(
      bucket,
      names.map((name) => [name]),
    )
    for (;;) {
      const { versions, isTruncated } = await listPage(bucket, { "max-keys": "100" })
      await deleteMany(
        bucket,
        versions.map((each) => [nameIn(each), idIn(each)] as const),
      )
      if (!isTruncated) break
    }
    assert.deepEqual((await listPage(bucket)).versions, [])
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "204")
  })
})

function nameIn(listed: string): string {
  return listed.split(" ")[0] ?? ""
}

function idIn(listed: string): string {
  return (listed.split(" ")[1] ?? "").replace("*", "")
}
