import { type Binding, type MessageKeys, openMessageKeys } from "./message-keys.ts"
import { SealBroken } from "./seal-broken.ts"
import { MESSAGE_HEADER_BYTES, SEALED_SEGMENT_BYTES, TAG_BYTES } from "./segments.ts"

/** Opens a message that comes in pieces of any size. Both calls throw SealBroken, and go on throwing it. */
export interface Opener {
  /** The verified plaintext that is complete now; may be empty. */
  update(message: Uint8Array): Buffer
  /** The plaintext of the last segment. A message that ends on a full segment was cut. */
  final(): Buffer
}

export function createOpener(binding: Binding): Opener {
  let keys: MessageKeys | undefined
  let pending: Buffer = Buffer.alloc(0)
  let segment = 0
  let broken = false

  /** Leaves the opener broken when `step` throws, or when nothing may follow. */
  function guarded(step: () => Buffer): Buffer {
    if (broken) throw new SealBroken()
    broken = true
    const plaintext = step()
    broken = false
    return plaintext
  }

  // A full segment is opened as soon as it is there: whether it may be the last is for `final` to say.
  function openFullSegments(): Buffer {
    const opened: Buffer[] = []
    if (keys === undefined) {
      if (pending.length < MESSAGE_HEADER_BYTES) return Buffer.alloc(0)
      keys = openMessageKeys(binding, pending)
      pending = pending.subarray(MESSAGE_HEADER_BYTES)
    }
    while (pending.length >= SEALED_SEGMENT_BYTES) {
      opened.push(keys.openSegment(segment, pending.subarray(0, SEALED_SEGMENT_BYTES)))
      pending = pending.subarray(SEALED_SEGMENT_BYTES)
      segment += 1
    }
    return Buffer.concat(opened)
  }

  return {
    update: (message) =>
      guarded(() => {
        pending = Buffer.concat([pending, message])
        return openFullSegments()
      }),
    final: () =>
      guarded(() => {
        if (keys === undefined || pending.length < TAG_BYTES) throw new SealBroken()
        return keys.openSegment(segment, pending)
      }),
  }
}
