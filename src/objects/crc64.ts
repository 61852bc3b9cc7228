/** CRC-64/XZ, which OSS calls crc64ecma: reflected polynomial, initial value and final xor all ones. */
const POLYNOMIAL = 0xc96c5795d7870f42n
const TOP_BIT = 1n << 63n

/** The product of two polynomials modulo POLYNOMIAL, bits reflected: the highest bit is x^0. */
function multiply(left: bigint, right: bigint): bigint {
  let product = 0n
  let shifted = right
  for (let bit = TOP_BIT; bit !== 0n; bit >>= 1n) {
    if ((left & bit) !== 0n) product ^= shifted
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ POLYNOMIAL
  }
  return product
}

/** x^(8 * sizeBytes) modulo POLYNOMIAL. */
function shiftBy(sizeBytes: number): bigint {
  let power = TOP_BIT >> 8n // x^8
  let result = TOP_BIT // x^0
  for (let rest = BigInt(sizeBytes); rest !== 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = multiply(result, power)
    power = multiply(power, power)
  }
  return result
}

/**
 * The CRC-64 of the concatenation of pieces, from each piece's own CRC and size: what a completed upload reports without
 * its bytes being read again. Pieces of equal size, as parts mostly are, share the costly power.
 */
export function combineCrc64(pieces: readonly { crc64: bigint; sizeBytes: number }[]): bigint {
  let crc64 = 0n
  let lastSizeBytes = -1
  let lastShift = 0n
  for (const piece of pieces) {
    if (piece.sizeBytes !== lastSizeBytes) {
      lastSizeBytes = piece.sizeBytes
      lastShift = shiftBy(piece.sizeBytes)
    }
    crc64 = multiply(lastShift, crc64) ^ piece.crc64
  }
  return crc64
}
