import assert from "node:assert/strict"
import { test } from "node:test"
import { SCOPE } from "../../test/kms/key-service-fixture.ts"
import { parseAliasName, parseCmkReference } from "./cmk-reference.ts"

const ID = "0b8b2e9d-5a6c-4c39-9f4f-6d2f0a1b3c4d"
const ARN = `acs:kms:${SCOPE.region}:${SCOPE.accountId}`

test("a CMK is named by its id or its ARN", () => {
  for (const text of [ID, `${ARN}:key/${ID}`]) {
    assert.deepEqual(parseCmkReference(SCOPE, text), { kind: "id", cmkId: ID })
  }
})

test("a CMK is named by its alias or the alias's ARN", () => {
  for (const text of ["alias/team/a-b_c", `${ARN}:alias/team/a-b_c`]) {
    assert.deepEqual(parseCmkReference(SCOPE, text), {
      kind: "alias",
      aliasName: "alias/team/a-b_c",
    })
  }
})

const refused = [
  ["KeyNotFound", "key-hzz62f1cb66fa42qo5dv1"],
  ["KeyNotFound", ID.toUpperCase()],
  ["KeyNotFound", `acs:kms:cn-beijing:${SCOPE.accountId}:key/${ID}`],
  ["KeyNotFound", `acs:kms:${SCOPE.region}:1:key/${ID}`],
  ["KeyNotFound", `acs:kms:${SCOPE.region}:1:alias/a`],
  ["InvalidKeyId", ""],
  ["InvalidKeyId", " "],
  ["InvalidKeyId", `${ID}\n`],
  ["InvalidKeyId", `${ARN}:secret/a`],
  ["InvalidKeyId", `${ARN}:key/`],
  ["InvalidKeyId", `acs:oss:${SCOPE.region}:${SCOPE.accountId}:key/${ID}`],
  ["InvalidKeyId", "a".repeat(129)],
  ["InvalidKeyId", "alias/"],
  ["InvalidKeyId", `${ARN}:alias/a b`],
] as const

for (const [code, text] of refused) {
  test(`${JSON.stringify(text)} as the name of a CMK is ${code}`, () => {
    assert.throws(() => parseCmkReference(SCOPE, text), { code })
  })
}

test("an alias has 1 to 255 letters, digits, underscores, hyphens and slashes", () => {
  for (const name of ["a", "A9_-/", "x".repeat(255)]) parseAliasName(`alias/${name}`)
  for (const text of [
    "a",
    "Alias/a",
    `alias/${"x".repeat(256)}`,
    "alias/é",
    "alias/a\0",
    "alias/a\n",
  ]) {
    assert.throws(() => parseAliasName(text), { code: "InvalidAliasName" })
  }
})
