import assert from "node:assert/strict"
import { test } from "node:test"
import {
  KEEPER,
  OWNER,
  DAY_MS,
  type KeyServiceFixture,
  openKeyService,
  reopenKeyService,
} from "../../test/kms/key-service-fixture.ts"
import { newCommit } from "../storage/commit.ts"
import { type KeyBounds, scanAll } from "../storage/scan-all.ts"
import { createClockWitness } from "./clock-witness.ts"
import { type CmkId, parseKeyVersionId } from "./cmk.ts"
import { sweepDeletedCmks } from "./destroy-cmk.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"
import { createLastUses } from "./last-uses.ts"
import { createKeyMaterials } from "./key-materials.ts"
import { createKeyService } from "./key-service.ts"
import { aliasBounds, cmkBounds, cmkRow, keyVersionOfCmkBounds, keyVersionRow } from "./keyspace.ts"
import { keyVersionCodec } from "./kms-records.ts"

interface Doomed extends KeyServiceFixture {
  readonly cmkId: CmkId
  readonly keyVersionId: string
  readonly ciphertextBlob: Buffer
}

async function scheduleOne(): Promise<Doomed> {
  const fixture = openKeyService()
  const { keyService } = fixture
  await keyService.sweepDeletedCmks(KEEPER)
  const { cmkId } = await keyService.createCmk(OWNER, { description: "doomed" })
  await keyService.createAlias(OWNER, "alias/doomed", cmkId)
  await keyService.createAlias(OWNER, "alias/moved", cmkId)
  const plaintext = Buffer.from("a")
  const encrypted = await keyService.encrypt(OWNER, { cmk: cmkId, plaintext, context })
  await keyService.scheduleDeletion(OWNER, cmkId, 7)
  return { ...fixture, ...encrypted }
}

async function assertGone({ keyService, cmkId, ciphertextBlob }: Doomed): Promise<void> {
  const uses = [
    () => keyService.describeCmk(OWNER, cmkId),
    () => keyService.encrypt(OWNER, { cmk: cmkId, plaintext: Buffer.from("a"), context }),
    () => keyService.decrypt(OWNER, { ciphertextBlob, context }),
    () => keyService.unwrapDataKey(OWNER, { wrapped: ciphertextBlob, context }),
    () => keyService.checkCmk(OWNER, cmkId, "kms:Decrypt"),
    () => keyService.cancelDeletion(OWNER, cmkId),
    () => keyService.enableCmk(OWNER, cmkId),
    () => keyService.createAlias(OWNER, "alias/late", cmkId),
    () => keyService.listKeyVersions(OWNER, cmkId),
    () => keyService.listAliasesOfCmk(OWNER, cmkId),
  ]
  for (const use of uses) await assert.rejects(use(), { code: "KeyNotFound" })
  assert.deepEqual(await keyService.listCmks(OWNER), [])
}

const NOTHING = { destroyed: 0, failed: 0 }

test("a deletion can be cancelled until a sweep destroys, also when its time has passed", async () => {
  const { keyService, clock, cmkId, ciphertextBlob } = await scheduleOne()
  clock.advance(7 * DAY_MS - 1)
  assert.deepEqual(await keyService.sweepDeletedCmks(KEEPER), NOTHING)
  clock.advance(2 * DAY_MS)
  assert.equal((await keyService.describeCmk(OWNER, cmkId)).state.kind, "PendingDeletion")
  const decrypting = keyService.decrypt(OWNER, { ciphertextBlob, context })
  await assert.rejects(decrypting, { code: "KeyPendingDeletion" })
  await keyService.cancelDeletion(OWNER, cmkId)
  assert.deepEqual(await keyService.sweepDeletedCmks(KEEPER), NOTHING)
  const { plaintext } = await keyService.decrypt(OWNER, { ciphertextBlob, context })
  assert.equal(plaintext.toString(), "a")
})

test("a CMK that a sweep destroyed is not found by any use, in any process", async () => {
  const doomed = await scheduleOne()
  doomed.clock.advance(7 * DAY_MS)
  assert.deepEqual(await doomed.keyService.sweepDeletedCmks(KEEPER), { destroyed: 1, failed: 0 })
  await assertGone(doomed)
  await assertGone({ ...doomed, keyService: reopenKeyService(doomed) })
  assert.deepEqual(await doomed.keyService.sweepDeletedCmks(KEEPER), NOTHING)
})

