import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { test } from "node:test"
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises"
import { assertNothingLeft } from "../../test/objects/soundness.ts"
import {
  anotherStore,
  incomingOf,
  openBucket,
  openStore,
  overtaken,
  put,
  readBytes,
  type StoreFixture,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { countFiles, openUpload, PARTS, putInParts } from "../../test/objects/uploads-fixture.ts"
import { newCommit } from "../storage/commit.ts"
import { compositeEtag, completeUpload } from "./complete-upload.ts"
import { deleteObject } from "./delete.ts"
import { chunksOf, openObject } from "./read.ts"
import type { ObjectStore } from "./object-store.ts"
import { CURRENT } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import {
  abortUpload,
  loadParts,
  loadUpload,
  placeOf,
  type Upload,
  uploadPart,
  uploadWrite,
} from "./uploads.ts"

const ALL = { forbidOverwrite: false }

test("the ETag of a multipart object is the MD5 of its parts' ETags as text, and their number", () => {
  // printf a | md5sum, printf b | md5sum, and md5sum of both in upper case, one after the other.
  const parts = [
    { etag: "0CC175B9C0F1B6A831C399E269772661" },
    { etag: "92EB5FFEE6AE2FEC3AD71C777531578F" },
  ]
  assert.equal(compositeEtag(parts), "6A57590691A4345F35997DC1B3C6FFD6-2")
})

test("a part uploaded again while its upload is completed waits, and then gets UploadNotFound", async () => {
  const fixture = openStore()
  await openBucket(fixture.store, "never")
  const upload = await openUpload(fixture.store, "object")
  let late: Promise<{ refused: unknown }> | undefined
  const completing = overtaken(
    fixture,
    async () => {
      late = uploadPart(fixture.store, upload, 1, incomingOf(randomBytes(102_400))).then(
        () => ({ refused: undefined }),
        (error: unknown) => ({ refused: error instanceof RuleBroken ? error.code : error }),
      )
      const isWaiting = delay(20).then(() => "waits")
      assert.equal(await Promise.race([late, isWaiting]), "waits")
    },
    2,
  )
  await completeUpload(completing, upload, "all", ALL)
  assert.deepEqual(await late, { refused: "UploadNotFound" })
  await completing.reclaimer.drained()
  const bytes = await readBytes(fixture.store, await targetOf(fixture.store, "object"))
  assert.ok(bytes.equals(Buffer.concat(PARTS)))
  await sweep(fixture.store)
  await assertNothingLeft(fixture.store)
})

test("a part that waits for a Complete that is refused is stored", async () => {
  const fixture = openStore()
  const { store } = fixture
  await openBucket(store, "never")
  const upload = await openUpload(store, "object")
  let late: ReturnType<typeof uploadPart> | undefined
  const completing = overtaken(
    fixture,
    async () => {
      late = uploadPart(store, upload, 1, incomingOf(Buffer.from("late")))
      await put(store, await targetOf(store, "object"), Buffer.from("taken"))
    },
    2,
  )
  await assert.rejects(completeUpload(completing, upload, "all", { forbidOverwrite: true }), {
    code: "ObjectExists",
  })
  const part = await late
  const parts = await loadParts(store, placeOf(upload))
  assert.equal(parts[0]?.etag, part?.etag)
})

test("a part whose bytes end after its upload was completed is refused and leaves nothing", async () => {
  const fixture = openStore()
  const { store } = fixture
  await openBucket(store, "never")
  const upload = await openUpload(store, "object")
  async function* slowly(): AsyncGenerator<Uint8Array> {
    yield randomBytes(50_000)
    await completeUpload(store, upload, "all", ALL)
    yield randomBytes(50_000)
  }
  const late = uploadPart(store, upload, 1, { chunks: slowly(), bytesMax: 200_000 })
  await assert.rejects(late, { code: "UploadNotFound" })
  await sweep(store)
  assert.equal(await countFiles(fixture.blobs), PARTS.length)
  await assertNothingLeft(store)
})

/** Marks an upload as a gateway's Complete does, and stops there. */
async function mark({ clock }: StoreFixture, store: ObjectStore, upload: Upload): Promise<void> {
  const state = { kind: "completing", gatewayId: store.gatewayId } as const
  const record = { ...upload.record, state }
  const writes = [uploadWrite(upload, upload.uploadId, record, upload.version)]
  await store.metadata.commit(newCommit(clock, { guards: [], writes }))
}

test("the sweep removes the mark of a gateway that is gone, and an abandoned one of its own", async () => {
  const fixture = openStore()
  const { store } = fixture
  await openBucket(store, "never")
  const abandoned = await openUpload(store, "abandoned")
  const own = await openUpload(store, "own")
  await mark(fixture, anotherStore(fixture), abandoned)
  await mark(fixture, store, own)
  const ended = store.uses.begin()
  const sweeping = sweep(store)
  const stateOf = async ({ objectKey, uploadId }: Upload): Promise<string> =>
    (await loadUpload(store, await targetOf(store, objectKey), uploadId)).record.state.kind
  for (let turns = 0; turns < 20; turns += 1) await turn()
  assert.equal(await stateOf(own), "completing")
  ended()
  await sweeping
  assert.equal(await stateOf(abandoned), "open")
  assert.equal(await stateOf(own), "open")
  await completeUpload(store, abandoned, "all", ALL)
})

test("a Complete takes the place of one that a crash ended", async () => {
  const fixture = openStore()
  const { store } = fixture
  await openBucket(store, "never")
  const abandoned = await openUpload(store, "abandoned")
  await mark(fixture, anotherStore(fixture), abandoned)
  await completeUpload(store, abandoned, "all", ALL)
  const bytes = await readBytes(store, await targetOf(store, "abandoned"))
  assert.ok(bytes.equals(Buffer.concat(PARTS)))
})

test("a Complete whose mark was taken back while it was held up changes nothing, and is told to come again", async () => {
  const fixture = openStore()
  await openBucket(fixture.store, "never")
  const upload = await openUpload(fixture.store, "object")
  const again = randomBytes(110_000)
  const slow = overtaken(fixture, () => uploadPart(fixture.store, upload, 2, incomingOf(again)), 2)
  await assert.rejects(completeUpload(slow, upload, "all", ALL), { code: "Unavailable" })
  await completeUpload(fixture.store, upload, "all", ALL)
  const bytes = await readBytes(fixture.store, await targetOf(fixture.store, "object"))
  assert.ok(bytes.equals(Buffer.concat(PARTS.with(1, again))))
})

test("an object of parts that is replaced is read whole by who reads it, and only freed then", async () => {
  const { store, blobs } = openStore()
  await openBucket(store, "never")
  await putInParts(store, "object")
  const target = await targetOf(store, "object")
  const { body } = await openObject(store, target, CURRENT, () => undefined)
  await put(store, target, Buffer.from("anew"))
  let isFreed = false
  const freeing = store.reclaimer.drained().then(() => (isFreed = true))
  const sweeping = sweep(store)
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(body)) {
    await delay(1)
    assert.equal(isFreed, false)
    chunks.push(Buffer.from(chunk))
  }
  assert.ok(Buffer.concat(chunks).equals(Buffer.concat(PARTS)))
  await freeing
  await sweeping
  assert.equal(await countFiles(blobs), 0)
  assert.equal((await readBytes(store, target)).toString(), "anew")
})

