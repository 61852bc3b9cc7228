// Where the lists of the admin API end and go on.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { type BucketClient, makeBucket } from "../oss/bucket-client.ts"
import { CONSOLE_CONFIG, startMemoryServer, type TestServer } from "../oss/running-server.ts"
import { type ConsoleAnswer, type ConsoleClient, signInToConsole } from "./console-client.ts"

type Parameters = Readonly<Record<string, string>>

const LISTS = ["objects", "versions", "uploads"] as const

function continuationOf(...fields: (string | null)[]): string {
  return Buffer.from(JSON.stringify(fields)).toString("base64url")
}

describe("a list of the admin API", () => {
  let server: TestServer
  let client: ConsoleClient
  before(async () => {
    server = await startMemoryServer(CONSOLE_CONFIG)
    client = await signInToConsole(server)
  })
  after(() => server.stop())

  async function list(
    bucket: BucketClient,
    what: (typeof LISTS)[number],
    parameters: Parameters,
  ): Promise<ConsoleAnswer> {
    const query = new URLSearchParams(parameters).toString()
    return await client.send("GET", `/api/buckets/${bucket.name}/${what}?${query}`)
  }

  test("refuses a prefix and a place that no name can have", async () => {
    const bucket = await makeBucket(server, "lists-refused")
    for (const name of ["a\0", "é".repeat(512)]) {
      for (const what of LISTS) {
        const place = what === "objects" ? name : continuationOf(name, null)
        for (const parameters of [{ prefix: name }, { after: place }]) {
          const { status, json } = await list(bucket, what, parameters)
          assert.deepEqual([status, json["code"]], [400, "InvalidRequest"], what)
        }
      }
    }
  })

  test("goes on after the longest names of any bytes", async () => {
    const bucket = await makeBucket(server, "lists-long")
    const names = ["\u0001", "\u0002", '"', "a"].map((letter) => letter.repeat(1023))
    for (const name of names) {
      await bucket.put(name, "x")
      await bucket.send({ method: "POST", objectKey: name, query: { uploads: "" } })
    }
    for (const what of LISTS) {
      const told: unknown[] = []
      for (let next: string | null = ""; next !== null;) {
        const { status, json } = await list(bucket, what, { limit: "1", after: next })
        assert.equal(status, 200, what)
        told.push(...(json["items"] as { objectKey: string }[]).map(({ objectKey }) => objectKey))
        next = json["next"] as string | null
      }
      assert.deepEqual(told, names, what)
    }
  })

  test("of versions goes on after a null version that was deleted meanwhile", async () => {
    const bucket = await makeBucket(server, "lists-null")
    await bucket.setVersioning("Enabled")
    await bucket.put("a", "older")
    await bucket.setVersioning("Suspended")
    await bucket.put("a", "null")
    const first = await list(bucket, "versions", { limit: "1" })
    await bucket.send({ method: "DELETE", objectKey: "a", query: { versionId: "null" } })
    const second = await list(bucket, "versions", { after: String(first.json["next"]) })
    assert.equal((second.json["items"] as unknown[]).length, 1)
  })
})
