import assert from "node:assert/strict"
import { test } from "node:test"
import { KEEPER } from "../../../test/kms/key-service-fixture.ts"
import { assertNothingLeft, assertTallies } from "../../../test/objects/soundness.ts"
import {
  anotherStore,
  ATTRIBUTES,
  incomingOf,
  joinAppends,
  openBucket,
  openStore,
  overtaken,
  overtakenReading,
  readBytes,
  type StoreFixture,
  sweep,
  targetOf,
} from "../../../test/objects/store-fixture.ts"
import { countFiles } from "../../../test/objects/uploads-fixture.ts"
import { createBudget, takeLease } from "../../keeper/keeper.ts"
import { ROW_FAMILY } from "../../storage/row-keys.ts"
import { appendObject } from "../append.ts"
import { deleteObject } from "../delete.ts"
import { loadVersion } from "../read.ts"
import { readPages } from "../rows/pieces.ts"
import type { EncryptionChoice, ObjectVersion } from "../rows/records.ts"
import { CURRENT } from "../rows/version-rows.ts"
import { sweepJob } from "./sweep.ts"
import { joinAppendsJob } from "./join-appends.ts"

/** This many appends, each with its own bytes. */
async function appendEach(
  { store }: StoreFixture,
  pieces: readonly Buffer[],
  encryption?: EncryptionChoice,
): Promise<ObjectVersion> {
  const target = await targetOf(store, "log")
  let position = 0
  for (const piece of pieces) {
    const incoming = incomingOf(piece)
    const input = { position, attributes: ATTRIBUTES, encryption, incoming }
    position = (await appendObject(store, target, input)).sizeBytes
  }
  return (await loadVersion(store, target, CURRENT)).record
}

function piecesOf(count: number, sizeBytes: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.alloc(sizeBytes, index + 1))
}

async function countPages({ store }: StoreFixture, { content }: ObjectVersion): Promise<number> {
  assert(content.kind === "pieces")
  return (await Array.fromAsync(readPages(store.metadata, content.contentId))).length
}

async function open(): Promise<StoreFixture> {
  const fixture = openStore()
  await openBucket(fixture.store, "never")
  return fixture
}

test("many small appends become few pieces, and nothing of the object changes", async () => {
  const fixture = await open()
  const { store } = fixture
  const pieces = piecesOf(300, 40)
  const before = await appendEach(fixture, pieces)
  assert.ok((await joinAppends(store)) >= 300)
  const target = await targetOf(store, "log")
  assert.deepEqual((await loadVersion(store, target, CURRENT)).record, before)
  // One more, during which the keeper's time ran out.
  assert.ok((await countPages(fixture, before)) <= 2)
  assert.deepEqual(await readBytes(store, target), Buffer.concat(pieces))
  await sweep(store)
  await assertNothingLeft(store)
  await assertTallies(store, target.bucket)
})

test("an append continues where joined pieces end, and later joins include it", async () => {
  const fixture = await open()
  const { store } = fixture
  const pieces = piecesOf(20, 30)
  await appendEach(fixture, pieces)
  await joinAppends(store)
  const target = await targetOf(store, "log")
  for (const [index, bytes] of pieces.entries()) {
    const position = 600 + index * 30
    const incoming = incomingOf(bytes)
    const input = { position, attributes: ATTRIBUTES, encryption: undefined, incoming }
    await appendObject(store, target, input)
  }
  assert.equal(await joinAppends(store), 21)
  assert.deepEqual(await readBytes(store, target), Buffer.concat([...pieces, ...pieces]))
})

test("larger pieces are joined in a blob, and the old blobs are removed", async () => {
  const fixture = await open()
  const { store, blobs } = fixture
  const pieces = piecesOf(8, 20_000)
  await appendEach(fixture, pieces)
  assert.equal(await countFiles(blobs), 8)
  await joinAppends(store)
  assert.equal(await countFiles(blobs), 1)
  assert.deepEqual(await readBytes(store, await targetOf(store, "log")), Buffer.concat(pieces))
  assert.equal(await joinAppends(store), 0)
})

test("fewer than eight appends stay as they are", async () => {
  const fixture = await open()
  const record = await appendEach(fixture, piecesOf(7, 30))
  assert.equal(await joinAppends(fixture.store), 0)
  assert.equal(await countPages(fixture, record), 7)
})

