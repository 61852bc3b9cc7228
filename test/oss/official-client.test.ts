// The official Node client, with both of its signature versions, on both engines, over sockets.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { Readable } from "node:stream"
import { after, before, describe, test } from "node:test"
import type OSS from "ali-oss"
import { aliOss, startLocalServer, startMemoryServer, type TestServer } from "./running-server.ts"

const HEADER = "x-oss-server-side-encryption"
const CMK_HEADER = `${HEADER}-key-id`
const ENGINES = { memory: startMemoryServer, local: startLocalServer } as const
const BUCKET = "client-bucket"

function headersOf(result: { res: unknown }): Record<string, string> {
  return (result.res as { headers: Record<string, string> }).headers
}

function bytesOf(result: { content?: unknown }): Buffer {
  return result.content as Buffer
}

/** Calls that the client has but its type declarations lack. */
interface Undeclared {
  putBucketEncryption(bucket: string, rule: { SSEAlgorithm: string }): Promise<unknown>
  getBucketEncryption(bucket: string): Promise<{ encryption?: object }>
  deleteBucketEncryption(bucket: string): Promise<unknown>
  putBucketVersioning(bucket: string, status: "Enabled" | "Suspended"): Promise<unknown>
  getBucketVersioning(bucket: string): Promise<{ versionStatus: string | undefined }>
  getBucketVersions(query: object): Promise<ListedVersions>
  listObjectVersions(query: object): Promise<ListedVersions>
}

interface ListedVersions {
  readonly objects: readonly { name: string; versionId: string; isLatest: boolean; size: number }[]
  readonly deleteMarker: readonly { name: string; versionId: string }[]
  readonly isTruncated: boolean
  readonly nextKeyMarker: string | null
  readonly nextVersionIdMarker: string | null
}

/** All versions and markers, by pages of `maxKeys`, as `name version`. */
async function listVersions(oss: OSS & Undeclared, maxKeys: number): Promise<string[]> {
  const seen: string[] = []
  let markers: object = {}
  for (;;) {
    const page = await oss.listObjectVersions({ maxKeys, ...markers })
    const entries = [...page.objects, ...page.deleteMarker]
    seen.push(...entries.map(({ name, versionId }) => `${name} ${versionId}`))
    if (!page.isTruncated) return seen
    markers = { keyMarker: page.nextKeyMarker, versionIdMarker: page.nextVersionIdMarker }
  }
}

