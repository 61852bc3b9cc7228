import { assert } from "../base/assert.ts"
import { randomBytes } from "../base/random.ts"
import { type Binding, deriveMessageKeys } from "./message-keys.ts"
import {
  MESSAGE_HEADER_BYTES,
  SALT_BYTES,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  TAG_BYTES,
} from "./segments.ts"

/** Seals a plaintext that comes in pieces of any size. */
export interface Sealer {
  /** The part of the message that is complete now; may be empty. */
  update(plaintext: Uint8Array): Buffer
  /** The rest of the message with its end marker. Not used afterwards. */
  final(): Buffer
}

/** A sealer under a fresh salt; `salt` is for test vectors only. */
export function createSealer(binding: Binding & { readonly salt?: Uint8Array }): Sealer {
  const salt = binding.salt ?? randomBytes(SALT_BYTES)
  const keys = deriveMessageKeys(binding, salt)
  const pending = Buffer.alloc(SEGMENT_BYTES)
  let pendingBytes = 0
  let segment = 0
  let headerBytes = MESSAGE_HEADER_BYTES
  let ended = false

  /** A buffer for the header, when it is still due, and `bodyBytes`. */
  function startOutput(bodyBytes: number): Buffer {
    const output = Buffer.allocUnsafe(headerBytes + bodyBytes)
    if (headerBytes > 0) {
      output.set(salt, 0)
      keys.commitment.copy(output, SALT_BYTES)
    }
    return output
  }

  return {
    update(plaintext) {
      assert(!ended, "a sealer is not used after final")
      const segments = Math.floor((pendingBytes + plaintext.length) / SEGMENT_BYTES)
      const output = startOutput(segments * SEALED_SEGMENT_BYTES)
      let written = headerBytes
      headerBytes = 0
      let taken = 0
      for (let count = 0; count < segments; count += 1) {
        const wanted = SEGMENT_BYTES - pendingBytes
        const piece = plaintext.subarray(taken, taken + wanted)
        taken += wanted
        if (pendingBytes > 0) pending.set(piece, pendingBytes)
        written = keys.sealSegment(output, written, segment, pendingBytes > 0 ? pending : piece)
        pendingBytes = 0
        segment += 1
      }
      pending.set(plaintext.subarray(taken), pendingBytes)
      pendingBytes += plaintext.length - taken
      return output
    },
    final() {
      assert(!ended, "final is called once")
      ended = true
      const output = startOutput(pendingBytes + TAG_BYTES)
      keys.sealSegment(output, headerBytes, segment, pending.subarray(0, pendingBytes))
      pending.fill(0)
      return output
    },
  }
}
