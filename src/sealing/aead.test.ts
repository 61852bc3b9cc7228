// The published vectors of SM4-GCM (Project Wycheproof), run through the calls that every format uses.
import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { type AeadInput, open, seal, sealInto } from "./aead.ts"
import { SealBroken } from "./seal-broken.ts"
import { TAG_BYTES } from "./segments.ts"
import { SUITES } from "./suites.ts"

interface Vector {
  readonly id: number
  readonly case: string
  readonly flags: readonly string[]
  readonly result: "valid" | "invalid"
  readonly tagBits: number
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly message: string
  readonly ciphertext: string
  readonly tag: string
}

const path = new URL("../../test/vectors/sm4-gcm.json", import.meta.url)
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vector[]

/** OpenSSL supports nonces of 1 to 128 bytes; one vector has a valid nonce of 257. The formats only use 12 bytes. */
function isRefusedNonce({ iv }: Vector): boolean {
  return iv.length === 0 || iv.length > 2 * 128
}

function inputOf(vector: Vector): AeadInput {
  return {
    suite: SUITES["sm4-gcm"],
    secretKey: createSecretKey(Buffer.from(vector.key, "hex")),
    nonce: Buffer.from(vector.iv, "hex"),
    associatedData: Buffer.from(vector.aad, "hex"),
  }
}

function checkValid(vector: Vector): void {
  const input = inputOf(vector)
  const plaintext = Buffer.from(vector.message, "hex")
  const sealed = Buffer.from(vector.ciphertext + vector.tag, "hex")
  assert.ok(Buffer.concat(seal(input, plaintext)).equals(sealed))
  const target = Buffer.alloc(3 + sealed.length)
  assert.equal(sealInto(target, 3, input, plaintext), target.length)
  assert.ok(target.subarray(3).equals(sealed))
  assert.ok(open(input, sealed).equals(plaintext))
}

describe("SM4-GCM", () => {
  test("has 104 published vectors, all with tags of 16 bytes", () => {
    assert.equal(vectors.length, 104)
    assert.ok(vectors.every(({ tagBits }) => tagBits === TAG_BYTES * 8))
  })

  for (const vector of vectors) {
    const name = `vector ${vector.id}, ${vector.case || vector.flags.join()}`
    if (vector.result === "valid" && !isRefusedNonce(vector)) {
      test(`${name}, is sealed byte for byte and opens`, () => checkValid(vector))
    } else if (isRefusedNonce(vector)) {
      test(`${name}, has a nonce that no cipher supports, so it is neither sealed nor opened`, () => {
        assert.throws(() => seal(inputOf(vector), Buffer.from(vector.message, "hex")), TypeError)
        const sealed = Buffer.from(vector.ciphertext + vector.tag, "hex")
        assert.throws(() => open(inputOf(vector), sealed), TypeError)
      })
    } else {
      test(`${name}, does not open`, () => {
        const sealed = Buffer.from(vector.ciphertext + vector.tag, "hex")
        assert.throws(() => open(inputOf(vector), sealed), SealBroken)
      })
    }
  }

  test("refuses to open anything shorter than a tag", () => {
    const [vector] = vectors
    assert.ok(vector !== undefined)
    for (let length = 0; length < TAG_BYTES; length += 1) {
      assert.throws(() => open(inputOf(vector), Buffer.alloc(length)), SealBroken)
    }
  })
})
