import assert from "node:assert/strict"
import { test } from "node:test"
import {
  KEEPER,
  OWNER,
  DAY_MS,
  type KeyServiceFixture,
  openKeyService,
} from "../../test/kms/key-service-fixture.ts"
import { createKeyService, type KeyService } from "./key-service.ts"

/** Another process. `intrude` runs between what it has read and one commit: its first, or the one with `number`. */
function overtaken(
  fixture: KeyServiceFixture,
  intrude: () => Promise<unknown>,
  number = 1,
): KeyService {
  const { store } = fixture
  let commits = 0
  const slow: typeof store = {
    ...store,
    commit: async (commit) => {
      commits += 1
      if (commits === number) await intrude()
      return store.commit(commit)
    },
  }
  return createKeyService({ ...fixture, store: slow })
}

test("enabling a CMK does not undo a deletion scheduled meanwhile", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  await keyService.disableCmk(OWNER, cmkId)
  const slow = overtaken(fixture, () => keyService.scheduleDeletion(OWNER, cmkId, 7))
  await assert.rejects(slow.enableCmk(OWNER, cmkId), { code: "StateChangeRefused" })
  assert.equal((await keyService.describeCmk(OWNER, cmkId)).state.kind, "PendingDeletion")
})

test("an alias is not given to a CMK whose deletion was scheduled meanwhile", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  const other = await keyService.createCmk(OWNER, { description: "" })
  const creating = overtaken(fixture, () => keyService.scheduleDeletion(OWNER, cmkId, 7))
  const created = creating.createAlias(OWNER, "alias/a", cmkId)
  await assert.rejects(created, { code: "StateChangeRefused" })
  assert.deepEqual(await keyService.listAliases(OWNER), [])

  await keyService.cancelDeletion(OWNER, cmkId)
  await keyService.createAlias(OWNER, "alias/a", other.cmkId)
  const updating = overtaken(fixture, () => keyService.scheduleDeletion(OWNER, cmkId, 7))
  const updated = updating.updateAlias(OWNER, "alias/a", cmkId)
  await assert.rejects(updated, { code: "KeyPendingDeletion" })
  assert.equal((await keyService.describeCmk(OWNER, "alias/a")).cmkId, other.cmkId)
})

test("the sweep spares an alias that was pointed elsewhere while it ran", async () => {
  const fixture = openKeyService()
  const { keyService, clock } = fixture
  await keyService.sweepDeletedCmks(KEEPER)
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  const other = await keyService.createCmk(OWNER, { description: "" })
  await keyService.createAlias(OWNER, "alias/a", cmkId)
  await keyService.scheduleDeletion(OWNER, cmkId, 7)
  clock.advance(6 * DAY_MS)
  await keyService.sweepDeletedCmks(KEEPER)
  clock.advance(DAY_MS)
  // The commits before: the clock's observation, and the decision to destroy.
  const repoint = () => keyService.updateAlias(OWNER, "alias/a", other.cmkId)
  const sweeping = overtaken(fixture, repoint, 3)
  assert.deepEqual(await sweeping.sweepDeletedCmks(KEEPER), { destroyed: 1, failed: 0 })
  assert.deepEqual(await keyService.listAliases(OWNER), [
    { aliasName: "alias/a", cmkId: other.cmkId },
  ])
  assert.deepEqual(await keyService.listAliasesOfCmk(OWNER, other.cmkId), [
    { aliasName: "alias/a", cmkId: other.cmkId },
  ])
})

test("two concurrent re-points of one alias leave it with one of the two CMKs, listed only there", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const ids = []
  for (let count = 0; count < 3; count += 1) {
    ids.push((await keyService.createCmk(OWNER, { description: "" })).cmkId)
  }
  const [first = "", second = "", third = ""] = ids
  await keyService.createAlias(OWNER, "alias/a", first)
  const slow = overtaken(fixture, () => keyService.updateAlias(OWNER, "alias/a", second))
  await slow.updateAlias(OWNER, "alias/a", third)
  const listed = await Promise.all(ids.map((id) => keyService.listAliasesOfCmk(OWNER, id)))
  assert.deepEqual(
    listed.map((aliases) => aliases.length),
    [0, 0, 1],
  )
})

test("the sweep spares a CMK whose deletion was cancelled or postponed while it ran", async () => {
  for (const isPutOff of [false, true]) {
    const fixture = openKeyService()
    const { keyService, clock } = fixture
    await keyService.sweepDeletedCmks(KEEPER)
    const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
    await keyService.createAlias(OWNER, "alias/a", cmkId)
    await keyService.scheduleDeletion(OWNER, cmkId, 7)
    clock.advance(6 * DAY_MS)
    await keyService.sweepDeletedCmks(KEEPER)
    clock.advance(DAY_MS)
    // The commit before is the clock's observation. With this one the destruction would begin.
    const sweeping = overtaken(
      fixture,
      async () => {
        await keyService.cancelDeletion(OWNER, cmkId)
        if (isPutOff) await keyService.scheduleDeletion(OWNER, cmkId, 7)
      },
      2,
    )
    assert.deepEqual(await sweeping.sweepDeletedCmks(KEEPER), { destroyed: 0, failed: 0 })
    const { state } = await keyService.describeCmk(OWNER, cmkId)
    assert.equal(state.kind, isPutOff ? "PendingDeletion" : "Enabled")
    assert.equal((await keyService.listAliases(OWNER)).length, 1)
  }
})
