import assert from "node:assert/strict"
import { test } from "node:test"
import { openKeyService, SCOPE } from "../../test/kms/key-service-fixture.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"

const ARN = `acs:kms:${SCOPE.region}:${SCOPE.accountId}`

test("an alias and its ARN stand for the CMK in cryptography and in DescribeKey", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk({ description: "" })
  await keyService.createAlias("alias/a", cmkId)
  for (const named of ["alias/a", `${ARN}:alias/a`, cmkId, `${ARN}:key/${cmkId}`]) {
    assert.equal((await keyService.describeCmk(named)).cmkId, cmkId)
    const used = await keyService.encrypt({ cmk: named, plaintext: Buffer.from("a"), context })
    assert.equal(used.cmkId, cmkId)
  }
})

test("operations that change a CMK take no alias", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk({ description: "" })
  await keyService.createAlias("alias/a", cmkId)
  const code = "AliasNotAccepted"
  await assert.rejects(keyService.disableCmk("alias/a"), { code })
  await assert.rejects(keyService.scheduleDeletion("alias/a", 7), { code })
  await assert.rejects(keyService.createAlias("alias/b", "alias/a"), { code })
  await assert.rejects(keyService.listKeyVersions("alias/a"), { code })
})

test("an alias belongs to one CMK until it is re-pointed or deleted", async () => {
  const { keyService } = openKeyService()
  const one = await keyService.createCmk({ description: "" })
  const two = await keyService.createCmk({ description: "" })
  await keyService.createAlias("alias/a", one.cmkId)
  await assert.rejects(keyService.createAlias("alias/a", two.cmkId), { code: "AliasExists" })
  await keyService.updateAlias("alias/a", two.cmkId)
  assert.deepEqual(await keyService.listAliasesOfCmk(one.cmkId), [])
  assert.deepEqual(await keyService.listAliasesOfCmk(two.cmkId), [
    { aliasName: "alias/a", cmkId: two.cmkId },
  ])
  await keyService.updateAlias("alias/a", two.cmkId)
  await keyService.deleteAlias("alias/a")
  assert.deepEqual(await keyService.listAliases(), [])
  assert.deepEqual(await keyService.listAliasesOfCmk(two.cmkId), [])
  await assert.rejects(keyService.deleteAlias("alias/a"), { code: "AliasNotFound" })
  await assert.rejects(keyService.updateAlias("alias/a", one.cmkId), { code: "AliasNotFound" })
})

test("of many who create one alias together exactly one succeeds", async () => {
  const { keyService } = openKeyService()
  const cmks = await Promise.all(
    Array.from({ length: 20 }, () => keyService.createCmk({ description: "" })),
  )
  const results = await Promise.allSettled(
    cmks.map(({ cmkId }) => keyService.createAlias("alias/a", cmkId)),
  )
  const winners = cmks.filter((_, index) => results[index]?.status === "fulfilled")
  assert.equal(winners.length, 1)
  assert.equal((await keyService.describeCmk("alias/a")).cmkId, winners[0]?.cmkId)
})

test("an alias is never given to a CMK that is scheduled for deletion at the same time", async () => {
  for (let round = 0; round < 20; round += 1) {
    const { keyService } = openKeyService()
    const { cmkId } = await keyService.createCmk({ description: "" })
    const [scheduled, created] = await Promise.allSettled([
      keyService.scheduleDeletion(cmkId, 7),
      keyService.createAlias("alias/a", cmkId),
    ])
    assert.equal(scheduled.status, "fulfilled")
    const count = (await keyService.listAliases()).length
    assert.equal(count, created.status === "fulfilled" ? 1 : 0)
  }
})

test("aliases are listed in the order of their names", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk({ description: "" })
  for (const name of ["b", "a/z", "a", "B"]) await keyService.createAlias(`alias/${name}`, cmkId)
  const sorted = ["alias/B", "alias/a", "alias/a/z", "alias/b"]
  assert.deepEqual(
    (await keyService.listAliases()).map(({ aliasName }) => aliasName),
    sorted,
  )
  assert.deepEqual(
    (await keyService.listAliasesOfCmk(cmkId)).map(({ aliasName }) => aliasName),
    sorted,
  )
})
