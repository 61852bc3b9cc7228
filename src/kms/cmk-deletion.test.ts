import assert from "node:assert/strict"
import { test } from "node:test"
import {
  DAY_MS,
  type KeyServiceFixture,
  openKeyService,
  reopenKeyService,
  SCOPE,
} from "../../test/kms/key-service-fixture.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { newCommit } from "../storage/commit.ts"
import { scanAll } from "../storage/scan-all.ts"
import { createSealedMetadataStore } from "../storage/sealed-metadata-store.ts"
import { type CmkId, parseKeyVersionId } from "./cmk.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"
import { createKeyService } from "./key-service.ts"
import { cmkRow, keyVersionOfCmkBounds, keyVersionRow } from "./keyspace.ts"
import { decodeKeyVersionRecord } from "./kms-records.ts"

interface Doomed extends KeyServiceFixture {
  readonly cmkId: CmkId
  readonly keyVersionId: string
  readonly ciphertextBlob: Buffer
}

async function scheduleOne(): Promise<Doomed> {
  const fixture = openKeyService()
  const { keyService } = fixture
  const { cmkId } = await keyService.createCmk({ description: "doomed" })
  await keyService.createAlias("alias/doomed", cmkId)
  await keyService.createAlias("alias/moved", cmkId)
  const encrypted = await keyService.encrypt({ cmk: cmkId, plaintext: Buffer.from("a"), context })
  await keyService.scheduleDeletion(cmkId, 7)
  return { ...fixture, ...encrypted }
}

async function assertGone({ keyService, cmkId, ciphertextBlob }: Doomed): Promise<void> {
  const uses = [
    () => keyService.describeCmk(cmkId),
    () => keyService.encrypt({ cmk: cmkId, plaintext: Buffer.from("a"), context }),
    () => keyService.decrypt({ ciphertextBlob, context }),
    () => keyService.unwrapDataKey({ wrapped: ciphertextBlob, context }),
    () => keyService.checkCmk(cmkId),
    () => keyService.cancelDeletion(cmkId),
    () => keyService.enableCmk(cmkId),
    () => keyService.createAlias("alias/late", cmkId),
    () => keyService.listKeyVersions(cmkId),
    () => keyService.listAliasesOfCmk(cmkId),
  ]
  for (const use of uses) await assert.rejects(use(), { code: "KeyNotFound" })
  assert.deepEqual(await keyService.listCmks(), [])
}

test("until the last millisecond of its window a deletion can be cancelled and nothing is lost", async () => {
  const { keyService, clock, cmkId, ciphertextBlob } = await scheduleOne()
  clock.advance(7 * DAY_MS - 1)
  assert.equal(await keyService.sweepDeletedCmks(), 0)
  await keyService.cancelDeletion(cmkId)
  const { plaintext } = await keyService.decrypt({ ciphertextBlob, context })
  assert.equal(plaintext.toString(), "a")
})

test("from its deletion time on a CMK is not found by any use, swept or not", async () => {
  const doomed = await scheduleOne()
  doomed.clock.advance(7 * DAY_MS)
  await assertGone(doomed)
  assert.equal(await doomed.keyService.sweepDeletedCmks(), 1)
  await assertGone(doomed)
  await assertGone({ ...doomed, keyService: reopenKeyService(doomed) })
  assert.equal(await doomed.keyService.sweepDeletedCmks(), 0)
})

test("the sweep leaves one row of a CMK: its key version without the material", async () => {
  const doomed = await scheduleOne()
  const keyVersionId = parseKeyVersionId(doomed.keyVersionId)
  assert(keyVersionId !== undefined)
  doomed.clock.advance(7 * DAY_MS)
  await doomed.keyService.sweepDeletedCmks()
  const all = { from: Buffer.of(0x20), to: Buffer.of(0x30) }
  const rows = await Array.fromAsync(scanAll(doomed.store, all))
  assert.deepEqual(
    rows.map(({ key }) => Buffer.from(key)),
    [Buffer.from(keyVersionRow(keyVersionId))],
  )
  assert.equal(decodeKeyVersionRecord(rows[0]?.value ?? Buffer.alloc(0)).wrapped, null)
})

test("a CMK is not said to be destroyed while a row that names its material does not open", async () => {
  const { store: below, rootKey, clock } = openKeyService()
  const store = createSealedMetadataStore({ store: below, rootKey, clock })
  const keyService = createKeyService({ store, rootKey, clock, ...SCOPE })
  const { cmkId } = await keyService.createCmk({ description: "" })
  await keyService.scheduleDeletion(cmkId, 7)
  const [version] = await Array.fromAsync(scanAll(below, keyVersionOfCmkBounds(cmkId)))
  assert(version !== undefined)
  const damage = { key: version.key, value: Buffer.alloc(100), expect: version.version }
  await below.commit(newCommit(clock, { guards: [], writes: [damage] }))
  clock.advance(7 * DAY_MS)
  await assert.rejects(keyService.sweepDeletedCmks(), SealBroken)
  const [row] = await store.get([cmkRow(cmkId)])
  assert.notEqual(row, undefined)
})

test("an alias that was pointed elsewhere survives the CMK that it named", async () => {
  const { keyService, clock } = await scheduleOne()
  const other = await keyService.createCmk({ description: "" })
  await keyService.updateAlias("alias/moved", other.cmkId)
  clock.advance(7 * DAY_MS)
  await keyService.sweepDeletedCmks()
  assert.deepEqual(await keyService.listAliases(), [
    { aliasName: "alias/moved", cmkId: other.cmkId },
  ])
})

test("sweeps that run together destroy each CMK once and disturb no other", async () => {
  const { keyService, clock } = await scheduleOne()
  const survivor = await keyService.createCmk({ description: "" })
  clock.advance(7 * DAY_MS)
  await Promise.all(Array.from({ length: 8 }, () => keyService.sweepDeletedCmks()))
  assert.deepEqual(
    (await keyService.listCmks()).map(({ cmkId }) => cmkId),
    [survivor.cmkId],
  )
})
