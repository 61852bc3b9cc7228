// Multipart uploads as official clients use them.
import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { test } from "node:test"
import { type BucketClient, onEachEngine, textOf, versionIdOf } from "./bucket-client.ts"
import type { SignedAnswer } from "./signed-client.ts"

type TextHeaders = Readonly<Record<string, string>>

async function begin(
  bucket: BucketClient,
  objectKey: string,
  { query = {}, headers = {} }: { query?: TextHeaders; headers?: TextHeaders } = {},
): Promise<string> {
  const request = { method: "POST", objectKey, query: { uploads: "", ...query }, headers }
  const begun = await bucket.send(request)
  assert.equal(begun.status, 200, begun.body.toString())
  return textOf(begun, "UploadId")
}

function part(
  bucket: BucketClient,
  [objectKey, uploadId, partNumber]: [string, string, number],
  body: string | Buffer,
): Promise<SignedAnswer> {
  const query = { partNumber: String(partNumber), uploadId }
  return bucket.send({ method: "PUT", objectKey, query, body })
}

function complete(
  bucket: BucketClient,
  [objectKey, uploadId]: [string, string],
  body: string,
  headers: TextHeaders = {},
): Promise<SignedAnswer> {
  return bucket.send({ method: "POST", objectKey, query: { uploadId }, body, headers })
}

const EMPTY_LIST = "<CompleteMultipartUpload></CompleteMultipartUpload>"

