import assert from "node:assert/strict"
import { test } from "node:test"
import { OWNER, openKeyService, reopenKeyService } from "../../test/kms/key-service-fixture.ts"
import type { CmkId } from "./cmk.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"
import type { KeyService } from "./key-service.ts"

const dataKey = Buffer.alloc(32, 3)
const ALIAS = "alias/acs/oss"

async function makeDefault(keyService: KeyService): Promise<CmkId> {
  return (await keyService.wrapDataKey(OWNER, { dataKey, context })).cmkId
}

test("fifty writers that race for the default CMK make exactly one", async () => {
  const fixture = openKeyService()
  const services = Array.from({ length: 50 }, () => reopenKeyService(fixture))
  const ids = await Promise.all(services.map(makeDefault))
  assert.equal(new Set(ids).size, 1)
  const cmks = await fixture.keyService.listCmks(OWNER)
  assert.deepEqual(
    cmks.map(({ cmkId, creator }) => ({ cmkId, creator })),
    [{ cmkId: ids[0], creator: { kind: "service", service: "OSS" } }],
  )
  assert.deepEqual(await fixture.keyService.listAliases(OWNER), [
    { aliasName: ALIAS, cmkId: ids[0] },
  ])
})

test("the default CMK is created by the object store's first use, not by a user who names it", async () => {
  const { keyService } = openKeyService()
  await assert.rejects(keyService.describeCmk(OWNER, ALIAS), { code: "AliasNotFound" })
  const { cmkId } = await keyService.wrapDataKey(OWNER, { cmk: ALIAS, dataKey, context })
  assert.equal((await keyService.describeCmk(OWNER, ALIAS)).cmkId, cmkId)
  assert.equal(await makeDefault(keyService), cmkId)
})

const changes: Record<string, (keyService: KeyService, cmkId: CmkId) => Promise<void>> = {
  enabled: (keyService, cmkId) => keyService.enableCmk(OWNER, cmkId),
  disabled: (keyService, cmkId) => keyService.disableCmk(OWNER, cmkId),
  "scheduled for deletion": (keyService, cmkId) => keyService.scheduleDeletion(OWNER, cmkId, 30),
  "given another alias": (keyService, cmkId) => keyService.createAlias(OWNER, "alias/mine", cmkId),
  "the target of a user's alias": async (keyService, cmkId) => {
    const own = await keyService.createCmk(OWNER, { description: "" })
    await keyService.createAlias(OWNER, "alias/mine", own.cmkId)
    await keyService.updateAlias(OWNER, "alias/mine", cmkId)
  },
}

for (const [change, run] of Object.entries(changes)) {
  test(`the default CMK cannot be ${change} by its users`, async () => {
    const { keyService } = openKeyService()
    const cmkId = await makeDefault(keyService)
    await assert.rejects(run(keyService, cmkId), { code: "OwnedByService" })
    await keyService.wrapDataKey(OWNER, { dataKey, context })
  })
}

test("users cannot create, re-point or delete an alias below alias/acs/", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  const code = "InvalidAliasName"
  await assert.rejects(keyService.createAlias(OWNER, ALIAS, cmkId), { code })
  await makeDefault(keyService)
  await assert.rejects(keyService.updateAlias(OWNER, ALIAS, cmkId), { code })
  await assert.rejects(keyService.deleteAlias(OWNER, ALIAS), { code })
})
