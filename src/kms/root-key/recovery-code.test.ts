import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { decodeRecoveryCode, encodeRecoveryCode } from "./recovery-code.ts"

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 })

test("a recovery code is 13 groups of four letters and digits that decode to the secret", () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      const code = encodeRecoveryCode(secret)
      assert.match(code, /^([A-Z2-7]{4}-){12}[A-Z2-7]{4}$/)
      assert.deepEqual(decodeRecoveryCode(code), Buffer.from(secret))
      assert.deepEqual(
        decodeRecoveryCode(` ${code.toLowerCase().replaceAll("-", " ")}\n`),
        Buffer.from(secret),
      )
    }),
  )
})

test("the code follows RFC 4648 base32", () => {
  const code = encodeRecoveryCode(Buffer.from("foobar".padEnd(32, "\0")))
  assert.equal(code.replaceAll("-", "").slice(0, 9), "MZXW6YTBO")
})

test("a code with a missing, foreign or left-over character is refused", () => {
  const code = encodeRecoveryCode(Buffer.alloc(32, 0xff))
  for (const text of [
    "",
    code.slice(1),
    `${code}A`,
    code.replace("7", "1"),
    `${code.slice(0, -1)}7`,
  ]) {
    assert.throws(() => decodeRecoveryCode(text), { name: "RootKeyError" })
  }
})
