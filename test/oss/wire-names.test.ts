// Names with characters that XML 1.0 cannot hold.
import assert from "node:assert/strict"
import { test } from "node:test"
import OSS from "ali-oss"
import { SaxesParser } from "saxes"
import { onEachEngine, textOf } from "./bucket-client.ts"
import { TEST_ACCESS_KEY } from "./running-server.ts"

const NAMES = [
  "a\u0001b",
  "a%01b",
  "c+d",
  "\ufffe",
  "\uffff",
  "\ufdd00001",
  "dir/e f",
  "\r\n",
].sort()

/** Throws unless the text is well-formed XML 1.0. */
function checkWellFormed(text: string): void {
  const parser = new SaxesParser()
  parser.on("error", (error) => {
    throw error
  })
  parser.write(text).close()
}

function namesIn(text: string, element = "Key"): string[] {
  const found = text.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))
  const isEncoded = text.includes("<EncodingType>url</EncodingType>")
  return [...found].map(([, name = ""]) => {
    const plain = name.replaceAll("&#xd;", "\r").replaceAll("&amp;", "&")
    return isEncoded ? decodeURIComponent(plain) : plain
  })
}

onEachEngine("names that XML cannot hold", "wire-names", (freshBucket, server) => {
  test("are listed in documents that every parser accepts, and the names survive unchanged", async () => {
    const bucket = await freshBucket()
    for (const name of NAMES) {
      await bucket.put(name, "x")
      await bucket.send({ method: "POST", objectKey: name, query: { uploads: "" } })
    }
    for (const query of [{}, { "list-type": "2" }, { versions: "" }, { uploads: "" }]) {
      for (const encoding of [{}, { "encoding-type": "url" }]) {
        const listed = await bucket.send({ method: "GET", query: { ...query, ...encoding } })
        const text = listed.body.toString()
        checkWellFormed(text)
        assert.deepEqual(namesIn(text).sort(), NAMES)
      }
    }
    const endpoint = server().ossEndpoint
    const client = new OSS({ ...TEST_ACCESS_KEY, endpoint, bucket: bucket.name })
    const { objects } = await client.list({ "max-keys": 100 }, {})
    assert.equal(objects.length, NAMES.length)
    assert.ok(objects.some(({ name }) => name === "dir/e f"))
  })

  test("do not affect the other pages of their bucket", async () => {
    const bucket = await freshBucket()
    for (const name of ["a%b+c", "z\u0001"]) await bucket.put(name, "x")
    const first = await bucket.send({ method: "GET", query: { "max-keys": "1" } })
    assert.equal(textOf(first, "Key"), "a%b+c")
    assert.equal(textOf(first, "EncodingType"), "")
  })

  test("of an upload are in its documents", async () => {
    const bucket = await freshBucket()
    const objectKey = "a\u0001+b"
    const begun = await bucket.send({ method: "POST", objectKey, query: { uploads: "" } })
    const uploadId = textOf(begun, "UploadId")
    await bucket.send({ method: "PUT", objectKey, query: { partNumber: "1", uploadId }, body: "x" })
    const parts = await bucket.send({ method: "GET", objectKey, query: { uploadId } })
    const headers = { "x-oss-complete-all": "yes" }
    const done = await bucket.send({ method: "POST", objectKey, query: { uploadId }, headers })
    for (const { body } of [begun, parts, done]) {
      checkWellFormed(body.toString())
      assert.deepEqual(namesIn(body.toString()), [objectKey])
    }
  })

  test("are in errors that every parser accepts", async () => {
    const bucket = await freshBucket()
    const missing = await bucket.get("no\u0001\ufffe")
    checkWellFormed(missing.body.toString())
    assert.equal(missing.code, "NoSuchKey")
  })

  test("are deleted by DeleteMultipleObjects, raw or as references, and no other names are", async () => {
    for (const write of [
      (name: string) => name.replaceAll("\r", "&#xd;"),
      (name: string) =>
        Array.from(name, (each) => `&#x${each.charCodeAt(0).toString(16)};`).join(""),
    ]) {
      const bucket = await freshBucket()
      for (const name of [...NAMES, "kept", "\u0001"]) await bucket.put(name, "x")
      const objects = NAMES.map((name) => `<Object><Key>${write(name)}</Key></Object>`).join("")
      const body = `<Delete>${objects}</Delete>`
      const answer = await bucket.send({ method: "POST", query: { delete: "" }, body })
      assert.equal(answer.status, 200)
      checkWellFormed(answer.body.toString())
      assert.deepEqual(namesIn(answer.body.toString()), NAMES)
      const left = await bucket.send({ method: "GET" })
      assert.deepEqual(namesIn(left.body.toString()), ["\u0001", "kept"])
    }
  })
})
