import assert from "node:assert/strict"
import { test } from "node:test"
import {
  appendOf,
  openBucket,
  openStore,
  OWNER,
  put,
  readBytes,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { assertNothingLeft } from "../../test/objects/soundness.ts"
import { appendObject } from "./append.ts"
import { setVersioning } from "./buckets.ts"
import { deleteObject } from "./delete.ts"

for (const length of ["the same", "another"] as const) {
  test(`an append to an object that was made anew at ${length} length meanwhile is refused`, async () => {
    const { store } = openStore()
    await openBucket(store, "never")
    const target = await targetOf(store, "log", OWNER)
    await appendObject(store, target, appendOf(0, "first"))
    const anew = length === "the same" ? "other" : "longer than the first"
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(" and ")
      await deleteObject(store, target, undefined)
      await appendObject(store, target, appendOf(0, anew))
      yield Buffer.from("second")
    }
    const late = { ...appendOf(5, ""), incoming: { chunks: slowly(), bytesMax: 100 } }
    await assert.rejects(appendObject(store, target, late), { code: "PositionMissed" })
    assert.equal((await readBytes(store, target)).toString(), anew)
    await sweep(store)
    await assertNothingLeft(store)
  })
}

test("where versions are kept, the first append makes a version of its own, and later ones grow it in place", async () => {
  const { store } = openStore()
  await openBucket(store, "enabled")
  const target = await targetOf(store, "log")
  const { versionId } = await appendObject(store, target, appendOf(0, "first"))
  assert.notEqual(versionId, "null")
  assert.equal((await appendObject(store, target, appendOf(5, " and more"))).versionId, versionId)
  await put(store, target, Buffer.from("other"))
  const appended = await readBytes(store, target, { kind: "version", versionId })
  assert.equal(appended.toString(), "first and more")
})

test("in a bucket that keeps versions, an append destroys no older null version", async () => {
  const { store } = openStore()
  await openBucket(store, "never")
  await put(store, await targetOf(store, "log"), Buffer.from("before"))
  const { bucket } = await targetOf(store, "log")
  await setVersioning(store, bucket, "enabled")
  const target = await targetOf(store, "log")
  await deleteObject(store, target, undefined)
  const { versionId } = await appendObject(store, target, appendOf(0, "first"))
  assert.notEqual(versionId, "null")
  const kept = await readBytes(store, target, { kind: "version", versionId: "null" })
  assert.equal(kept.toString(), "before")
})
