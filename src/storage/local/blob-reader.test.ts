import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { systemClock } from "../../base/clock.ts"
import { randomBytes } from "../../base/random.ts"
import { newBlobId } from "../blob-store.ts"
import { openBlob } from "./blob-reader.ts"

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "osseal-reader-"))
})

after(async () => {
  await rm(folder, { recursive: true })
})

const ID = newBlobId(systemClock.nowMs())
/** Large enough to get memory of its own. */
const LENGTH = 200_000

async function fileOf(bytes: Buffer, name: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

test("bytes stay unchanged while the next ones are read", async () => {
  const bytes = randomBytes(4 * LENGTH)
  const reader = await openBlob(await fileOf(bytes, "ahead"), ID)
  let next = reader.read(0, LENGTH)
  for (let at = 0; at < bytes.length; at += LENGTH) {
    const read = await next
    if (at + LENGTH < bytes.length) {
      next = reader.read(at + LENGTH, LENGTH)
      await next
    }
    assert.ok(read.equals(bytes.subarray(at, at + LENGTH)))
  }
  await reader.close()
})

test("a blob that is closed during a read keeps its memory until the read has ended", async () => {
  const path = await fileOf(Buffer.alloc(LENGTH, 1), "closed")
  const other = await fileOf(Buffer.alloc(LENGTH, 2), "other")
  for (let round = 0; round < 50; round += 1) {
    const reader = await openBlob(path, ID)
    const read = reader.read(0, LENGTH)
    const closed = reader.close()
    const next = await openBlob(other, ID)
    const bytes = await next.read(0, LENGTH)
    await Promise.all([read, closed])
    assert.ok(bytes.every((byte) => byte === 2))
    await next.close()
  }
})

test("a closed blob cannot be read, and closing it again is not an error", async () => {
  const reader = await openBlob(await fileOf(Buffer.alloc(10), "again"), ID)
  await reader.close()
  await reader.close()
  await assert.rejects(reader.read(0, 10), /after it was closed/)
})