/** The code of the error that a call must end with. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    return (error as { code: string }).code
  }
  return assert.fail("the call succeeded")
}

for (const [engine, start] of Object.entries(ENGINES)) {
  for (const authorizationV4 of [false, true]) {
    describe(`ali-oss with ${authorizationV4 ? "V4" : "V1"} signatures on the ${engine} engine`, () => {
      let server: TestServer
      let oss: OSS

      before(async () => {
        server = await start()
        oss = aliOss(server, { authorizationV4, bucket: BUCKET })
        await oss.putBucket(BUCKET)
      })

      after(async () => {
        await server.stop()
      })

      test("lists the bucket that it created", async () => {
        const { buckets } = (await oss.listBuckets({})) as unknown as {
          buckets: { name: string }[]
        }
        assert.deepEqual(
          buckets.map(({ name }) => name),
          [BUCKET],
        )
      })

      for (const name of ["plain.txt", "dir/a b+c%d.txt", "目录/文件 (1)'!*.txt", "a//b/c"]) {
        test(`stores, reads and heads ${name}`, async () => {
          const content = Buffer.from(`content of ${name}`)
          await oss.put(name, content, {
            headers: { [HEADER]: "AES256" },
            meta: { author: "a" },
          } as object)
          assert.deepEqual(bytesOf(await oss.get(name)), content)
          const head = headersOf(await oss.head(name))
          assert.equal(head[HEADER], "AES256")
          assert.equal(head[CMK_HEADER], undefined)
        })
      }

      for (const sizeBytes of [
        0, 1, 16_383, 16_384, 16_385, 65_536, 65_537, 1_048_576, 3_000_001,
      ]) {
        test(`reads back ${sizeBytes} bytes under KMS, whole and by ranges`, async () => {
          const content = randomBytes(sizeBytes)
          const name = `sized/${sizeBytes}`
          const put = headersOf(await oss.put(name, content, { headers: { [HEADER]: "KMS" } }))
          assert.equal(put[HEADER], "KMS")
          assert.match(put[CMK_HEADER] ?? "", /^[0-9a-f-]{36}$/)
          const got = await oss.get(name)
          assert.deepEqual(bytesOf(got), content)
          assert.equal(headersOf(got)[CMK_HEADER], put[CMK_HEADER])
          for (const [first, last] of [
            [0, 0],
            [16_380, 16_390],
            [sizeBytes - 5, sizeBytes - 1],
          ] as const) {
            if (first < 0 || last >= sizeBytes) continue
            const range = await oss.get(name, { headers: { Range: `bytes=${first}-${last}` } })
            assert.deepEqual(bytesOf(range), content.subarray(first, last + 1))
          }
        })
      }

      test("stores from streams, with and without a declared length", async () => {
        const chunks = (): Readable => Readable.from([Buffer.from("abc"), Buffer.from("def")])
        await oss.putStream("stream", chunks())
        assert.equal(bytesOf(await oss.get("stream")).toString(), "abcdef")
        const declared = { contentLength: 6, headers: { "Content-Length": "6" } }
        await oss.putStream("declared", chunks(), declared as OSS.PutStreamOptions)
        assert.equal(bytesOf(await oss.get("declared")).toString(), "abcdef")
      })

      test("uploads by parts under KMS, out of order, and reads ranges across them", async () => {
        const content = randomBytes(1_000_000)
        const options = { partSize: 150_000, parallel: 5, headers: { [HEADER]: "KMS" } }
        await oss.multipartUpload("parts", content, options)
        const got = await oss.get("parts")
        assert.deepEqual(bytesOf(got), content)
        assert.match(headersOf(got)["etag"] ?? "", /^"[0-9A-F]{32}-7"$/)
        const range = await oss.get("parts", { headers: { Range: "bytes=149990-450010" } })
        assert.deepEqual(bytesOf(range), content.subarray(149_990, 450_011))
      })

      test("copies never inherit the encryption of their source", async () => {
        await oss.put("source", Buffer.from("copied"), { headers: { [HEADER]: "KMS" } })
        await oss.copy("plain-copy", "source")
        assert.equal(headersOf(await oss.head("plain-copy"))[HEADER], undefined)
        await oss.copy("aes-copy", "plain-copy", { headers: { [HEADER]: "AES256" } })
        assert.equal(headersOf(await oss.head("aes-copy"))[HEADER], "AES256")
        assert.equal(bytesOf(await oss.get("aes-copy")).toString(), "copied")
      })

      test("a bucket default applies to objects without the header, but not to existing ones", async () => {
        const bucketCalls = oss as OSS & Undeclared
        await oss.put("before", Buffer.from("x"))
        await bucketCalls.putBucketEncryption(BUCKET, { SSEAlgorithm: "KMS" })
        await oss.put("after", Buffer.from("x"))
        assert.equal(headersOf(await oss.head("before"))[HEADER], undefined)
        assert.equal(headersOf(await oss.head("after"))[HEADER], "KMS")
        const read = await bucketCalls.getBucketEncryption(BUCKET)
        assert.deepEqual(read.encryption, { SSEAlgorithm: "KMS" })
        await bucketCalls.deleteBucketEncryption(BUCKET)
        assert.equal(
          await codeOf(bucketCalls.getBucketEncryption(BUCKET)),
          "NoSuchServerSideEncryptionRule",
        )
      })

      test("pages through a listing with prefix and delimiter", async () => {
        const names = Array.from({ length: 25 }, (_, index) => `list/${index % 5}/${index}`)
        for (const name of names) await oss.put(name, Buffer.from("x"))
        const seen: string[] = []
        let marker: string | undefined
        do {
          const page = await oss.list(
            { prefix: "list/", "max-keys": 4, ...(marker === undefined ? {} : { marker }) },
            {},
          )
          seen.push(...page.objects.map(({ name }) => name))
          marker = page.nextMarker
        } while (marker)
        assert.deepEqual(seen, names.toSorted())
        const folders = await oss.list({ prefix: "list/", delimiter: "/", "max-keys": 1000 }, {})
        assert.deepEqual(
          folders.prefixes,
          [0, 1, 2, 3, 4].map((index) => `list/${index}/`),
        )
      })

      test("appends, and gets the next position", async () => {
        const first = await oss.append("appended", Buffer.from("first "))
        assert.equal(first.nextAppendPosition, "6")
        const second = await oss.append("appended", Buffer.from("second"), { position: "6" })
        assert.equal(second.nextAppendPosition, "12")
        const misplaced = oss.append("appended", Buffer.from("x"), { position: "6" })
        assert.equal(await codeOf(misplaced), "PositionNotEqualToLength")
        const got = await oss.get("appended")
        assert.equal(bytesOf(got).toString(), "first second")
        assert.equal(headersOf(got)["x-oss-object-type"], "Appendable")
      })

      test("keeps versions, reads, lists, copies and deletes them by their ids", async () => {
        const name = "versions-bucket"
        await oss.putBucket(name)
        const own = aliOss(server, { authorizationV4, bucket: name }) as OSS & Undeclared
        assert.equal((await own.getBucketVersioning(name)).versionStatus, undefined)
        await own.putBucketVersioning(name, "Enabled")
        assert.equal((await own.getBucketVersioning(name)).versionStatus, "Enabled")
        const ids: string[] = []
        for (const body of ["one", "two", "three"]) {
          const put = await own.put("dir/a b", Buffer.from(body))
          ids.push(headersOf(put)["x-oss-version-id"] ?? "")
        }
        const versionId = ids[0] ?? ""
        const old = await own.get("dir/a b", { versionId })
        assert.equal(bytesOf(old).toString(), "one")
        const head = headersOf(await own.head("dir/a b", { versionId } as object))
        assert.equal(head["content-length"], "3")
        assert.equal(head["x-oss-version-id"], versionId)
        await own.copy("copied", "dir/a b", { versionId } as object)
        assert.equal(bytesOf(await own.get("copied")).toString(), "one")
        const marked = headersOf(await own.delete("dir/a b"))
        const marker = marked["x-oss-version-id"] ?? ""
        assert.equal(marked["x-oss-delete-marker"], "true")
        assert.equal(await codeOf(own.get("dir/a b")), "NoSuchKey")
        const all = await listVersions(own, 1000)
        assert.equal(all.length, 5)
        for (const size of [1, 2, 3, 4]) {
          assert.deepEqual((await listVersions(own, size)).toSorted(), all.toSorted())
        }
        const { objects, deleteMarker } = await own.getBucketVersions({ prefix: "dir/" })
        assert.deepEqual(
          objects.map((each) => each.versionId),
          ids.toReversed(),
        )
        assert.deepEqual(
          deleteMarker.map((each) => each.versionId),
          [marker],
        )
        await own.delete("dir/a b", { versionId: marker } as object)
        assert.equal(bytesOf(await own.get("dir/a b")).toString(), "three")
        const doomed = ids.map((each) => ({ key: "dir/a b", versionId: each }))
        await own.deleteMulti(doomed as unknown as string[])
        assert.equal(await codeOf(own.head("dir/a b")), "NoSuchKey")
        assert.equal(await codeOf(own.deleteBucket(name)), "BucketNotEmpty")
        const { objects: rest } = await own.listObjectVersions({})
        for (const each of rest)
          await own.delete(each.name, { versionId: each.versionId } as object)
        await own.deleteBucket(name)
      })

      test("deletes many, and missing ones are no error", async () => {
        await oss.put("gone", Buffer.from("x"))
        await oss.deleteMulti(["gone", "never-there"])
        assert.equal(await codeOf(oss.get("gone")), "NoSuchKey")
        assert.equal(await codeOf(oss.head("gone")), "NoSuchKey")
      })

      test("a wrong secret gets SignatureDoesNotMatch", async () => {
        const wrong = aliOss(server, { authorizationV4, accessKeySecret: "wrong", bucket: BUCKET })
        assert.equal(await codeOf(wrong.list({ "max-keys": 1 }, {})), "SignatureDoesNotMatch")
      })

      test("a bucket with objects is not deleted, an empty one is", async () => {
        assert.equal(await codeOf(oss.deleteBucket(BUCKET)), "BucketNotEmpty")
        await oss.putBucket("empty-bucket")
        await oss.deleteBucket("empty-bucket")
        assert.equal(await codeOf(oss.getBucketInfo("empty-bucket")), "NoSuchBucket")
      })
    })
  }
}
