import { type CipherGCMTypes, createCipheriv, createDecipheriv, type KeyObject } from "node:crypto"
import { SealBroken } from "./seal-broken.ts"
import { TAG_BYTES } from "./segments.ts"
import type { Suite } from "./suites.ts"

/** The input of one AEAD call. */
export interface AeadInput {
  readonly suite: Suite
  readonly secretKey: KeyObject
  /** 12 bytes, never reused under one key. */
  readonly nonce: Uint8Array
  readonly associatedData?: Uint8Array
}

// Every AEAD call of the program is in this file. The tag is always 16 bytes (a decipher without authTagLength accepts
// four), and plaintext leaves only after the tag is verified. Node's types do not know sm4-gcm.

/** The ciphertext and its tag. They are stored one after the other. */
export function seal(input: AeadInput, plaintext: Uint8Array): [ciphertext: Buffer, tag: Buffer] {
  const { suite, secretKey, nonce, associatedData } = input
  const cipher = createCipheriv(suite.cipher as CipherGCMTypes, secretKey, nonce, {
    authTagLength: TAG_BYTES,
  })
  if (associatedData !== undefined) cipher.setAAD(associatedData)
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  return [ciphertext, cipher.getAuthTag()]
}

/** Writes ciphertext and tag into `target` at `offset`. Returns the offset after them. */
export function sealInto(
  target: Buffer,
  offset: number,
  input: AeadInput,
  plaintext: Uint8Array,
): number {
  const [ciphertext, tag] = seal(input, plaintext)
  ciphertext.copy(target, offset)
  tag.copy(target, offset + ciphertext.length)
  return offset + ciphertext.length + TAG_BYTES
}

/** Opens ciphertext || tag and returns the plaintext. Throws SealBroken. */
export function open(input: AeadInput, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES) throw new SealBroken()
  const { suite, secretKey, nonce, associatedData } = input
  const ciphertextBytes = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(suite.cipher as CipherGCMTypes, secretKey, nonce, {
    authTagLength: TAG_BYTES,
  })
  if (associatedData !== undefined) decipher.setAAD(associatedData)
  decipher.setAuthTag(sealed.subarray(ciphertextBytes))
  const plaintext = decipher.update(sealed.subarray(0, ciphertextBytes))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw new SealBroken()
  }
  return plaintext
}
