import type { KeyObject } from "node:crypto"
import { asBuffer } from "../base/bytes.ts"
import { randomBytes } from "../base/random.ts"
import { open, sealInto } from "./aead.ts"
import { SealBroken } from "./seal-broken.ts"
import { NONCE_BYTES, TAG_BYTES } from "./segments.ts"
import { SUITES } from "./suites.ts"

// The value of a row: format (1) || metadata key generation (4) || nonce (12) || ciphertext || tag (16), with the row
// key as associated data. Any change breaks stored data.
const FORMAT = 1
const NONCE_START = 5
const BODY_START = NONCE_START + NONCE_BYTES

export const ROW_OVERHEAD_BYTES: number = BODY_START + TAG_BYTES

/** Seals a record for its row. Nonces are random: the caller must seal at most 2^30 records with one metadata key. */
export function sealRow(input: {
  readonly rowKeyMaterial: KeyObject
  readonly generation: number
  readonly rowKey: Uint8Array
  readonly record: Uint8Array
}): Buffer {
  const { rowKeyMaterial: secretKey, generation, rowKey, record } = input
  const value = Buffer.allocUnsafe(ROW_OVERHEAD_BYTES + record.length)
  const nonce = randomBytes(NONCE_BYTES)
  value[0] = FORMAT
  value.writeUInt32BE(generation, 1)
  nonce.copy(value, NONCE_START)
  const aead = { suite: SUITES["aes-256-gcm"], secretKey, nonce, associatedData: rowKey }
  sealInto(value, BODY_START, aead, record)
  return value
}

/** The generation of the metadata key that a value is sealed under. Throws SealBroken when it is not a sealed row. */
export function rowGeneration(value: Uint8Array): number {
  if (value.length < ROW_OVERHEAD_BYTES || value[0] !== FORMAT) throw new SealBroken()
  return asBuffer(value).readUInt32BE(1)
}

/** Opens a value and returns the record that was sealed for this row key. Throws SealBroken. */
export function openRow(input: {
  readonly rowKeyMaterial: KeyObject
  readonly rowKey: Uint8Array
  readonly value: Uint8Array
}): Buffer {
  const { rowKeyMaterial: secretKey, rowKey, value } = input
  rowGeneration(value)
  const nonce = value.subarray(NONCE_START, BODY_START)
  const aead = { suite: SUITES["aes-256-gcm"], secretKey, nonce, associatedData: rowKey }
  return open(aead, value.subarray(BODY_START))
}
