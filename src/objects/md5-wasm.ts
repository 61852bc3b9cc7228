// The blocks of several MD5 at a time, in WebAssembly. Each step of an MD5 waits for the one before it, so most of a processor has
// nothing to do. Four byte strings in the four lanes of a vector, and twice as many in two vectors in turn, make use of it. How fast
// it is: docs/decisions/digests-at-both-ends.md.

import { assert } from "../base/assert.ts"
import {
  assembleModule,
  type Code,
  I32,
  i32Add,
  i32Const,
  instantiate,
  localGet,
  localSet,
  repeated,
  type SharedWasmMemory,
  unsigned,
  V128,
  v128Load,
  v128Store,
  v128Xor,
  type WasmFunction,
} from "./wasm-assembler.ts"

export const BLOCK_BYTES = 64
/** Of one vector. */
export const LANES = 4
/** Of two. */
export const LANES_MAX = 8
export const REGISTERS = 4
const REGISTERS_ALL = [0, 1, 2, 3] as const

/** RFC 1321, section 3.4: what each step adds, by how much it rotates, and which word of the block it takes. */
const ADDED = Array.from({ length: 64 }, (_, step) =>
  Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32),
)
const ROTATIONS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const
const WORD_FACTORS = [1, 5, 3, 7] as const
const WORD_OFFSETS = [0, 1, 5, 0] as const

const i32EqualsZero: Code = [0x45]
const i32Subtract: Code = [0x6b]
const i32Load = (offset: number): Code => [0x28, 2, ...unsigned(offset)]
const v128Const = (word: number): Code => [
  ...[0xfd, 0x0c],
  ...new Uint8Array(Uint32Array.of(word, word, word, word).buffer),
]
const shuffle = (bytes: Code): Code => [0xfd, 0x0d, ...bytes]
const v128Not: Code = [0xfd, 0x4d]
const v128Or: Code = [0xfd, 0x50]
const v128BitSelect: Code = [0xfd, 0x52]
const i32x4ShiftLeft: Code = [0xfd, 0xab, 0x01]
const i32x4ShiftRight: Code = [0xfd, 0xad, 0x01]
const i32x4Add: Code = [0xfd, 0xae, 0x01]

// Where the functions find everything, from the start of the scratch memory: the states, a vector for each register; the address of
// each lane's next block; and, while they run, the words of the current blocks, a vector for each word.
export const ADDRESSES_AT: number = LANES_MAX * REGISTERS * 4
const WORDS_AT = ADDRESSES_AT + LANES_MAX * 4
/** How much scratch memory the functions use. */
export const BLOCKS_SCRATCH_BYTES: number = WORDS_AT + LANES_MAX * BLOCK_BYTES

// The locals of a function for one or two vectors.
const SCRATCH = 0
const COUNT = 1
const addressOf = (lane: number): number => 2 + lane
const firstVector = (vectors: number): number => addressOf(vectors * LANES)
const registerOf = (vectors: number, vector: number, register: number): number =>
  firstVector(vectors) + (vector * 2 + 0) * REGISTERS + register
const savedOf = (vectors: number, vector: number, register: number): number =>
  firstVector(vectors) + (vector * 2 + 1) * REGISTERS + register
const temporaryOf = (vectors: number, index: number): number =>
  firstVector(vectors) + vectors * 2 * REGISTERS + index

const wordAt = (vector: number, word: number): number =>
  WORDS_AT + vector * LANES * BLOCK_BYTES + word * 16
const stateAt = (vector: number, register: number): number => vector * LANES * 16 + register * 16

// The bytes of two vectors, taken in turn: words or pairs of words from the lower or the upper half of both.
const LOW_WORDS = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23]
const HIGH_WORDS = LOW_WORDS.map((byte) => byte + 8)
const LOW_PAIRS = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
const HIGH_PAIRS = LOW_PAIRS.map((byte) => byte + 8)

/** Transposes the blocks of four lanes, so that each word of the four is a vector. */
function loadWords(vectors: number, vector: number): Code {
  const code: number[] = []
  const [low, lowOther] = [temporaryOf(vectors, 0), temporaryOf(vectors, 1)]
  const [high, highOther] = [temporaryOf(vectors, 2), temporaryOf(vectors, 3)]
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const ofLanes = (first: number): Code => [
      ...[...localGet(addressOf(vector * LANES + first)), ...v128Load(quarter * 16)],
      ...[...localGet(addressOf(vector * LANES + first + 1)), ...v128Load(quarter * 16)],
    ]
    code.push(...ofLanes(0), ...shuffle(LOW_WORDS), ...localSet(low))
    code.push(...ofLanes(0), ...shuffle(HIGH_WORDS), ...localSet(high))
    code.push(...ofLanes(2), ...shuffle(LOW_WORDS), ...localSet(lowOther))
    code.push(...ofLanes(2), ...shuffle(HIGH_WORDS), ...localSet(highOther))
    const joined = [
      [low, lowOther, LOW_PAIRS],
      [low, lowOther, HIGH_PAIRS],
      [high, highOther, LOW_PAIRS],
      [high, highOther, HIGH_PAIRS],
    ] as const
    for (const [word, [one, other, bytes]] of joined.entries()) {
      const both = [...localGet(one), ...localGet(other), ...shuffle(bytes)]
      code.push(...localGet(SCRATCH), ...both, ...v128Store(wordAt(vector, quarter * 4 + word)))
    }
  }
  return code
}

