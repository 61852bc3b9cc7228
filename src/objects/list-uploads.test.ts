import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import {
  ATTRIBUTES,
  openBucket,
  openStore,
  type StoreFixture,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import type { Bucket } from "./buckets.ts"
import { listUploads } from "./list.ts"
import { initiateUpload } from "./uploads.ts"

/** Returns the ids of new uploads, in the order of a list. */
async function initiate(
  { store }: StoreFixture,
  objectKey: string,
  count: number,
): Promise<string[]> {
  const target = await targetOf(store, objectKey)
  const ids: string[] = []
  while (ids.length < count) {
    const { uploadId } = await initiateUpload(store, target, {
      attributes: ATTRIBUTES,
      partOrder: "any",
      encryption: undefined,
      forbidOverwrite: false,
    })
    ids.push(uploadId)
  }
  return ids.sort()
}

async function idsAfter(
  { store }: StoreFixture,
  bucket: Bucket,
  keyMarker: string,
  uploadIdMarker: string,
): Promise<string[]> {
  const options = { prefix: "", delimiter: "", keyMarker, uploadIdMarker, limit: 1000 }
  const { entries } = await listUploads(store, bucket, options)
  return entries.map((each) => (each.kind === "upload" ? each.uploadId : each.prefix))
}

test("a list that goes on after any text shows the uploads whose ids are greater", async () => {
  const fixture = openStore()
  const bucket = await openBucket(fixture.store, "never")
  const ids = await initiate(fixture, "b", 40)
  const behind = await initiate(fixture, "c", 1)
  await initiate(fixture, "a", 1)
  const changedId = fc
    .tuple(fc.constantFrom(...ids), fc.nat(32), fc.constantFrom("", "0", "9", ":", "A", "F", "a"))
    .map(([id, at, digit]) => id.slice(0, at) + digit)
  const longerId = fc
    .tuple(fc.constantFrom(...ids), fc.string())
    .map(([id, more]) => `${id}${more}`)
  const edges = fc.constantFrom("F".repeat(32), "0".repeat(32), "/", "G", `${ids[0] ?? ""}0`)
  const marker = fc
    .oneof(changedId, longerId, edges, fc.string({ minLength: 1 }))
    .filter((text) => text !== "")
  await fc.assert(
    fc.asyncProperty(marker, async (text) => {
      const expected = [...ids.filter((id) => id > text), ...behind]
      assert.deepEqual(await idsAfter(fixture, bucket, "b", text), expected)
    }),
    { numRuns: 500 },
  )
})

test("a list ends when more uploads than it reads at once are before its marker", async () => {
  const fixture = openStore()
  const bucket = await openBucket(fixture.store, "never")
  await initiate(fixture, "a", 1001)
  assert.deepEqual(await idsAfter(fixture, bucket, "a", "a text that is no id"), [])
})
