import { RootKeyError } from "./root-key-error.ts"

/** RFC 4648 base32: without 0, 1, 8 and 9, so that a code copied by hand has no ambiguous characters. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const SECRET_BYTES = 32
const CODE_CHARACTERS = Math.ceil((SECRET_BYTES * 8) / 5)
const GROUP = /.{4}/g

/** Encodes 32 bytes as 13 groups of four characters, to be printed once and copied by hand. */
export function encodeRecoveryCode(secret: Uint8Array): string {
  let code = ""
  for (let index = 0; index < CODE_CHARACTERS; index += 1) {
    code += ALPHABET.charAt(readFiveBits(secret, index * 5))
  }
  return Array.from(code.matchAll(GROUP), ([group]) => group).join("-")
}

/** Accepts lower case, blanks and missing hyphens. Throws RootKeyError for an invalid code. */
export function decodeRecoveryCode(text: string): Buffer {
  const code = text.replaceAll(/[\s-]/g, "").toUpperCase()
  const secret = Buffer.allocUnsafeSlow(SECRET_BYTES).fill(0)
  const values = Array.from(code, (character) => ALPHABET.indexOf(character))
  if (values.length !== CODE_CHARACTERS || values.includes(-1)) throw malformed()
  values.forEach((value, index) => writeFiveBits(secret, index * 5, value))
  const unused = CODE_CHARACTERS * 5 - SECRET_BYTES * 8
  if (((values.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) throw malformed()
  return secret
}

/** Bits after the end are 0. */
function readFiveBits(bytes: Uint8Array, firstBit: number): number {
  const index = Math.floor(firstBit / 8)
  const pair = ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)
  return (pair >> (11 - (firstBit % 8))) & 0b11111
}

function writeFiveBits(bytes: Uint8Array, firstBit: number, value: number): void {
  const index = Math.floor(firstBit / 8)
  const pair = value << (11 - (firstBit % 8))
  bytes[index] = (bytes[index] ?? 0) | (pair >> 8)
  if (index + 1 < bytes.length) bytes[index + 1] = (bytes[index + 1] ?? 0) | (pair & 0xff)
}

function malformed(): RootKeyError {
  return new RootKeyError(
    `the recovery code is invalid: it must have ${CODE_CHARACTERS} letters A-Z and digits 2-7; check what was copied`,
  )
}