test("the sweep leaves one row of a CMK: its key version without the material", async () => {
  const doomed = await scheduleOne()
  const keyVersionId = parseKeyVersionId(doomed.keyVersionId)
  assert(keyVersionId !== undefined)
  doomed.clock.advance(7 * DAY_MS)
  await doomed.keyService.sweepDeletedCmks(KEEPER)
  const all = { from: Buffer.of(0x20), to: Buffer.of(0x30) }
  const rows = await Array.fromAsync(scanAll(doomed.store, all))
  assert.deepEqual(
    rows.map(({ key }) => Buffer.from(key)),
    [Buffer.from(keyVersionRow(keyVersionId))],
  )
  assert.equal(keyVersionCodec.decode(rows[0]?.value ?? Buffer.alloc(0)).wrapped, null)
})

test("a destruction that was cut short is gone on with, and its CMK is gone meanwhile", async () => {
  const doomed = await scheduleOne()
  doomed.clock.advance(6 * DAY_MS)
  await doomed.keyService.sweepDeletedCmks(KEEPER)
  doomed.clock.advance(DAY_MS)
  // What it saw of the clock, and that the destruction begins.
  let commits = 0
  const failing: typeof doomed.store = {
    ...doomed.store,
    commit(commit) {
      commits += 1
      return commits > 2 ? Promise.reject(new Error("cut short")) : doomed.store.commit(commit)
    },
  }
  const cut = createKeyService({ ...doomed, store: failing })
  await assert.rejects(cut.sweepDeletedCmks(KEEPER), /cut short/)
  await assertGone(doomed)
  assert.deepEqual(await doomed.keyService.sweepDeletedCmks(KEEPER), { destroyed: 1, failed: 0 })
})

/** Spoils the first row between the bounds so that it does not open. */
async function damage(fixture: KeyServiceFixture, bounds: KeyBounds): Promise<void> {
  const { plainStore, clock } = fixture
  const [row] = await Array.fromAsync(scanAll(plainStore, bounds))
  assert(row !== undefined)
  const write = { key: row.key, value: Buffer.alloc(100), expect: row.version }
  await plainStore.commit(newCommit(clock, { guards: [], writes: [write] }))
}

test("a CMK is not said to be destroyed while a row that names its material does not open", async () => {
  const doomed = await scheduleOne()
  const { keyService, clock, store, cmkId } = doomed
  const other = await keyService.createCmk(OWNER, { description: "" })
  await keyService.scheduleDeletion(OWNER, other.cmkId, 7)
  await damage(doomed, keyVersionOfCmkBounds(cmkId))
  clock.advance(7 * DAY_MS)
  assert.deepEqual(await keyService.sweepDeletedCmks(KEEPER), { destroyed: 1, failed: 1 })
  const [row, otherRow] = await store.get([cmkRow(cmkId), cmkRow(other.cmkId)])
  assert.notEqual(row, undefined)
  assert.equal(otherRow, undefined)
  assert.match(doomed.logged.join(""), /a CMK is not destroyed/)
})

test("a damaged row of a CMK, an alias or a key version is left out of lists, and told", async () => {
  const fixture = openKeyService()
  const { keyService, logged } = fixture
  const cmks = []
  for (const name of ["alias/a", "alias/b"]) {
    const cmk = await keyService.createCmk(OWNER, { description: "" })
    await keyService.createAlias(OWNER, name, cmk.cmkId)
    cmks.push(cmk.cmkId)
  }
  const [first = "", second] = cmks.sort()
  await damage(fixture, keyVersionOfCmkBounds(first as CmkId))
  assert.deepEqual((await keyService.listKeyVersions(OWNER, first)).versions, [])
  await damage(fixture, cmkBounds())
  await damage(fixture, aliasBounds())
  const listed = await keyService.listCmks(OWNER)
  assert.deepEqual(
    listed.map(({ cmkId }) => cmkId),
    [second],
  )
  const aliases = await keyService.listAliases(OWNER)
  assert.deepEqual(
    aliases.map(({ aliasName }) => aliasName),
    ["alias/b"],
  )
  for (const what of ["key version", "CMK", "alias"]) {
    const told = logged.filter((line) => line.includes(`"what":"${what}","damagedRows":1`))
    assert.equal(told.length, 1, what)
  }
})

