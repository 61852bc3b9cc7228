import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { z } from "zod"
import { utf8 } from "../base/bytes.ts"
import { randomSecret } from "../base/random.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import {
  type BlobKey,
  openCiphertextBlob,
  parseCiphertextBlob,
  sealCiphertextBlob,
} from "./ciphertext-blob.ts"
import type { CmkId, KeyVersionId } from "./cmk.ts"
import { type EncryptionContext, parseEncryptionContext } from "./encryption-context.ts"

const goldenFile = z.object({
  cases: z.array(
    z.object({
      title: z.string(),
      cmkId: z.uuid(),
      keyVersionId: z.uuid(),
      materialHex: z.string(),
      saltHex: z.string(),
      encryptionContext: z.string(),
      plaintext: z.string(),
      ciphertextBlob: z.string(),
    }),
  ),
})

const golden = goldenFile.parse(
  JSON.parse(
    readFileSync(new URL("../../test/vectors/kms/ciphertext-blob.json", import.meta.url), "utf8"),
  ),
)

for (const known of golden.cases) {
  const blobKey: BlobKey = {
    cmkId: known.cmkId as CmkId,
    keyVersionId: known.keyVersionId as KeyVersionId,
    material: createSecretKey(Buffer.from(known.materialHex, "hex")),
  }
  const context = parseEncryptionContext(known.encryptionContext)

  test(`known answer: ${known.title} seals to the promised bytes`, () => {
    const salt = Buffer.from(known.saltHex, "hex")
    const blob = sealCiphertextBlob(blobKey, context, utf8(known.plaintext), salt)
    assert.equal(blob.toString("base64"), known.ciphertextBlob)
  })

  test(`known answer: ${known.title} opens`, () => {
    const blob = parseCiphertextBlob(Buffer.from(known.ciphertextBlob, "base64"))
    assert.equal(openCiphertextBlob(blobKey, context, blob).toString(), known.plaintext)
  })
}

const KEY: BlobKey = {
  cmkId: "7906979c-8e06-46a2-be2d-68e3ccbc40d4" as CmkId,
  keyVersionId: "86a9efd9-3d16-4894-bd4f-1fc43f3f2abf" as KeyVersionId,
  material: createSecretKey(randomSecret(32)),
}
const CONTEXT: EncryptionContext = new Map([["a", "b"]])

function open(bytes: Uint8Array, blobKey = KEY, context = CONTEXT): Buffer {
  const blob = parseCiphertextBlob(bytes)
  // A key service looks the version up. Here there is only this one.
  if (blob.keyVersionId !== KEY.keyVersionId) throw new SealBroken()
  return openCiphertextBlob(blobKey, context, blob)
}

test("a blob begins with its key version id in ASCII and adds 109 bytes to a short plaintext", () => {
  const blob = sealCiphertextBlob(KEY, CONTEXT, utf8("abc"))
  assert.equal(blob.toString("latin1", 0, 36), KEY.keyVersionId)
  assert.equal(blob[36], 1)
  assert.equal(blob.length, 109 + 3)
})

test("every single flipped bit of a blob is refused", () => {
  const blob = sealCiphertextBlob(KEY, CONTEXT, utf8("a plaintext"))
  for (let bit = 0; bit < blob.length * 8; bit += 1) {
    const flipped = Buffer.from(blob)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.throws(() => open(flipped), SealBroken, `bit ${bit}`)
  }
})

test("a blob of any other length is refused", () => {
  const blob = sealCiphertextBlob(KEY, CONTEXT, utf8("a plaintext"))
  for (let length = 0; length < blob.length; length += 1) {
    assert.throws(() => open(blob.subarray(0, length)), SealBroken, `length ${length}`)
  }
  assert.throws(() => open(Buffer.concat([blob, Buffer.of(0)])), SealBroken)
})

test("a blob opens only under its own CMK, key version and context", () => {
  const blob = sealCiphertextBlob(KEY, CONTEXT, utf8("a plaintext"))
  const otherId = "00000000-0000-4000-8000-000000000000"
  assert.equal(open(blob).toString(), "a plaintext")
  assert.throws(() => open(blob, { ...KEY, cmkId: otherId as CmkId }), SealBroken)
  assert.throws(() => open(blob, { ...KEY, keyVersionId: otherId as KeyVersionId }), SealBroken)
  assert.throws(
    () => open(blob, { ...KEY, material: createSecretKey(randomSecret(32)) }),
    SealBroken,
  )
  for (const pairs of [
    [],
    [["b", "a"]],
    [["ab", ""]],
    [
      ["a", "b"],
      ["", ""],
    ],
  ] as [string, string][][]) {
    assert.throws(() => open(blob, KEY, new Map(pairs)), SealBroken)
  }
})

test("two blobs of the same plaintext share nothing after their key version", () => {
  const seal = (): string => sealCiphertextBlob(KEY, CONTEXT, utf8("a")).toString("hex", 37)
  assert.notEqual(seal().slice(0, 48), seal().slice(0, 48))
})
