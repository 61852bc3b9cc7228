// The last uses of CMKs outlive the process, at the cost of one commit an hour for each CMK, however often it is used.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  DAY_MS,
  KEEPER,
  type KeyServiceFixture,
  openKeyService,
  OWNER,
  START_MS,
} from "../../test/kms/key-service-fixture.ts"
import { newCommit } from "../storage/commit.ts"
import type { CmkId } from "./cmk.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"
import { createKeyService, type KeyService } from "./key-service.ts"
import { cmkRow, lastUseRow } from "./keyspace.ts"
import { loadLastUses } from "./stored-uses.ts"

const HOUR_MS = 3_600_000

interface Opened {
  readonly fixture: KeyServiceFixture
  readonly keyService: KeyService
  /** Uses the CMK at the fixture's time. */
  readonly use: (cmkId: CmkId) => Promise<unknown>
  readonly store: (isLast?: boolean) => Promise<number>
  readonly lastUse: (cmkId: CmkId) => Promise<number | undefined>
}

/** Opens the fixture's store as a new process does. */
async function open(fixture: KeyServiceFixture): Promise<Opened> {
  const keyService = createKeyService({ ...fixture, lastUses: await loadLastUses(fixture) })
  return {
    fixture,
    keyService,
    use: (cmkId) => {
      const caller = { ...OWNER, atMs: fixture.clock.nowMs() }
      return keyService.encrypt(caller, { cmk: cmkId, plaintext: Buffer.from("a"), context })
    },
    store: (isLast = false) => keyService.storeLastUses(KEEPER, { isLast }),
    lastUse: async (cmkId) => (await keyService.lastUses(OWNER)).of(cmkId),
  }
}

const newCmk = async ({ keyService }: Opened): Promise<CmkId> =>
  (await keyService.createCmk(OWNER, { description: "" })).cmkId

test("the first use is stored at once, later ones after an hour", async () => {
  const first = await open(openKeyService())
  const cmkId = await newCmk(first)
  await newCmk(first)
  assert.equal(await first.store(), 0)
  await first.use(cmkId)
  assert.equal(await first.store(), 1)
  for (let minute = 1; minute < 60; minute += 1) {
    first.fixture.clock.advance(60_000)
    await first.use(cmkId)
    assert.equal(await first.store(), 0)
  }
  first.fixture.clock.advance(60_000)
  await first.use(cmkId)
  assert.equal(await first.store(), 1)
  assert.equal(await first.store(), 0)
})

test("a start reads the stored uses and the time from which uses are known", async () => {
  const first = await open(openKeyService())
  const { fixture } = first
  const cmkId = await newCmk(first)
  await first.use(cmkId)
  await first.store()
  fixture.clock.advance(HOUR_MS / 2)
  await first.use(cmkId)
  assert.equal(await first.lastUse(cmkId), START_MS + HOUR_MS / 2)

  const afterKill = await open(fixture)
  assert.equal(await afterKill.lastUse(cmkId), START_MS)
  await first.store(true)
  fixture.clock.advance(DAY_MS)
  const afterStop = await open(fixture)
  assert.equal(await afterStop.lastUse(cmkId), START_MS + HOUR_MS / 2)
  assert.equal((await afterStop.keyService.lastUses(OWNER)).sinceMs, START_MS)
  assert.equal(await afterStop.store(true), 0)
})

test("the uses of a thousand CMKs are stored, and those of destroyed CMKs are not", async () => {
  const first = await open(openKeyService())
  const { fixture, keyService } = first
  const ids: CmkId[] = []
  for (let number = 0; number < 1000; number += 1) ids.push(await newCmk(first))
  for (const cmkId of ids) await first.use(cmkId)
  assert.equal(await first.store(), 1000)
  const [doomed, survivor] = ids as [CmkId, CmkId]
  await keyService.sweepDeletedCmks(KEEPER)
  await keyService.scheduleDeletion(OWNER, doomed, 7)
  await keyService.cancelDeletion(OWNER, doomed)
  fixture.clock.advance(HOUR_MS)
  await first.use(doomed)
  await keyService.scheduleDeletion(OWNER, doomed, 7)
  fixture.clock.advance(7 * DAY_MS)
  for (let day = 0; day < 3; day += 1) {
    await keyService.sweepDeletedCmks(KEEPER)
    fixture.clock.advance(DAY_MS / 2)
  }
  await first.store(true)
  const [row, other] = await fixture.store.get([lastUseRow(doomed), lastUseRow(survivor)])
  assert.equal(row, undefined)
  assert.notEqual(other, undefined)
})

test("a row that does not open counts as missing, and does not prevent other CMKs from getting a row", async () => {
  const first = await open(openKeyService())
  const { fixture } = first
  const [damaged, sound] = [await newCmk(first), await newCmk(first)]
  await first.use(damaged)
  await first.use(sound)
  await first.store()
  const value = Buffer.alloc(60, "damaged")
  const damage = [lastUseRow(damaged), cmkRow(damaged)].map((key) => {
    return { key, value, expect: "any" } as const
  })
  await fixture.plainStore.commit(newCommit(fixture.clock, { guards: [], writes: damage }))
  const second = await open(fixture)
  assert.equal(await second.lastUse(damaged), undefined)
  assert.equal(await second.lastUse(sound), START_MS)
  fixture.clock.advance(HOUR_MS)
  const { lastUses } = await usedBoth(fixture, damaged, sound)
  assert.equal(lastUses.of(sound), START_MS + HOUR_MS)
})

/** Returns what a start knows after an earlier process has stored uses of both CMKs. */
async function usedBoth(fixture: KeyServiceFixture, ...ids: readonly CmkId[]) {
  const lastUses = await loadLastUses(fixture)
  for (const cmkId of ids) lastUses.note(cmkId, fixture.clock.nowMs())
  await createKeyService({ ...fixture, lastUses }).storeLastUses(KEEPER, { isLast: true })
  return { lastUses: await loadLastUses(fixture) }
}