test("objects under a disabled CMK stay as they are, and are joined once it is enabled", async () => {
  const fixture = await open()
  const { store, keyService } = fixture
  const { cmkId } = await keyService.createCmk(KEEPER, { description: "" })
  const pieces = piecesOf(10, 30)
  await appendEach(fixture, pieces, { method: "KMS", cmk: cmkId, suite: "aes-256-gcm" })
  await keyService.disableCmk(KEEPER, cmkId)
  assert.equal(await joinAppends(store), 0)
  await keyService.enableCmk(KEEPER, cmkId)
  assert.equal(await joinAppends(store), 10)
  assert.deepEqual(await readBytes(store, await targetOf(store, "log")), Buffer.concat(pieces))
})

test("a run ends with its budget, and the next one continues there", async () => {
  const fixture = await open()
  const { store } = fixture
  await appendEach(fixture, piecesOf(10, 30))
  const stopped = AbortSignal.abort()
  const spent = createBudget(await takeLease(store), stopped)
  const { cursor, did } = await joinAppendsJob(store).run(undefined, spent)
  assert.deepEqual(did, { piecesJoined: 0 })
  const budget = createBudget(await takeLease(store), new AbortController().signal)
  const next = await joinAppendsJob(store).run(cursor, budget)
  assert.deepEqual(next, { cursor: undefined, did: { piecesJoined: 10 } })
})

const INTRUSIONS: Readonly<Record<string, (fixture: StoreFixture) => Promise<unknown>>> = {
  "an append": async ({ store }) => {
    const input = { position: 300, attributes: ATTRIBUTES, encryption: undefined }
    const incoming = incomingOf(Buffer.from("last"))
    return appendObject(store, await targetOf(store, "log"), { ...input, incoming })
  },
  "a deletion": async ({ store }) => deleteObject(store, await targetOf(store, "log"), undefined),
  "another keeper": async ({ store }) => takeLease(store),
}

for (const [name, intrude] of Object.entries(INTRUSIONS)) {
  test(`${name} before the commit wins, and nothing is left behind`, async () => {
    const fixture = await open()
    await appendEach(fixture, piecesOf(10, 30))
    const budget = createBudget(await takeLease(fixture.store), new AbortController().signal)
    const late = overtaken(fixture, () => intrude(fixture))
    const { did } = await joinAppendsJob(late).run(undefined, budget)
    assert.deepEqual(did, { piecesJoined: 0 })
    await fixture.store.reclaimer.drained()
    await assertNothingLeft(fixture.store)
  })
}

test("a read that is overtaken at any of its steps returns every byte", async () => {
  const pieces = piecesOf(12, 30)
  for (let nth = 1; nth < 60; nth += 1) {
    const fixture = await open()
    await appendEach(fixture, pieces)
    const seen = { overtook: false }
    const intrude = async (): Promise<void> => {
      seen.overtook = true
      const other = anotherStore(fixture)
      assert.equal(await joinAppends(other), 12)
      await other.reclaimer.drained()
    }
    const slow = overtakenReading(fixture, intrude, nth)
    const target = await targetOf(slow, "log")
    assert.deepEqual(await readBytes(slow, target), Buffer.concat(pieces))
    if (!seen.overtook) return
  }
  assert.fail("the read never ends")
})

test("a sweep that read the pages before they were joined frees no joined piece", async () => {
  const fixture = await open()
  const { store, clock } = fixture
  // More than the sweep handles in one step; the joined piece comes after them.
  const pieces = piecesOf(110, 30)
  await appendEach(fixture, pieces)
  clock.advance(1000)
  // Both are jobs of one keeper, which has one lease.
  const budget = createBudget(await takeLease(store), new AbortController().signal)
  let blobScans = 0
  const between = anotherStore(fixture, (metadata) => ({
    ...metadata,
    scan: async (scan) => {
      if (scan.from[0] === ROW_FAMILY.blob) blobScans += 1
      if (blobScans === 2) await joinAppendsJob(store).run(undefined, budget)
      return await metadata.scan(scan)
    },
  }))
  await sweepJob(between).run(undefined, budget)
  await store.reclaimer.drained()
  const target = await targetOf(store, "log")
  assert.deepEqual(await readBytes(store, target), Buffer.concat(pieces))
})