test("a replaced part is freed, and nothing of an upload in progress", async () => {
  const { store, blobs } = openStore()
  await openBucket(store, "never")
  const upload = await openUpload(store, "object")
  const again = randomBytes(110_000)
  await uploadPart(store, upload, 2, incomingOf(again))
  await store.reclaimer.drained()
  assert.equal(await countFiles(blobs), PARTS.length)
  await sweep(store)
  await sweep(store)
  assert.equal(await countFiles(blobs), PARTS.length)
  await completeUpload(store, upload, "all", ALL)
  await sweep(store)
  const bytes = await readBytes(store, await targetOf(store, "object"))
  assert.ok(bytes.equals(Buffer.concat(PARTS.with(1, again))))
})

test("the sweep finds what was still to be freed when the process ended", async () => {
  const fixture = openStore()
  const { store, blobs } = fixture
  await openBucket(store, "never")
  const forgetful: ObjectStore = {
    ...anotherStore(fixture),
    reclaimer: { free: () => undefined, drained: () => Promise.resolve(true) },
  }
  const replaced = await targetOf(store, "replaced")
  await put(forgetful, replaced, randomBytes(70_000))
  await put(forgetful, replaced, randomBytes(70_000))
  await putInParts(forgetful, "in parts")
  await deleteObject(forgetful, await targetOf(store, "in parts"), undefined)
  await abortUpload(forgetful, await openUpload(forgetful, "aborted"))
  const kept = await openUpload(forgetful, "kept")
  await uploadPart(forgetful, kept, 1, incomingOf(randomBytes(102_400)))
  assert.equal(await countFiles(blobs), 2 + 3 * PARTS.length + 1)
  await sweep(store)
  assert.equal(await countFiles(blobs), 1 + PARTS.length)
  await assertNothingLeft(store)
})
