// The CRC-64 of bytes in WebAssembly. The functions are short, so they are assembled here; a compiler would be one more dependency
// of the build.
//
// The last bytes are looked up in tables, sixteen at a time: eight of the sixteen look-ups of a step do not depend on the previous
// step. Bytes before them are first folded: a CRC does not change when a multiple of its polynomial is added to the bytes, so each
// block of 16 bytes is replaced by adding it to eleven later blocks, until only the last 235 blocks are left. That needs no
// tables, and few of its steps depend on each other. How fast it is: docs/decisions/digests-at-both-ends.md.

import { assert } from "../base/assert.ts"
import {
  assembleModule,
  type Code,
  I32,
  I64,
  i32Add,
  i32Const,
  instantiate,
  localGet,
  localSet,
  repeated,
  signed,
  unsigned,
  v128Load,
  v128Store,
  v128Xor,
} from "./wasm-assembler.ts"

/**
 * Each byte of a step has its own table. Table t is for a byte that is followed by t more in the step. An entry has eight
 * bytes.
 */
const TABLES = 16
const ENTRIES = 256
const TABLE_BYTES = ENTRIES * 8
const BLOCK_BYTES = 16
/**
 * Powers of x^128, by which a block is multiplied for each block after it. Their sum is divisible by the polynomial of the CRC, so
 * the last of them may be replaced by the others: a block by adding it to the blocks that come 235 - power blocks later. A search for
 * words of low weight in the code of all such sums found them; a test checks the sum.
 */
export const FOLDED_POWERS = [0, 27, 35, 48, 57, 63, 75, 133, 149, 175, 209, 235] as const
const WINDOW_BYTES = 235 * BLOCK_BYTES
/** Fewer bytes are not worth folding. */
const FOLDED_BYTES_MIN = 2 * WINDOW_BYTES

/** What remains of folded bytes comes after the tables, then zeros that stand for the blocks before the first, then the bytes. */
const REST_START = TABLES * TABLE_BYTES
const ZEROS_START = REST_START + WINDOW_BYTES
const BYTES_START = ZEROS_START + WINDOW_BYTES
const PAGES = 2
const BYTES_MAX = PAGES * 65_536 - BYTES_START

/** CRC-64/XZ, reflected: as in crc64.ts. */
const REDUCTION = 0xc96c5795d7870f42n

const i64Load = (offset: number): Code => [0x29, 0, ...unsigned(offset)]
const i64Load8: Code = [0x31, 0, 0]
const i64Const = (value: number): Code => [0x42, ...signed(value)]
const i32GreaterUnsigned: Code = [0x4b]
const i32GreaterEqualUnsigned: Code = [0x4f]
const i32And: Code = [0x71]
const i32ShiftLeft: Code = [0x74]
const i64And: Code = [0x83]
const i64Xor: Code = [0x85]
const i64ShiftLeft: Code = [0x86]
const i64ShiftRight: Code = [0x88]
const i32WrapI64: Code = [0xa7]

/** update(at: i32, to: i32, crc: i64): i64 */
const AT = 0
const TO = 1
const CRC = 2
/** The eight bytes combined with the CRC so far, and the eight bytes after them. */
const FIRST = 3
const SECOND = 4

/** Returns code for what one byte of a local contributes to the CRC. */
function lookUp(local: number, byte: number, table: number): Code {
  // Shifted so that it selects an entry of eight bytes.
  const shift = byte * 8 - 3
  const shifted =
    shift < 0 ? [...i64Const(-shift), ...i64ShiftLeft] : [...i64Const(shift), ...i64ShiftRight]
  const selected = [...i32WrapI64, ...i32Const((ENTRIES - 1) * 8), ...i32And]
  return [...localGet(local), ...shifted, ...selected, ...i64Load(table * TABLE_BYTES)]
}

/** Returns code for what all eight bytes contribute. In the step, `following` bytes come after the first of them. */
function lookUpAll(local: number, following: number): Code {
  const others = [1, 2, 3, 4, 5, 6, 7]
  return [
    ...lookUp(local, 0, following),
    ...others.flatMap((byte) => [...lookUp(local, byte, following - byte), ...i64Xor]),
  ]
}

function advance(bytes: number): Code {
  return [...localGet(AT), ...i32Const(bytes), ...i32Add, ...localSet(AT)]
}

const BY_SIXTEEN = repeated(
  [...localGet(AT), ...i32Const(16), ...i32Add, ...localGet(TO), ...i32GreaterUnsigned],
  [
    ...[...localGet(AT), ...i64Load(0), ...localGet(CRC), ...i64Xor, ...localSet(FIRST)],
    ...[...localGet(AT), ...i64Load(8), ...localSet(SECOND)],
    ...[...lookUpAll(SECOND, 7), ...lookUpAll(FIRST, 15), ...i64Xor, ...localSet(CRC)],
    ...advance(16),
  ],
)

