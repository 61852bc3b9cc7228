import assert from "node:assert/strict"
import { test } from "node:test"
import { OWNER, openKeyService, SCOPE } from "../../test/kms/key-service-fixture.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"

const ARN = `acs:kms:${SCOPE.region}:${SCOPE.accountId}`

test("an alias and its ARN stand for the CMK in cryptography and in DescribeKey", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  await keyService.createAlias(OWNER, "alias/a", cmkId)
  for (const named of ["alias/a", `${ARN}:alias/a`, cmkId, `${ARN}:key/${cmkId}`]) {
    assert.equal((await keyService.describeCmk(OWNER, named)).cmkId, cmkId)
    const used = await keyService.encrypt(OWNER, {
      cmk: named,
      plaintext: Buffer.from("a"),
      context,
    })
    assert.equal(used.cmkId, cmkId)
  }
})

test("operations that change a CMK take no alias", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  await keyService.createAlias(OWNER, "alias/a", cmkId)
  const code = "AliasNotAccepted"
  await assert.rejects(keyService.disableCmk(OWNER, "alias/a"), { code })
  await assert.rejects(keyService.scheduleDeletion(OWNER, "alias/a", 7), { code })
  await assert.rejects(keyService.createAlias(OWNER, "alias/b", "alias/a"), { code })
  await assert.rejects(keyService.listKeyVersions(OWNER, "alias/a"), { code })
})

test("an alias belongs to one CMK until it is re-pointed or deleted", async () => {
  const { keyService } = openKeyService()
  const one = await keyService.createCmk(OWNER, { description: "" })
  const two = await keyService.createCmk(OWNER, { description: "" })
  await keyService.createAlias(OWNER, "alias/a", one.cmkId)
  await assert.rejects(keyService.createAlias(OWNER, "alias/a", two.cmkId), { code: "AliasExists" })
  await keyService.updateAlias(OWNER, "alias/a", two.cmkId)
  assert.deepEqual(await keyService.listAliasesOfCmk(OWNER, one.cmkId), [])
  assert.deepEqual(await keyService.listAliasesOfCmk(OWNER, two.cmkId), [
    { aliasName: "alias/a", cmkId: two.cmkId },
  ])
  await keyService.updateAlias(OWNER, "alias/a", two.cmkId)
  await keyService.deleteAlias(OWNER, "alias/a")
  assert.deepEqual(await keyService.listAliases(OWNER), [])
  assert.deepEqual(await keyService.listAliasesOfCmk(OWNER, two.cmkId), [])
  await assert.rejects(keyService.deleteAlias(OWNER, "alias/a"), { code: "AliasNotFound" })
  await assert.rejects(keyService.updateAlias(OWNER, "alias/a", one.cmkId), {
    code: "AliasNotFound",
  })
})

test("of many who create one alias together exactly one succeeds", async () => {
  const { keyService } = openKeyService()
  const cmks = await Promise.all(
    Array.from({ length: 20 }, () => keyService.createCmk(OWNER, { description: "" })),
  )
  const results = await Promise.allSettled(
    cmks.map(({ cmkId }) => keyService.createAlias(OWNER, "alias/a", cmkId)),
  )
  const winners = cmks.filter((_, index) => results[index]?.status === "fulfilled")
  assert.equal(winners.length, 1)
  assert.equal((await keyService.describeCmk(OWNER, "alias/a")).cmkId, winners[0]?.cmkId)
})

test("an alias is never given to a CMK that is scheduled for deletion at the same time", async () => {
  for (let round = 0; round < 20; round += 1) {
    const { keyService } = openKeyService()
    const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
    const [scheduled, created] = await Promise.allSettled([
      keyService.scheduleDeletion(OWNER, cmkId, 7),
      keyService.createAlias(OWNER, "alias/a", cmkId),
    ])
    assert.equal(scheduled.status, "fulfilled")
    const count = (await keyService.listAliases(OWNER)).length
    assert.equal(count, created.status === "fulfilled" ? 1 : 0)
  }
})

test("aliases are listed in the order of their names", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  for (const name of ["b", "a/z", "a", "B"])
    await keyService.createAlias(OWNER, `alias/${name}`, cmkId)
  const sorted = ["alias/B", "alias/a", "alias/a/z", "alias/b"]
  assert.deepEqual(
    (await keyService.listAliases(OWNER)).map(({ aliasName }) => aliasName),
    sorted,
  )
  assert.deepEqual(
    (await keyService.listAliasesOfCmk(OWNER, cmkId)).map(({ aliasName }) => aliasName),
    sorted,
  )
})

test("a CMK and its first alias are made together, or neither of them", async () => {
  const { keyService } = openKeyService()
  const input = { description: "", aliasName: "alias/first" }
  const { cmkId } = await keyService.createCmk(OWNER, input)
  assert.equal((await keyService.describeCmk(OWNER, "alias/first")).cmkId, cmkId)
  await assert.rejects(keyService.createCmk(OWNER, input), { code: "AliasExists" })
  for (const aliasName of ["first", "alias/acs/mine"]) {
    const invalid = keyService.createCmk(OWNER, { description: "", aliasName })
    await assert.rejects(invalid, { code: "InvalidAliasName" })
  }
  assert.equal((await keyService.listCmks(OWNER)).length, 1)
})
