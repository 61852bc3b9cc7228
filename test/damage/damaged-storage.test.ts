// Corrupted storage: whatever is flipped, truncated, swapped or moved, a reader gets an error or a cut connection,
// never bytes that were not stored under that name.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { readdir, readFile, rename, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, before, beforeEach, describe, test } from "node:test"
import { aliOss, startLocalServer, type TestServer } from "../oss/running-server.ts"
import { sendSigned } from "../oss/signed-client.ts"

const BUCKET = "damage-bucket"
const LARGE = 2_500_000

interface Outcome {
  readonly kind: "whole" | "error" | "cut" | "wrong"
}

describe("damaged storage", () => {
  let server: TestServer
  const contents = new Map<string, Buffer>()

  before(async () => {
    server = await startLocalServer()
    await aliOss(server).putBucket(BUCKET)
  })

  after(async () => {
    await server.stop()
  })

  beforeEach(async () => {
    contents.clear()
    await put("first", randomBytes(LARGE))
    await put("second", randomBytes(LARGE))
    await put("small", randomBytes(2000))
    await put("small-too", randomBytes(2000))
    await server.data.store.reclaimer.drained()
  })

  async function put(objectKey: string, body: Buffer): Promise<void> {
    contents.set(objectKey, body)
    const headers = { "x-oss-server-side-encryption": objectKey === "second" ? "KMS" : "AES256" }
    const answer = await sendSigned(server, {
      method: "PUT",
      bucketName: BUCKET,
      objectKey,
      headers,
      body,
    })
    assert.equal(answer.status, 200)
  }

  /** Reads an object, whole or in part, and returns what came. */
  async function read(objectKey: string, first = 0, last = Infinity): Promise<Outcome> {
    const content = contents.get(objectKey) ?? Buffer.alloc(0)
    const end = Math.min(last, content.length - 1)
    const headers = { range: `bytes=${first}-${end}` }
    try {
      const answer = await sendSigned(server, {
        method: "GET",
        bucketName: BUCKET,
        objectKey,
        headers,
      })
      if (answer.status >= 400) return { kind: "error" }
      const expected = answer.status === 206 ? content.subarray(first, end + 1) : content
      return { kind: answer.body.equals(expected) ? "whole" : "wrong" }
    } catch {
      return { kind: "cut" }
    }
  }

  async function blobFiles(): Promise<string[]> {
    const folder = join(server.directory, "blobs")
    const entries = await readdir(folder, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  }

  /** The blob file of an object that was just written: the one whose removal its reader notices. */
  async function blobOf(objectKey: string): Promise<string> {
    for (const path of await blobFiles()) {
      await rename(path, `${path}.away`)
      const { kind } = await read(objectKey)
      await rename(`${path}.away`, path)
      if (kind !== "whole") return path
    }
    return assert.fail("no file holds the object")
  }

  function assertRefused({ kind }: Outcome): void {
    assert.ok(kind === "error" || kind === "cut", `the reader got ${kind}`)
  }

  test("objects are read back before anything is damaged", async () => {
    for (const objectKey of contents.keys()) {
      assert.equal((await read(objectKey)).kind, "whole")
    }
  })

  test("a flipped bit anywhere in a blob is never served", async () => {
    const path = await blobOf("first")
    const bytes = await readFile(path)
    const places = [0, 9, 20, 40, 63, 64, 90, 119, 120, 16_519, 16_520, 1_500_000, bytes.length - 1]
    for (const place of places) {
      const damaged = Buffer.from(bytes)
      damaged[place] = (damaged[place] ?? 0) ^ 1
      await writeFile(path, damaged)
      assertRefused(await read("first"))
    }
    await writeFile(path, bytes)
    assert.equal((await read("first")).kind, "whole")
  })

  test("a range that does not touch the damaged segment is still served, one that does is not", async () => {
    const path = await blobOf("first")
    const bytes = await readFile(path)
    const place = 64 + 56 + 16_400 * 100 + 5
    bytes[place] = (bytes[place] ?? 0) ^ 1
    await writeFile(path, bytes)
    assert.equal((await read("first", 0, 100_000)).kind, "whole")
    assertRefused(await read("first", 16_384 * 100, 16_384 * 100 + 3))
  })

  test("a blob that was truncated, at any of several places, or extended is never served", async () => {
    const path = await blobOf("first")
    const bytes = await readFile(path)
    for (const sizeBytes of [
      0,
      10,
      64,
      120,
      64 + 56 + 16_400,
      bytes.length - 16_400,
      bytes.length - 1,
    ]) {
      await truncate(path, sizeBytes)
      assertRefused(await read("first"))
      await writeFile(path, bytes)
    }
    await writeFile(path, Buffer.concat([bytes, Buffer.alloc(1)]))
    assertRefused(await read("first"))
  })

  test("two swapped blobs are never served", async () => {
    const [first, second] = [await blobOf("first"), await blobOf("second")]
    const bytes = await readFile(first)
    await writeFile(first, await readFile(second))
    await writeFile(second, bytes)
    assertRefused(await read("first"))
    assertRefused(await read("second"))
  })

  test("two swapped rows are never served", async () => {
    const database = new DatabaseSync(join(server.directory, "metadata.sqlite"))
    const select = database.prepare(
      "SELECT key, value, large FROM rows WHERE substr(key, 1, 1) = x'12'",
    )
    const rows = select.all() as {
      key: Uint8Array
      value: Uint8Array | null
      large: number | null
    }[]
    const rowOf = (objectKey: string): (typeof rows)[number] => {
      const row = rows.find(({ key }) => Buffer.from(key).subarray(17).toString() === objectKey)
      return row ?? assert.fail("no row")
    }
    const swap = database.prepare(
      "UPDATE rows SET value = ?, large = ?, version = version + 1 WHERE key = ?",
    )
    for (const [left, right] of [
      ["first", "second"],
      ["small", "small-too"],
    ] as const) {
      const [leftRow, rightRow] = [rowOf(left), rowOf(right)]
      swap.run(rightRow.value, rightRow.large, leftRow.key)
      swap.run(leftRow.value, leftRow.large, rightRow.key)
      assertRefused(await read(left))
      assertRefused(await read(right))
    }
    database.close()
  })

  test("a row that does not open is left out of a list, and a PUT over it succeeds", async () => {
    const database = new DatabaseSync(join(server.directory, "metadata.sqlite"))
    const damage = database.prepare(
      "UPDATE rows SET value = x'00', large = NULL, version = version + 1 WHERE substr(key, 1, 1) = x'12' AND substr(key, 18) = CAST('second' AS BLOB)",
    )
    assert.equal(damage.run().changes, 1)
    database.close()
    const listed = async (): Promise<string[]> => {
      const answer = await sendSigned(server, { method: "GET", bucketName: BUCKET })
      assert.equal(answer.status, 200)
      const names = answer.body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)
      return Array.from(names, ([, name]) => name ?? "")
    }
    assert.deepEqual(await listed(), ["first", "small", "small-too"])
    await put("second", randomBytes(3000))
    assert.equal((await read("second")).kind, "whole")
    assert.deepEqual(await listed(), ["first", "second", "small", "small-too"])
  })
})
