// The CRC-64 of bytes, sixteen at a time, in WebAssembly. The function is short, so it is assembled here, instruction by
// instruction; a compiler would be one more dependency of the build. Measured on 2026-11-29 (2 cores, Node 26.10): 3.3 GB/s,
// compared with 1.6 for a library's WebAssembly and 0.3 for JavaScript. It is faster because eight of the sixteen look-ups of a
// step do not depend on the previous step.

import { assert } from "../base/assert.ts"

/**
 * Each byte of a step has its own table. Table t is for a byte that is followed by t more in the step. An entry has eight
 * bytes.
 */
const TABLES = 16
const ENTRIES = 256
const TABLE_BYTES = ENTRIES * 8
/** The bytes come after the tables. */
const BYTES_START = TABLES * TABLE_BYTES
const PAGES = 2
const BYTES_MAX = PAGES * 65_536 - BYTES_START

/** CRC-64/XZ, reflected: as in crc64.ts. */
const REDUCTION = 0xc96c5795d7870f42n

type Code = readonly number[]

const I32 = 0x7f
const I64 = 0x7e
const VOID = 0x40

// Instructions, under the names that WebAssembly's specification has for them.
const block: Code = [0x02, VOID]
const loop: Code = [0x03, VOID]
const end: Code = [0x0b]
const br = (depth: number): Code => [0x0c, depth]
const brIf = (depth: number): Code => [0x0d, depth]
const localGet = (local: number): Code => [0x20, local]
const localSet = (local: number): Code => [0x21, local]
const i64Load = (offset: number): Code => [0x29, 0, ...unsigned(offset)]
const i64Load8: Code = [0x31, 0, 0]
const i32Const = (value: number): Code => [0x41, ...signed(value)]
const i64Const = (value: number): Code => [0x42, ...signed(value)]
const i32GreaterUnsigned: Code = [0x4b]
const i32GreaterEqualUnsigned: Code = [0x4f]
const i32Add: Code = [0x6a]
const i32And: Code = [0x71]
const i32ShiftLeft: Code = [0x74]
const i64And: Code = [0x83]
const i64Xor: Code = [0x85]
const i64ShiftLeft: Code = [0x86]
const i64ShiftRight: Code = [0x88]
const i32WrapI64: Code = [0xa7]

/** Encodes a number as LEB128, which the binary format uses. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): Code {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)]
}

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

function repeated(isDone: Code, step: Code): Code {
  return [...block, ...loop, ...isDone, ...brIf(1), ...step, ...br(0), ...end, ...end]
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

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content]
}

function nameOf(text: string): Code {
  return [text.length, ...Buffer.from(text)]
}

function assemble(): Uint8Array<ArrayBuffer> {
  const moreLocals = [1, 2, I64]
  const body = [...moreLocals, ...BY_SIXTEEN, ...BY_ONE, ...localGet(CRC), ...end]
  const [memoryExport, functionExport] = [2, 0]
  return Uint8Array.from([
    ...[0, ...Buffer.from("asm"), 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I64, 1, I64]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(PAGES)]),
    ...section(7, [
      2,
      ...nameOf("memory"),
      memoryExport,
      0,
      ...nameOf("update"),
      functionExport,
      0,
    ]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ])
}

interface Memory {
  readonly buffer: ArrayBuffer
}

/** The members of the global that are used here. TypeScript declares the global only together with all browser types. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (pages: { readonly initial: number }) => Memory
}

interface Instance {
  readonly memory: Memory
  readonly update: (at: number, to: number, crc: bigint) => bigint
}

function start(): Instance {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble()))
  const { memory, update } = exports
  assert(memory instanceof WebAssembly.Memory, "the module has a memory")
  assert(typeof update === "function", "the module has a function")
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
  return { memory, update: update as Instance["update"] }
}

const { memory, update } = start()
const memoryBytes = new Uint8Array(memory.buffer)

/** Returns the CRC-64 of earlier bytes followed by `bytes`. `crc64` is the CRC-64 of the earlier bytes, 0 if there are none. */
export function updateCrc64(crc64: bigint, bytes: Uint8Array): bigint {
  let state = ~crc64
  for (let start = 0; start < bytes.length; start += BYTES_MAX) {
    const piece = bytes.length <= BYTES_MAX ? bytes : bytes.subarray(start, start + BYTES_MAX)
    memoryBytes.set(piece, BYTES_START)
    state = update(BYTES_START, BYTES_START + piece.length, state)
  }
  return BigInt.asUintN(64, ~state)
}
