import { asBuffer } from "../base/bytes.ts"
import { type Binding, type MessageKeys, openMessageKeys } from "./message-keys.ts"
import { SealBroken } from "./seal-broken.ts"
import { MESSAGE_HEADER_BYTES, SEALED_SEGMENT_BYTES } from "./segments.ts"

/**
 * Opens a message that arrives in pieces of any size. For a message that does not open, both methods throw SealBroken,
 * and every later call throws it again. No call may follow `final`.
 */
export interface Opener {
  /** Returns the verified plaintext that is now complete; may be empty. */
  update(message: Uint8Array): Buffer
  /** Returns the plaintext of the last segment. A message that ends on a full segment was truncated. */
  final(): Buffer
}

const NOTHING = Buffer.alloc(0)

export function createOpener(binding: Binding): Opener {
  let keys: MessageKeys | undefined
  let segment = 0
  let closed = false
  /** The start of the header or segment whose end has not arrived. */
  const pending = Buffer.alloc(SEALED_SEGMENT_BYTES)
  let pendingBytes = 0

  /**
   * The next `size` bytes of pending || message from `at`. If there are fewer, keeps them pending and returns
   * undefined.
   */
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

  // A full segment is opened as soon as it is complete. `final` decides whether it may be the last.
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