/** The functions F, G, H and I of RFC 1321. */
const MIXES: readonly ((b: Code, c: Code, d: Code) => Code)[] = [
  (b, c, d) => [...c, ...d, ...b, ...v128BitSelect],
  (b, c, d) => [...b, ...c, ...d, ...v128BitSelect],
  (b, c, d) => [...b, ...c, ...v128Xor, ...d, ...v128Xor],
  (b, c, d) => [...d, ...v128Not, ...b, ...v128Or, ...c, ...v128Xor],
]

/** One of the 64 steps for a vector, in two halves, between which the other vector has its turn. */
function stepOf(vectors: number, vector: number, step: number): [mixing: Code, turning: Code] {
  const round = step >> 4
  // The registers change roles from step to step instead of being moved.
  const [a = 0, b = 0, c = 0, d = 0] = REGISTERS_ALL.map((role) =>
    registerOf(vectors, vector, (role + 64 - step) % REGISTERS),
  )
  const word = ((WORD_FACTORS[round] ?? 0) * step + (WORD_OFFSETS[round] ?? 0)) % 16
  const rotation = ROTATIONS[round * 4 + (step % 4)] ?? 0
  const mixed = MIXES[round]?.(localGet(b), localGet(c), localGet(d)) ?? []
  return [
    [
      ...[...localGet(a), ...localGet(SCRATCH), ...v128Load(wordAt(vector, word)), ...i32x4Add],
      ...[...v128Const(ADDED[step] ?? 0), ...i32x4Add, ...mixed, ...i32x4Add, ...localSet(a)],
    ],
    [
      ...[...localGet(a), ...i32Const(rotation), ...i32x4ShiftLeft],
      ...[...localGet(a), ...i32Const(32 - rotation), ...i32x4ShiftRight, ...v128Or],
      ...[...localGet(b), ...i32x4Add, ...localSet(a)],
    ],
  ]
}

/** The next block of every lane. */
function blockOf(vectors: number): Code {
  const all = Array.from({ length: vectors }, (_, vector) => vector)
  const code: number[] = []
  for (const vector of all) {
    code.push(...loadWords(vectors, vector))
    for (const register of REGISTERS_ALL) {
      code.push(...localGet(registerOf(vectors, vector, register)))
      code.push(...localSet(savedOf(vectors, vector, register)))
    }
  }
  for (let step = 0; step < 64; step += 1) {
    const halves = all.map((vector) => stepOf(vectors, vector, step))
    for (const [mixing] of halves) code.push(...mixing)
    for (const [, turning] of halves) code.push(...turning)
  }
  for (const vector of all) {
    for (const register of REGISTERS_ALL) {
      const local = registerOf(vectors, vector, register)
      const saved = localGet(savedOf(vectors, vector, register))
      code.push(...localGet(local), ...saved, ...i32x4Add, ...localSet(local))
    }
  }
  return code
}

/** name(scratch: i32, count: i32): the next `count` blocks of the lanes of one or two vectors. */
function blocksFunction(name: string, vectors: number): WasmFunction {
  const lanes = Array.from({ length: vectors * LANES }, (_, lane) => lane)
  const registers = Array.from({ length: vectors * REGISTERS }, (_, index) => ({
    local: registerOf(vectors, Math.floor(index / REGISTERS), index % REGISTERS),
    at: stateAt(Math.floor(index / REGISTERS), index % REGISTERS),
  }))
  const advance = lanes
    .map(addressOf)
    .flatMap((local) => [
      ...[...localGet(local), ...i32Const(BLOCK_BYTES), ...i32Add, ...localSet(local)],
    ])
  return {
    name,
    parameters: [I32, I32],
    results: [],
    locals: [
      [lanes.length, I32],
      [vectors * 2 * REGISTERS + 4, V128],
    ],
    code: [
      ...lanes.flatMap((lane) => [
        ...[...localGet(SCRATCH), ...i32Load(ADDRESSES_AT + lane * 4)],
        ...localSet(addressOf(lane)),
      ]),
      ...registers.flatMap(({ local, at }) => [
        ...[...localGet(SCRATCH), ...v128Load(at), ...localSet(local)],
      ]),
      ...repeated(
        [...localGet(COUNT), ...i32EqualsZero],
        [
          ...[...localGet(COUNT), ...i32Const(1), ...i32Subtract, ...localSet(COUNT)],
          ...[...blockOf(vectors), ...advance],
        ],
      ),
      ...registers.flatMap(({ local, at }) => [
        ...[...localGet(SCRATCH), ...localGet(local), ...v128Store(at)],
      ]),
    ],
  }
}

/** Where a lane's register is, in words from the start of the scratch memory. */
export function stateIndex(lane: number, register: number): number {
  return stateAt(Math.floor(lane / LANES), register) / 4 + (lane % LANES)
}

/** Digests the next `count` blocks of four or eight lanes. `scratch` is a multiple of 16. */
type Blocks = (scratch: number, count: number) => void

/** The functions for the lanes of one vector and of two. */
export function startBlocks(memory: SharedWasmMemory): {
  readonly one: Blocks
  readonly two: Blocks
} {
  const pages = memory.buffer.byteLength / 65_536
  const functions = [blocksFunction("one", 1), blocksFunction("two", 2)]
  const module = assembleModule(functions, { pages, isImported: true })
  const { one, two } = instantiate(module, memory) as { one?: Blocks; two?: Blocks }
  assert(one !== undefined && two !== undefined, "the module has functions")
  return { one, two }
}