const BY_ONE = repeated(
  [...localGet(AT), ...localGet(TO), ...i32GreaterEqualUnsigned],
  [
    ...[...localGet(CRC), ...localGet(AT), ...i64Load8, ...i64Xor],
    ...[...i64Const(0xff), ...i64And, ...i32WrapI64, ...i32Const(3), ...i32ShiftLeft],
    ...i64Load(0),
    ...[...localGet(CRC), ...i64Const(8), ...i64ShiftRight, ...i64Xor, ...localSet(CRC)],
    ...advance(1),
  ],
)

/**
 * fold(from: i32, to: i32, into: i32): adds to each block at `into` the eleven blocks that are added to it. `from` is where the
 * earliest of them is.
 */
const FROM = 0
const INTO = 2
const FOLD = repeated(
  [...localGet(FROM), ...localGet(TO), ...i32GreaterEqualUnsigned],
  [
    ...[...localGet(INTO), ...localGet(INTO), ...v128Load(0)],
    ...FOLDED_POWERS.slice(0, -1).flatMap((power) => [
      ...localGet(FROM),
      ...v128Load(power * BLOCK_BYTES),
      ...v128Xor,
    ]),
    ...v128Store(0),
    ...[...localGet(FROM), ...i32Const(BLOCK_BYTES), ...i32Add, ...localSet(FROM)],
    ...[...localGet(INTO), ...i32Const(BLOCK_BYTES), ...i32Add, ...localSet(INTO)],
  ],
)

const MODULE = assembleModule(
  [
    {
      name: "update",
      parameters: [I32, I32, I64],
      results: [I64],
      locals: [[2, I64]],
      code: [...BY_SIXTEEN, ...BY_ONE, ...localGet(CRC)],
    },
    { name: "fold", parameters: [I32, I32, I32], results: [], locals: [], code: FOLD },
  ],
  { pages: PAGES, isImported: false },
)

interface Instance {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly update: (at: number, to: number, crc: bigint) => bigint
  readonly fold: (from: number, to: number, into: number) => void
}

function start(): Instance {
  const { memory, update, fold } = instantiate(MODULE) as Partial<Instance>
  assert(memory !== undefined, "the module has a memory")
  assert(update !== undefined && fold !== undefined, "the module has functions")
  const entries = new BigUint64Array(memory.buffer, 0, TABLES * ENTRIES)
  for (let entry = 0; entry < ENTRIES; entry += 1) {
    let crc = BigInt(entry)
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >> 1n) ^ (crc & 1n ? REDUCTION : 0n)
    entries[entry] = crc
  }
  for (let entry = ENTRIES; entry < entries.length; entry += 1) {
    const before = entries[entry - ENTRIES] ?? 0n
    entries[entry] = (before >> 8n) ^ (entries[Number(before & 0xffn)] ?? 0n)
  }
  return { memory, update, fold }
}

const { memory, update, fold } = start()
const memoryBytes = new Uint8Array(memory.buffer)
const firstEight = new BigUint64Array(memory.buffer, BYTES_START, 1)

/** The CRC after the bytes in memory. `state` is the one before them. */
function updateFolded(byteLength: number, state: bigint): bigint {
  firstEight[0] = (firstEight[0] ?? 0n) ^ state
  const blocksEnd = BYTES_START + byteLength - (byteLength % BLOCK_BYTES)
  const restStart = blocksEnd - WINDOW_BYTES
  fold(ZEROS_START, restStart - WINDOW_BYTES, BYTES_START)
  // The last blocks are added to none.
  memoryBytes.copyWithin(REST_START, restStart, blocksEnd)
  memoryBytes.fill(0, restStart, blocksEnd)
  fold(restStart - WINDOW_BYTES, restStart, REST_START)
  const folded = update(REST_START, REST_START + WINDOW_BYTES, 0n)
  return update(blocksEnd, BYTES_START + byteLength, folded)
}

/** The CRC after the bytes in memory. `state` is the one before them. */
function updateInMemory(byteLength: number, state: bigint): bigint {
  return byteLength < FOLDED_BYTES_MIN
    ? update(BYTES_START, BYTES_START + byteLength, state)
    : updateFolded(byteLength, state)
}

/**
 * Returns the CRC-64 of earlier bytes followed by those of all pieces. `crc64` is the CRC-64 of the earlier bytes, 0 if there are
 * none. Many short pieces take less time in one call than in several.
 */
export function updateCrc64(crc64: bigint, ...pieces: readonly Uint8Array[]): bigint {
  let state = ~crc64
  let byteLength = 0
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const isWhole = at === 0 && piece.length <= BYTES_MAX - byteLength
      const next = isWhole ? piece : piece.subarray(at, at + BYTES_MAX - byteLength)
      memoryBytes.set(next, BYTES_START + byteLength)
      at += next.length
      byteLength += next.length
      if (byteLength < BYTES_MAX) continue
      state = updateInMemory(byteLength, state)
      byteLength = 0
    }
  }
  return BigInt.asUintN(64, ~updateInMemory(byteLength, state))
}