onEachEngine("an upload", "wire-uploads", (freshBucket) => {
  test("that is completed with an empty list becomes an empty object, and its parts are freed", async () => {
    const bucket = await freshBucket()
    const uploadId = await begin(bucket, "a")
    await part(bucket, ["a", uploadId, 1], "left out")
    const body = `\n <?xml version="1.0" encoding="UTF-8"?>${EMPTY_LIST}`
    const done = await complete(bucket, ["a", uploadId], body)
    assert.equal(done.status, 200)
    assert.equal(textOf(done, "ETag"), '"D41D8CD98F00B204E9800998ECF8427E-0"')
    const got = await bucket.get("a")
    assert.deepEqual([got.status, got.body.length], [200, 0])
    assert.equal(got.headers["x-oss-hash-crc64ecma"], "0")
    assert.equal(await bucket.codeOf({ method: "DELETE", objectKey: "a" }), "204")
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "204", "nothing is left")
  })

  test("gets a Location with a tilde as %7E, and slashes unchanged", async () => {
    const bucket = await freshBucket()
    const uploadId = await begin(bucket, "a~b/c d+e")
    const done = await complete(bucket, ["a~b/c d+e", uploadId], EMPTY_LIST)
    const place = `http://${bucket.name}.oss-cn-hangzhou.aliyuncs.com/a%7Eb/c%20d%2Be`
    assert.equal(textOf(done, "Location"), place)
    assert.equal(textOf(done, "Key"), "a~b/c d+e")
  })

  test("that has ended gets the service's code of each operation", async () => {
    const bucket = await freshBucket()
    const uploadId = await begin(bucket, "a")
    await complete(bucket, ["a", uploadId], EMPTY_LIST)
    const again = await complete(bucket, ["a", uploadId], EMPTY_LIST)
    assert.deepEqual([again.status, again.code], [404, "NoSuchUpload"])
    assert.equal(again.headers["x-oss-ec"], "0042-00000203")
    const late = await part(bucket, ["a", uploadId, 1], "x")
    assert.deepEqual([late.code, late.headers["x-oss-ec"]], ["NoSuchUpload", "0042-00000104"])
    const copy = { "x-oss-copy-source": `/${bucket.name}/a` }
    const copying = { method: "PUT", objectKey: "a", query: { partNumber: "1", uploadId } }
    const copied = await bucket.send({ ...copying, headers: copy })
    assert.deepEqual([copied.code, copied.headers["x-oss-ec"]], ["NoSuchUpload", "0042-00000311"])
    const query = { uploadId }
    const aborted = await bucket.send({ method: "DELETE", objectKey: "a", query })
    assert.equal(aborted.headers["x-oss-ec"], "0042-00000002")
  })

  test("whose Complete asks for all parts and lists some is refused with the service's message", async () => {
    const bucket = await freshBucket()
    const uploadId = await begin(bucket, "a")
    const headers = { "x-oss-complete-all": "yes" }
    const refused = await complete(bucket, ["a", uploadId], EMPTY_LIST, headers)
    assert.equal(refused.headers["x-oss-ec"], "0042-00000216")
    const message = "Should not speficy both complete all header and http body."
    assert.equal(textOf(refused, "Message"), message)
  })

  test("may be initiated with the version of a source, and its copied parts repeat that version and no other", async () => {
    const bucket = await freshBucket()
    await bucket.setVersioning("Enabled")
    const [old, current] = [await bucket.put("a", "old"), await bucket.put("a", "current")]
    const [versionId, other] = [old, current].map(versionIdOf)
    assert(versionId !== undefined && other !== undefined)
    const uploadId = await begin(bucket, "b", { query: { versionId } })
    const headers = { "x-oss-copy-source": `/${bucket.name}/a?versionId=${versionId}` }
    const copy = (repeated: string): Promise<string> => {
      const query = { partNumber: "1", uploadId, versionId: repeated }
      return bucket.codeOf({ method: "PUT", objectKey: "b", query, headers })
    }
    assert.equal(await copy(other), "400 InvalidArgument")
    assert.equal(await copy(versionId), "200")
    const done = await complete(bucket, ["b", uploadId], "", { "x-oss-complete-all": "yes" })
    assert.equal(done.status, 200)
    assert.equal((await bucket.get("b")).body.toString(), "old")
  })

  test("prevents its bucket from being deleted, and the error says so", async () => {
    const bucket = await freshBucket()
    await begin(bucket, "a")
    const refused = await bucket.send({ method: "DELETE" })
    assert.deepEqual([refused.status, refused.code], [409, "BucketNotEmpty"])
    assert.match(textOf(refused, "Message"), /multipart uploads/)
  })

  test("is listed after any marker, and every page says where the next one begins", async () => {
    const bucket = await freshBucket()
    const ids = [await begin(bucket, "a"), await begin(bucket, "a"), await begin(bucket, "a")]
    ids.sort()
    const list = async (marker: string): Promise<[string[], SignedAnswer]> => {
      const query = { uploads: "", "key-marker": "a", "upload-id-marker": marker }
      const page = await bucket.send({ method: "GET", query })
      assert.equal(page.status, 200)
      const found = page.body.toString().matchAll(/<UploadId>([^<]*)</g)
      return [[...found].map(([, id = ""]) => id), page]
    }
    const [first = "", second = "", third = ""] = ids
    const cases: [marker: string, expected: string[]][] = [
      ["0", ids],
      ["!", ids],
      [first, [second, third]],
      [first.slice(0, -1), ids],
      [first.slice(0, 31), ids],
      [`${first}x`, [second, third]],
      [second, [third]],
      ["Z", []],
      [
        third.toLowerCase(),
        third.toLowerCase() === third ? [] : ids.filter((id) => id > third.toLowerCase()),
      ],
    ]
    for (const [marker, expected] of cases)
      assert.deepEqual((await list(marker))[0], expected, marker)
    const [, page] = await list("0")
    assert.equal(textOf(page, "IsTruncated"), "false")
    assert.deepEqual(
      [textOf(page, "NextKeyMarker"), textOf(page, "NextUploadIdMarker")],
      ["a", third],
    )
  })

  test("reports its class and its client's encryption, and an empty next marker when it has no parts", async () => {
    const bucket = await freshBucket()
    const headers = {
      "x-oss-storage-class": "IA",
      "x-oss-meta-client-side-encryption-key": "wrapped",
      "x-oss-meta-client-side-encryption-start": "iv",
      "x-oss-meta-client-side-encryption-cek-alg": "AES/CTR/NoPadding",
      "x-oss-meta-client-side-encryption-wrap-alg": "RSA/NONE/PKCS1Padding",
      "x-oss-meta-client-side-encryption-data-size": "204800",
      "x-oss-meta-client-side-encryption-part-size": "102400",
    }
    const uploadId = await begin(bucket, "a", { headers })
    const list = { method: "GET", objectKey: "a", query: { uploadId } }
    const listed = await bucket.send(list)
    const names = ["Key", "Start", "CekAlg", "WrapAlg", "DataSize", "PartSize"]
    assert.equal(textOf(listed, "StorageClass"), "IA")
    assert.deepEqual(
      names.map((name) => textOf(listed, `ClientEncryption${name}`)),
      Object.values(headers).slice(1),
    )
    assert.match(listed.body.toString(), /<NextPartNumberMarker(\/>|><\/NextPartNumberMarker>)/)
    await part(bucket, ["a", uploadId, 7], "x")
    assert.equal(textOf(await bucket.send(list), "NextPartNumberMarker"), "7")
  })

  test("whose client-side encryption could never be decrypted is refused", async () => {
    const bucket = await freshBucket()
    const prefix = "x-oss-meta-client-side-encryption-"
    const whole = {
      [`${prefix}key`]: "wrapped",
      [`${prefix}start`]: "iv",
      [`${prefix}cek-alg`]: "AES/CTR/NoPadding",
      [`${prefix}wrap-alg`]: "KMS/ALICLOUD",
      [`${prefix}part-size`]: "102400",
    }
    const codeOf = (headers: TextHeaders): Promise<string> =>
      bucket.codeOf({ method: "POST", objectKey: "a", query: { uploads: "" }, headers })
    assert.equal(await codeOf(whole), "200")
    for (const name of Object.keys(whole)) {
      const rest = Object.entries(whole).filter(([each]) => each !== name)
      assert.equal(await codeOf(Object.fromEntries(rest)), "400 InvalidEncryptionRequest", name)
    }
    for (const size of ["0", "100", "x", ""]) {
      const headers = { ...whole, [`${prefix}part-size`]: size }
      assert.equal(await codeOf(headers), "400 InvalidEncryptionRequest", size)
    }
    await bucket.put("source", "x", whole)
    const copy = { "x-oss-copy-source": `/${bucket.name}/source`, [`${prefix}key`]: "other" }
    const put = { method: "PUT", objectKey: "copy" }
    const replace = { ...copy, "x-oss-metadata-directive": "REPLACE" }
    assert.equal(await bucket.codeOf({ ...put, headers: replace }), "400 InvalidEncryptionRequest")
    assert.equal(await bucket.codeOf({ ...put, headers: copy }), "200")
    assert.equal((await bucket.get("copy")).headers[`${prefix}key`], "wrapped")
  })

  test("that is sequential creates an object with a Content-MD5, and no other upload does", async () => {
    const bucket = await freshBucket()
    const bodies = [102_401, 102_400, 150_003, 7].map((size) => randomBytes(size))
    await bucket.put("source", bodies[1] ?? "")
    const md5After = async (query: TextHeaders, listed: number): Promise<unknown> => {
      const uploadId = await begin(bucket, "a", { query })
      const etags: string[] = []
      for (const [index, body] of bodies.entries()) {
        const partQuery = { partNumber: String(index + 1), uploadId, ...query }
        const copy = { "x-oss-copy-source": `/${bucket.name}/source` }
        const content = index === 1 ? { headers: copy } : { body }
        const answer = await bucket.send({
          method: "PUT",
          objectKey: "a",
          query: partQuery,
          ...content,
        })
        assert.equal(answer.status, 200, answer.body.toString())
        etags.push(String(answer.headers["etag"]))
      }
      const parts = etags
        .slice(0, listed)
        .map(
          (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
        )
      const done = await complete(
        bucket,
        ["a", uploadId],
        `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
      )
      assert.equal(done.status, 200)
      const got = await bucket.get("a")
      assert.ok(got.body.equals(Buffer.concat(bodies.slice(0, listed))))
      const head = await bucket.send({ method: "HEAD", objectKey: "a" })
      assert.equal(head.headers["content-md5"], got.headers["content-md5"])
      return got.headers["content-md5"]
    }
    for (const listed of [4, 2]) {
      const whole = Buffer.concat(bodies.slice(0, listed))
      const expected = createHash("md5").update(whole).digest("base64")
      assert.equal(await md5After({ sequential: "" }, listed), expected, String(listed))
    }
    assert.equal(await md5After({}, 4), undefined)
  })

  test("that is sequential accepts its parts one after the other, and each once", async () => {
    const bucket = await freshBucket()
    const uploadId = await begin(bucket, "a", { query: { sequential: "" } })
    const codeOf = async (partNumber: number): Promise<string> => {
      const answer = await part(
        bucket,
        ["a", uploadId, partNumber],
        Buffer.alloc(102_400, partNumber),
      )
      return answer.code ?? String(answer.status)
    }
    assert.equal(await codeOf(2), "PartNotSequential")
    assert.equal(await codeOf(1), "200")
    assert.equal(await codeOf(3), "PartNotSequential")
    assert.equal(await codeOf(1), "PartAlreadyExist")
    assert.equal(await codeOf(2), "200")
    const outcomes = await Promise.all([codeOf(3), codeOf(3), codeOf(3), codeOf(4)])
    assert.equal(outcomes.slice(0, 3).filter((code) => code === "200").length, 1)
    const headers = { "x-oss-complete-all": "yes" }
    assert.equal((await complete(bucket, ["a", uploadId], "", headers)).status, 200)
    assert.equal((await bucket.get("a")).body.readUInt8(102_400), 2)
  })
})
