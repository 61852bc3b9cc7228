// MD5 of many byte strings at a time, of any length, from the blocks in md5-wasm.ts.

import {
  ADDRESSES_AT,
  BLOCK_BYTES,
  BLOCKS_SCRATCH_BYTES,
  LANES,
  LANES_MAX,
  REGISTERS,
  startBlocks,
  stateIndex,
} from "./md5-wasm.ts"
import type { SharedWasmMemory } from "./wasm-assembler.ts"

/** RFC 1321, section 3.3. */
const INITIAL_STATE = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const

// After the scratch memory of the blocks: blocks that began in one piece and ended in another, and the padding.
const RESTS_AT = BLOCKS_SCRATCH_BYTES
const PADDING_AT = RESTS_AT + LANES_MAX * BLOCK_BYTES

/** How much memory `createMd5Lanes` needs. */
export const MD5_SCRATCH_BYTES: number = PADDING_AT + 2 * BLOCK_BYTES

/** The MD5 of the bytes so far. */
export interface Md5State {
  readonly words: Uint32Array
  /** The bytes of a block that is not full yet. */
  readonly rest: Uint8Array
  restBytes: number
  sizeBytes: number
}

/** Bytes in the memory that follow those of a state. */
export interface Md5Piece {
  readonly state: Md5State
  readonly at: number
  readonly byteLength: number
}

/** Computes several MD5 at a time, of bytes that are in the memory. */
export interface Md5Lanes {
  begin(): Md5State
  /** Each state may have one piece. */
  update(pieces: readonly Md5Piece[]): void
  final(state: Md5State): Buffer
}

/** Whole blocks that are next for a state. */
interface Run {
  readonly state: Md5State
  at: number
  blocks: number
}

/** Uses `MD5_SCRATCH_BYTES` of the memory from `scratch`, a multiple of 16. */
export function createMd5Lanes(memory: SharedWasmMemory, scratch: number): Md5Lanes {
  const { one, two } = startBlocks(memory)
  const bytes = new Uint8Array(memory.buffer)
  const states = new Uint32Array(memory.buffer, scratch, LANES_MAX * REGISTERS)
  const addresses = new Uint32Array(memory.buffer, scratch + ADDRESSES_AT, LANES_MAX)
  const padding = new DataView(memory.buffer, scratch + PADDING_AT, 2 * BLOCK_BYTES)

  /** `count` blocks of each run. */
  function run(runs: readonly Run[], count: number): void {
    const isTwo = runs.length > LANES
    for (let lane = 0; lane < (isTwo ? LANES_MAX : LANES); lane += 1) {
      // A lane without a run repeats the first one, and nobody looks at its state.
      addresses[lane] = (runs[lane] ?? runs[0])?.at ?? 0
    }
    eachWord(runs, (words, register, index) => (states[index] = words[register] ?? 0))
    if (isTwo) two(scratch, count)
    else one(scratch, count)
    eachWord(runs, (words, register, index) => (words[register] = states[index] ?? 0))
  }

  function runAll(runs: readonly Run[]): void {
    for (let left = runs.filter(({ blocks }) => blocks > 0); left.length > 0;) {
      const count = Math.min(...left.map(({ blocks }) => blocks))
      run(left, count)
      for (const each of left) {
        each.at += count * BLOCK_BYTES
        each.blocks -= count
      }
      left = left.filter(({ blocks }) => blocks > 0)
    }
  }

  function updateSome(pieces: readonly Md5Piece[]): void {
    const runs = pieces.map((piece, lane) =>
      runsOf(bytes, piece, scratch + RESTS_AT + lane * BLOCK_BYTES),
    )
    runAll(runs.map(([first]) => first))
    runAll(runs.map(([, others]) => others))
  }

  return {
    begin: () => ({
      words: Uint32Array.from(INITIAL_STATE),
      rest: new Uint8Array(BLOCK_BYTES),
      restBytes: 0,
      sizeBytes: 0,
    }),
    update(pieces) {
      for (let first = 0; first < pieces.length; first += LANES_MAX) {
        updateSome(pieces.slice(first, first + LANES_MAX))
      }
    },
    final(state) {
      const byteLength = (state.restBytes < BLOCK_BYTES - 8 ? 1 : 2) * BLOCK_BYTES - state.restBytes
      const at = scratch + PADDING_AT
      bytes.fill(0, at, at + byteLength)
      padding.setUint8(0, 0x80)
      padding.setBigUint64(byteLength - 8, BigInt(state.sizeBytes) * 8n, true)
      updateSome([{ state, at, byteLength }])
      const digest = Buffer.alloc(REGISTERS * 4)
      for (const [register, word] of state.words.entries()) digest.writeUInt32LE(word, register * 4)
      return digest
    },
  }
}

/**
 * The block that the previous piece left unfinished, which is copied to `restAt` when this one fills it, and the other whole blocks. What
 * remains is kept in the state.
 */
function runsOf(
  bytes: Uint8Array,
  { state, at, byteLength }: Md5Piece,
  restAt: number,
): [first: Run, others: Run] {
  const end = at + byteLength
  const taken = state.restBytes === 0 ? 0 : Math.min(BLOCK_BYTES - state.restBytes, byteLength)
  keep(state, bytes.subarray(at, at + taken))
  const isFull = state.restBytes === BLOCK_BYTES
  if (isFull) {
    bytes.set(state.rest, restAt)
    state.restBytes = 0
  }
  const blocks = Math.floor((byteLength - taken) / BLOCK_BYTES)
  keep(state, bytes.subarray(at + taken + blocks * BLOCK_BYTES, end))
  state.sizeBytes += byteLength
  return [
    { state, at: restAt, blocks: isFull ? 1 : 0 },
    { state, at: at + taken, blocks },
  ]
}

function keep(state: Md5State, bytes: Uint8Array): void {
  state.rest.set(bytes, state.restBytes)
  state.restBytes += bytes.length
}

/** Calls `use` for each word of each state, with the index where the functions have it. */
function eachWord(
  runs: readonly Run[],
  use: (words: Uint32Array, register: number, index: number) => void,
): void {
  for (const [lane, { state }] of runs.entries()) {
    for (let register = 0; register < REGISTERS; register += 1) {
      use(state.words, register, stateIndex(lane, register))
    }
  }
}
