import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto"
import { assert } from "../base/assert.ts"
import { asBuffer, utf8 } from "../base/bytes.ts"
import { open, seal } from "./aead.ts"
import { SealBroken } from "./seal-broken.ts"
import {
  COMMITMENT_BYTES,
  MESSAGE_HEADER_BYTES,
  NONCE_BYTES,
  nonceForSegment,
  SALT_BYTES,
} from "./segments.ts"
import { DEFAULT_SUITE, SUITES, type SuiteName } from "./suites.ts"

const LABEL = utf8("c2sp.org/chunked-encryption@v1+")
const HASH_BYTES = 64

/** Which key, bound to what. */
export interface Binding {
  readonly suite?: SuiteName
  /** Uniformly random bytes of the suite's size. */
  readonly inputKey: KeyObject
  /** What the message is bound to; any bytes. */
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
 * key(32) || base nonce(12) || commitment(32) by HKDF-Expand with SHA-512 from the input key: two HMAC calls, no Extract.
 * Throws SealBroken when the input key has another size than the suite's.
 */
export function deriveMessageKeys(binding: Binding, salt: Uint8Array): MessageKeys {
  assert(salt.length === SALT_BYTES, "a salt has 24 bytes")
  const suite = SUITES[binding.suite ?? DEFAULT_SUITE]
  const { inputKey, context } = binding
  if (inputKey.symmetricKeySize !== suite.keyBytes) throw new SealBroken()
  const derived = expand(inputKey, [LABEL, utf8(suite.aeadName), Buffer.of(0), salt, context])
  const secretKey = createSecretKey(derived.subarray(0, suite.keyBytes))
  const nonceEnd = suite.keyBytes + NONCE_BYTES
  const baseNonce = Buffer.from(derived.subarray(suite.keyBytes, nonceEnd))
  const commitment = Buffer.from(derived.subarray(nonceEnd, nonceEnd + COMMITMENT_BYTES))
  derived.fill(0)
  const inputOf = (
    segment: number,
  ): { suite: typeof suite; secretKey: KeyObject; nonce: Buffer } => ({
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

/** The first two blocks of HKDF-Expand (RFC 5869) with SHA-512, to be zeroed after use. */
function expand(inputKey: KeyObject, info: readonly Uint8Array[]): Buffer {
  // The room in front of the info is for the first block, which the second one hashes.
  const hashed = Buffer.concat([Buffer.alloc(HASH_BYTES), ...info, Buffer.of(1)])
  const derived = Buffer.allocUnsafeSlow(2 * HASH_BYTES)
  const first = createHmac("sha512", inputKey).update(hashed.subarray(HASH_BYTES)).digest()
  first.copy(hashed)
  hashed[hashed.length - 1] = 2
  const second = createHmac("sha512", inputKey).update(hashed).digest()
  first.copy(derived)
  second.copy(derived, HASH_BYTES)
  for (const secret of [first, second, hashed]) secret.fill(0)
  return derived
}

interface Opened {
  readonly suite: SuiteName
  readonly context: Uint8Array
  readonly header: Buffer
  readonly keys: MessageKeys
}

/** The message that each input key opened last: a data key mostly opens one, again and again while it is remembered. */
const openedLast = new WeakMap<KeyObject, Opened>()

/** The keys of a message whose first 56 bytes are given. Throws SealBroken unless they commit to this key and context. */
export function openMessageKeys(binding: Binding, message: Uint8Array): MessageKeys {
  if (message.length < MESSAGE_HEADER_BYTES) throw new SealBroken()
  const { inputKey, context, suite = DEFAULT_SUITE } = binding
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
