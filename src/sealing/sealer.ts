import { assert } from "../base/assert.ts"
import { freeMemory } from "../base/free-memory.ts"
import { randomBytes } from "../base/random.ts"
import { type Binding, deriveMessageKeys } from "./message-keys.ts"
import { SALT_BYTES, SEGMENT_BYTES } from "./segments.ts"

/** Seals a plaintext that arrives in pieces of any size. Its methods return the message as consecutive pieces. */
export interface Sealer {
  /** Returns the part of the message that is now complete; may be empty. */
  update(plaintext: Uint8Array): Uint8Array[]
  /** Returns the rest of the message with its end marker. The sealer must not be used afterwards. */
  final(): Uint8Array[]
}

interface SealerInput extends Binding {
  /** For test vectors only. */
  readonly salt?: Uint8Array
  /** Receives the plaintext of consecutive segments at the moment they are sealed, to digest what is really stored. */
  readonly observe?: (plaintext: Uint8Array) => void
}

/** A sealer under a fresh salt. */
export function createSealer(binding: SealerInput): Sealer {
  const salt = binding.salt ?? randomBytes(SALT_BYTES)
  const keys = deriveMessageKeys(binding, salt)
  /** The bytes of a segment that is not full yet. */
  const pending = Buffer.allocUnsafeSlow(SEGMENT_BYTES)
  let pendingBytes = 0
  let segment = 0
  let header: Uint8Array[] = [salt, keys.commitment]
  let ended = false

  /** Seals consecutive segments. */
  function sealSegments(plaintext: Uint8Array): Uint8Array[] {
    binding.observe?.(plaintext)
    const sealed: Uint8Array[] = []
    for (let start = 0; start < plaintext.length; start += SEGMENT_BYTES) {
      sealed.push(...keys.sealSegment(segment, plaintext.subarray(start, start + SEGMENT_BYTES)))
      segment += 1
    }
    return sealed
  }

  /** Returns the number of bytes taken. */
  function fillPending(plaintext: Uint8Array): number {
    const piece = plaintext.subarray(0, SEGMENT_BYTES - pendingBytes)
    pending.set(piece, pendingBytes)
    pendingBytes += piece.length
    return piece.length
  }

  return {
    update(plaintext) {
      assert(!ended, "a sealer is not used after final")
      const sealed = header
      header = []
      let taken = pendingBytes === 0 ? 0 : fillPending(plaintext)
      if (pendingBytes === SEGMENT_BYTES) {
        sealed.push(...sealSegments(pending))
        pendingBytes = 0
      }
      const wholeBytes = plaintext.length - taken - ((plaintext.length - taken) % SEGMENT_BYTES)
      if (wholeBytes > 0) {
        sealed.push(...sealSegments(plaintext.subarray(taken, taken + wholeBytes)))
        taken += wholeBytes
      }
      fillPending(plaintext.subarray(taken))
      return sealed
    },
    final() {
      assert(!ended, "final is called once")
      ended = true
      // The last segment may be empty, and is sealed all the same.
      const last = pending.subarray(0, pendingBytes)
      binding.observe?.(last)
      const sealed = [...header, ...keys.sealSegment(segment, last)]
      pending.fill(0)
      freeMemory(pending)
      return sealed
    },
  }
}
