import { asBuffer } from "../base/bytes.ts"
import { type Binding, type MessageKeys, openMessageKeys } from "./message-keys.ts"
import { SealBroken } from "./seal-broken.ts"
import { MESSAGE_HEADER_BYTES, SEALED_SEGMENT_BYTES } from "./segments.ts"

/**
 * Opens a message that comes in pieces of any size. Both calls throw SealBroken for a message that does not open, and
 * go on throwing it; nothing follows `final`.
 */
export interface Opener {
  /** The verified plaintext that is complete now; may be empty. */
  update(message: Uint8Array): Buffer
  /** The plaintext of the last segment. A message that ends on a full segment was cut. */
  final(): Buffer
}

const NOTHING = Buffer.alloc(0)

export function createOpener(binding: Binding): Opener {
  let keys: MessageKeys | undefined
  let segment = 0
  let closed = false
  /** The header or the segment whose end is still to come. */
  const pending = Buffer.alloc(SEALED_SEGMENT_BYTES)
  let pendingBytes = 0

  /** The next `size` bytes of pending || message from `at`; undefined, and all of it pending, while they are fewer. */
  function take(size: number, message: Buffer, at: number): Buffer | undefined {
    const wanted = size - pendingBytes
    const piece = message.subarray(at, at + wanted)
    if (piece.length === size) return piece
    piece.copy(pending, pendingBytes)
    pendingBytes += piece.length
    if (pendingBytes < size) return undefined
    pendingBytes = 0
    return pending.subarray(0, size)
  }

  // A full segment is opened as soon as it is there: whether it may be the last is for `final` to say.
  function openWhatIsFull(message: Buffer): Buffer {
    const opened: Buffer[] = []
    let at = 0
    for (;;) {
      const size = keys === undefined ? MESSAGE_HEADER_BYTES : SEALED_SEGMENT_BYTES
      const taken = size - pendingBytes
      const whole = take(size, message, at)
      if (whole === undefined) return opened.length === 0 ? NOTHING : Buffer.concat(opened)
      at += taken
      if (keys === undefined) {
        keys = openMessageKeys(binding, whole)
      } else {
        opened.push(keys.openSegment(segment, whole))
        segment += 1
      }
    }
  }

  function openLast(): Buffer {
    if (keys === undefined) throw new SealBroken()
    return keys.openSegment(segment, pending.subarray(0, pendingBytes))
  }

  return {
    update(message) {
      if (closed) throw new SealBroken()
      closed = true
      const plaintext = openWhatIsFull(asBuffer(message))
      closed = false
      return plaintext
    },
    final() {
      if (closed) throw new SealBroken()
      closed = true
      return openLast()
    },
  }
}
