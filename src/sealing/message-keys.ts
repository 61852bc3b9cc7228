import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto"
import { assert } from "../base/assert.ts"
import { asBuffer, utf8 } from "../base/bytes.ts"
import { onceEach } from "../base/once-each.ts"
import { type AeadInput, open, seal } from "./aead.ts"
import { SealBroken } from "./seal-broken.ts"
import {
  COMMITMENT_BYTES,
  MESSAGE_HEADER_BYTES,
  NONCE_BYTES,
  nonceForSegment,
  SALT_BYTES,
} from "./segments.ts"
import { type Suite, type SuiteName, SUITES } from "./suites.ts"

const HASH_BYTES = 64

/** An input key and the context that a message is bound to. */
export interface Binding {
  readonly suite: SuiteName
  /** Uniformly random bytes of the suite's size. */
  readonly inputKey: KeyObject
  /** Any bytes. */
  readonly context: Uint8Array
}

/** The keys of one message. */
export interface MessageKeys {
  readonly commitment: Buffer
  sealSegment(segment: number, plaintext: Uint8Array): [ciphertext: Buffer, tag: Buffer]
  /** Throws SealBroken. */
  openSegment(segment: number, sealed: Uint8Array): Buffer
}

/**
 * Derives key || base nonce(12) || commitment(32) from the input key by HKDF-Expand with SHA-512, without Extract.
 * Throws SealBroken when the input key does not have the suite's size.
 */
export function deriveMessageKeys(binding: Binding, salt: Uint8Array): MessageKeys {
  assert(salt.length === SALT_BYTES, "a salt has 24 bytes")
  const suite: Suite = SUITES[binding.suite]
  const { inputKey, context } = binding
  if (inputKey.symmetricKeySize !== suite.keyBytes) throw new SealBroken()
  const nonceEnd = suite.keyBytes + NONCE_BYTES
  const derivedBytes = nonceEnd + COMMITMENT_BYTES
  const derived = expand(inputKey, [infoStart(suite), salt, context], derivedBytes)
  const secretKey = createSecretKey(derived.subarray(0, suite.keyBytes))
  const baseNonce = Buffer.from(derived.subarray(suite.keyBytes, nonceEnd))
  const commitment = Buffer.from(derived.subarray(nonceEnd, derivedBytes))
  derived.fill(0)
  const inputOf = (segment: number): AeadInput => ({
    suite,
    secretKey,
    nonce: nonceForSegment(baseNonce, segment),
  })
  return {
    commitment,
    sealSegment: (segment, plaintext) => seal(inputOf(segment), plaintext),
    openSegment: (segment, sealed) => open(inputOf(segment), sealed),
  }
}

/** The start of the derivation's info, before the salt. */
const infoStart: (suite: Suite) => Buffer = onceEach(({ aeadName }) =>
  utf8(`c2sp.org/chunked-encryption@v1+${aeadName}\0`),
)

/**
 * At least `sizeBytes` of HKDF-Expand (RFC 5869) with SHA-512: one or two blocks, which the caller zeroes after use.
 */
function expand(inputKey: KeyObject, info: readonly Uint8Array[], sizeBytes: number): Buffer {
  const hashed = Buffer.concat([...info, Buffer.of(1)])
  const first = createHmac("sha512", inputKey).update(hashed).digest()
  if (sizeBytes <= HASH_BYTES) return first
  hashed[hashed.length - 1] = 2
  const second = createHmac("sha512", inputKey).update(first).update(hashed).digest()
  const blocks = Buffer.concat([first, second])
  first.fill(0)
  second.fill(0)
  return blocks
}

interface Opened {
  readonly suite: SuiteName
  readonly context: Uint8Array
  readonly header: Buffer
  readonly keys: MessageKeys
}

/**
 * The message that each input key opened last. Most data keys open one message, again and again while they are cached.
 */
const openedLast = new WeakMap<KeyObject, Opened>()

/**
 * The keys of a message that starts with these 56 bytes. Throws SealBroken unless they commit to this key and context.
 */
export function openMessageKeys(binding: Binding, message: Uint8Array): MessageKeys {
  if (message.length < MESSAGE_HEADER_BYTES) throw new SealBroken()
  const { suite, inputKey, context } = binding
  const header = asBuffer(message.subarray(0, MESSAGE_HEADER_BYTES))
  const last = openedLast.get(inputKey)
  if (
    last?.suite === suite &&
    header.equals(last.header) &&
    asBuffer(context).equals(last.context)
  ) {
    return last.keys
  }
  const keys = deriveMessageKeys(binding, header.subarray(0, SALT_BYTES))
  if (!timingSafeEqual(header.subarray(SALT_BYTES), keys.commitment)) throw new SealBroken()
  openedLast.set(inputKey, {
    suite,
    context: Buffer.from(context),
    header: Buffer.from(header),
    keys,
  })
  return keys
}
