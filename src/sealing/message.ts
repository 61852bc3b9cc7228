import { randomBytes } from "../base/random.ts"
import { type Binding, deriveMessageKeys, openMessageKeys } from "./message-keys.ts"
import { SealBroken } from "./seal-broken.ts"
import {
  MESSAGE_HEADER_BYTES,
  openedSizeBytes,
  SALT_BYTES,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  segmentCount,
} from "./segments.ts"

/** Seals a whole plaintext under a fresh salt. `salt` is for test vectors only. */
export function sealMessage(
  input: Binding & { readonly plaintext: Uint8Array; readonly salt?: Uint8Array },
): Buffer {
  const { plaintext, salt = randomBytes(SALT_BYTES) } = input
  const keys = deriveMessageKeys(input, salt)
  const pieces: Uint8Array[] = [salt, keys.commitment]
  for (let segment = 0; segment < segmentCount(plaintext.length); segment += 1) {
    const start = segment * SEGMENT_BYTES
    pieces.push(...keys.sealSegment(segment, plaintext.subarray(start, start + SEGMENT_BYTES)))
  }
  return Buffer.concat(pieces)
}

/** Opens a whole message and returns the plaintext. Throws SealBroken. */
export function openMessage(input: Binding & { readonly message: Uint8Array }): Buffer {
  const pieces = openPieces(input)
  const [only] = pieces
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)
}

/** The same plaintext as consecutive pieces. */
export function openPieces(input: Binding & { readonly message: Uint8Array }): Buffer[] {
  const { message } = input
  if (openedSizeBytes(message.length) === undefined) throw new SealBroken()
  const keys = openMessageKeys(input, message)
  const pieces: Buffer[] = []
  for (let start = MESSAGE_HEADER_BYTES; start < message.length; start += SEALED_SEGMENT_BYTES) {
    pieces.push(
      keys.openSegment(pieces.length, message.subarray(start, start + SEALED_SEGMENT_BYTES)),
    )
  }
  return pieces
}
