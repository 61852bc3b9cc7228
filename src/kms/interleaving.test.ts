import assert from "node:assert/strict"
import { test } from "node:test"
import {
  DAY_MS,
  type KeyServiceFixture,
  openKeyService,
  SCOPE,
} from "../../test/kms/key-service-fixture.ts"
import { createKeyService, type KeyService } from "./key-service.ts"

/** Another process, which `intrude` overtakes between what it has read and its first commit. */
function overtaken(fixture: KeyServiceFixture, intrude: () => Promise<unknown>): KeyService {
  const { store, rootKey, clock } = fixture
  let isFirst = true
  const slow: typeof store = {
    ...store,
    commit: async (commit) => {
      if (isFirst) {
        isFirst = false
        await intrude()
      }
      return store.commit(commit)
    },
  }
  return createKeyService({ store: slow, rootKey, clock, ...SCOPE })
}

test("enabling a CMK does not undo a deletion that was scheduled meanwhile", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const { cmkId } = await keyService.createCmk({ description: "" })
  await keyService.disableCmk(cmkId)
  const slow = overtaken(fixture, () => keyService.scheduleDeletion(cmkId, 7))
  await assert.rejects(slow.enableCmk(cmkId), { code: "StateChangeRefused" })
  assert.equal((await keyService.describeCmk(cmkId)).state.kind, "PendingDeletion")
})

test("an alias is not given to a CMK whose deletion was scheduled meanwhile", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const { cmkId } = await keyService.createCmk({ description: "" })
  const other = await keyService.createCmk({ description: "" })
  const creating = overtaken(fixture, () => keyService.scheduleDeletion(cmkId, 7))
  const created = creating.createAlias("alias/a", cmkId)
  await assert.rejects(created, { code: "StateChangeRefused" })
  assert.deepEqual(await keyService.listAliases(), [])

  await keyService.cancelDeletion(cmkId)
  await keyService.createAlias("alias/a", other.cmkId)
  const updating = overtaken(fixture, () => keyService.scheduleDeletion(cmkId, 7))
  const updated = updating.updateAlias("alias/a", cmkId)
  await assert.rejects(updated, { code: "KeyPendingDeletion" })
  assert.equal((await keyService.describeCmk("alias/a")).cmkId, other.cmkId)
})

test("the sweep spares an alias that was pointed elsewhere while it ran", async () => {
  const fixture = openKeyService()
  const { keyService, clock } = fixture
  const { cmkId } = await keyService.createCmk({ description: "" })
  const other = await keyService.createCmk({ description: "" })
  await keyService.createAlias("alias/a", cmkId)
  await keyService.scheduleDeletion(cmkId, 7)
  clock.advance(7 * DAY_MS)
  const sweeping = overtaken(fixture, () => keyService.updateAlias("alias/a", other.cmkId))
  assert.equal(await sweeping.sweepDeletedCmks(), 1)
  assert.deepEqual(await keyService.listAliases(), [{ aliasName: "alias/a", cmkId: other.cmkId }])
  assert.deepEqual(await keyService.listAliasesOfCmk(other.cmkId), [
    { aliasName: "alias/a", cmkId: other.cmkId },
  ])
})

test("two who re-point one alias leave it with one of the two CMKs, listed there only", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const ids = []
  for (let count = 0; count < 3; count += 1) {
    ids.push((await keyService.createCmk({ description: "" })).cmkId)
  }
  const [first = "", second = "", third = ""] = ids
  await keyService.createAlias("alias/a", first)
  const slow = overtaken(fixture, () => keyService.updateAlias("alias/a", second))
  await slow.updateAlias("alias/a", third)
  const listed = await Promise.all(ids.map((id) => keyService.listAliasesOfCmk(id)))
  assert.deepEqual(
    listed.map((aliases) => aliases.length),
    [0, 0, 1],
  )
})