test("a damaged CMK or alias does not keep the CMKs that are due from being destroyed", async () => {
  const doomed = await scheduleOne()
  const { keyService, clock, cmkId } = doomed
  await damage(doomed, aliasBounds())
  const ids = [cmkId]
  for (let count = 0; count < 2; count += 1) {
    const cmk = await keyService.createCmk(OWNER, { description: "" })
    await keyService.scheduleDeletion(OWNER, cmk.cmkId, 7)
    ids.push(cmk.cmkId)
  }
  await damage(doomed, cmkBounds())
  clock.advance(7 * DAY_MS)
  assert.deepEqual(await keyService.sweepDeletedCmks(KEEPER), { destroyed: 2, failed: 0 })
  assert.deepEqual(await keyService.listCmks(OWNER), [])
})

test("a start with the clock eight days ahead that is then set right destroys nothing", async () => {
  const doomed = await scheduleOne()
  const { cmkId, clock, jump } = doomed
  jump(8 * DAY_MS)
  const ahead = reopenKeyService(doomed)
  for (let minute = 0; minute < 60; minute += 1) {
    assert.deepEqual(await ahead.sweepDeletedCmks(KEEPER), NOTHING)
    clock.advance(60_000)
  }
  assert.equal((await ahead.describeCmk(OWNER, cmkId)).state.kind, "PendingDeletion")
  jump(-8 * DAY_MS)
  const right = reopenKeyService(doomed)
  assert.deepEqual(await right.sweepDeletedCmks(KEEPER), NOTHING)
  await right.cancelDeletion(OWNER, cmkId)
  assert.equal((await right.describeCmk(OWNER, cmkId)).state.kind, "Enabled")
})

test("with a restart every day a CMK is destroyed within a day after it is due", async () => {
  const doomed = await scheduleOne()
  const { clock } = doomed
  let destroyedAtMs: number | undefined
  const dueMs = clock.nowMs() + 7 * DAY_MS
  for (let day = 0; day < 9 && destroyedAtMs === undefined; day += 1) {
    const keyService = reopenKeyService(doomed)
    for (let hour = 0; hour < 23; hour += 1) {
      const { destroyed } = await keyService.sweepDeletedCmks(KEEPER)
      if (destroyed > 0) destroyedAtMs ??= clock.nowMs()
      clock.advance(DAY_MS / 24)
    }
    clock.advance(DAY_MS / 24)
  }
  assert(destroyedAtMs !== undefined)
  assert(destroyedAtMs >= dueMs && destroyedAtMs <= dueMs + DAY_MS)
})

test("an alias that was pointed elsewhere survives the CMK that it named", async () => {
  const { keyService, clock } = await scheduleOne()
  const other = await keyService.createCmk(OWNER, { description: "" })
  await keyService.updateAlias(OWNER, "alias/moved", other.cmkId)
  clock.advance(7 * DAY_MS)
  await keyService.sweepDeletedCmks(KEEPER)
  assert.deepEqual(await keyService.listAliases(OWNER), [
    { aliasName: "alias/moved", cmkId: other.cmkId },
  ])
})

test("sweeps that run together destroy each CMK once and disturb no other", async () => {
  const { keyService, clock } = await scheduleOne()
  const survivor = await keyService.createCmk(OWNER, { description: "" })
  clock.advance(7 * DAY_MS)
  await Promise.all(Array.from({ length: 8 }, () => keyService.sweepDeletedCmks(KEEPER)))
  assert.deepEqual(
    (await keyService.listCmks(OWNER)).map(({ cmkId }) => cmkId),
    [survivor.cmkId],
  )
})

test("the sweep forgets the material that it destroys", async () => {
  const { cmkId, ...doomed } = await scheduleOne()
  const { store, rootKey, clock } = doomed
  const keyVersionId = parseKeyVersionId(doomed.keyVersionId)
  assert(keyVersionId !== undefined)
  const materials = createKeyMaterials(store, rootKey)
  const lastUses = createLastUses(0)
  const witness = createClockWitness(doomed)
  const ask = { caller: KEEPER, action: "kms:DestroyKeys" } as const
  const sweep = (): Promise<unknown> =>
    sweepDeletedCmks({ ...doomed, materials, lastUses }, witness, ask)
  await sweep()
  assert.notEqual((await materials.find(keyVersionId))?.open(), undefined)
  clock.advance(7 * DAY_MS)
  assert.deepEqual(await sweep(), { destroyed: 1, failed: 0 })
  const found = await materials.find(keyVersionId)
  assert.deepEqual([found?.cmkId, found?.open()], [cmkId, undefined])
})
