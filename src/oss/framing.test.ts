// How the official client frames bodies, and which error it sees when a body is refused.
import assert from "node:assert/strict"
import { Readable } from "node:stream"
import { after, before, describe, test } from "node:test"
import { aliOss, startMemoryServer, type TestServer } from "../../test/oss/running-server.ts"

const BUCKET = "framing-bucket"
const BYTES = Buffer.alloc(4 * 1024 ** 2, "a")

let server: TestServer

before(async () => {
  server = await startMemoryServer()
  await aliOss(server).putBucket(BUCKET)
})
after(() => server.stop())

function pieces(): Readable {
  return Readable.from([BYTES.subarray(0, 1_000_000), BYTES.subarray(1_000_000)])
}

async function codeOf(run: Promise<unknown>): Promise<unknown> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof Error && "code" in error ? error.code : error
}

for (const authorizationV4 of [false, true]) {
  describe(`ali-oss, ${authorizationV4 ? "V4" : "V1"}`, () => {
    test("sends a stream of declared length with both framing headers, again and again", async () => {
      const oss = aliOss(server, { bucket: BUCKET, authorizationV4 })
      for (let round = 0; round < 3; round += 1) {
        const headers = { "Content-Length": String(BYTES.length) }
        await oss.put("declared", pieces(), { headers })
        const { content } = (await oss.get("declared")) as { content: unknown }
        assert.ok(content instanceof Buffer && BYTES.equals(content))
      }
    })

    test("gets IncompleteBody when the stream is shorter than declared", async () => {
      const oss = aliOss(server, { bucket: BUCKET, authorizationV4 })
      const headers = { "Content-Length": String(BYTES.length + 1) }
      assert.equal(await codeOf(oss.put("short", pieces(), { headers })), "IncompleteBody")
      assert.equal(await codeOf(oss.head("short")), "NoSuchKey")
    })

    test("sees why a large upload is refused, not a broken connection", async () => {
      const wrong = aliOss(server, { bucket: BUCKET, authorizationV4, accessKeySecret: "wrong" })
      for (let round = 0; round < 3; round += 1) {
        assert.equal(await codeOf(wrong.put("refused", BYTES)), "SignatureDoesNotMatch")
        assert.equal(await codeOf(wrong.put("refused", pieces())), "SignatureDoesNotMatch")
      }
    })
  })
}
