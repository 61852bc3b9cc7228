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
  /** Receives the plaintext of each segment at the moment it is sealed, to digest what is really stored. */
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

  function sealNext(plaintext: Uint8Array): Uint8Array[] {
    binding.observe?.(plaintext)
    return keys.sealSegment(segment, plaintext)
  }

  return {
    update(plaintext) {
      assert(!ended, "a sealer is not used after final")
      const sealed = header
      header = []
      let taken = 0
      while (pendingBytes + plaintext.length - taken >= SEGMENT_BYTES) {
        const piece = plaintext.subarray(taken, taken + SEGMENT_BYTES - pendingBytes)
        taken += piece.length
        if (pendingBytes > 0) pending.set(piece, pendingBytes)
        sealed.push(...sealNext(pendingBytes > 0 ? pending : piece))
        pendingBytes = 0
        segment += 1
      }
      pending.set(plaintext.subarray(taken), pendingBytes)
      pendingBytes += plaintext.length - taken
      return sealed
    },
    final() {
      assert(!ended, "final is called once")
      ended = true
      const sealed = [...header, ...sealNext(pending.subarray(0, pendingBytes))]
      pending.fill(0)
      freeMemory(pending)
      return sealed
    },
  }
}
