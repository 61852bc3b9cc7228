// The digest thread of a gateway. It empties the ring that they share, all filled slots at a time, and sends the digests of each
// stream at its end. It runs until it is terminated.
import { parentPort, workerData } from "node:worker_threads"
import {
  type DigestAnswer,
  type DigestRing,
  EMPTIED,
  FILLED,
  headerOf,
  SCRATCH_START,
  SINGLE_MAX,
  startOf,
  STEP_FINAL,
} from "./digest-ring.ts"
import { updateCrc64 } from "./objects/crc64-wasm.ts"
import { createDigester, type Digester, type Digests } from "./objects/digests.ts"
import { createMd5Lanes, type Md5Lanes, type Md5Piece, type Md5State } from "./objects/md5-lanes.ts"

/** Node's MD5 is the fastest for a single stream. */
type Stream =
  | { readonly kind: "single"; readonly digester: Digester }
  | { readonly kind: "lane"; readonly md5: Md5State; crc64: bigint }

function run(ring: DigestRing, answer: (answer: DigestAnswer) => void): never {
  const words = new Int32Array(ring.words)
  const slots = new Uint8Array(ring.memory.buffer)
  const lanes = createMd5Lanes(ring.memory, SCRATCH_START)
  const streams = new Map<number, Stream>()

  const streamOf = (id: number): Stream => {
    const known = streams.get(id)
    if (known !== undefined) return known
    const begun: Stream =
      streams.size < SINGLE_MAX
        ? { kind: "single", digester: createDigester() }
        : { kind: "lane", md5: lanes.begin(), crc64: 0n }
    streams.set(id, begun)
    return begun
  }

  for (let emptied = 0; ;) {
    while (Atomics.load(words, FILLED) === emptied) Atomics.wait(words, FILLED, emptied)
    const filled = Atomics.load(words, FILLED)
    const pieces: Md5Piece[] = []
    const ended: (readonly [id: number, step: number])[] = []
    for (; emptied !== filled; emptied = (emptied + 1) | 0) {
      const header = headerOf(emptied)
      const [id, step] = [words[header] ?? 0, words[header + 1] ?? 0]
      const stream = streamOf(id)
      if (step < 0) ended.push([id, step])
      else {
        const at = startOf(emptied)
        const bytes = slots.subarray(at, at + step)
        if (stream.kind === "single") stream.digester.update(bytes)
        else {
          stream.crc64 = updateCrc64(stream.crc64, bytes)
          pieces.push({ state: stream.md5, at, byteLength: step })
        }
      }
    }
    for (const round of roundsOf(pieces)) lanes.update(round)
    for (const [id, step] of ended) {
      if (step === STEP_FINAL) answer({ stream: id, ...digestsOf(lanes, streamOf(id)) })
      streams.delete(id)
    }
    Atomics.store(words, EMPTIED, emptied)
    Atomics.notify(words, EMPTIED)
  }
}

/** The first piece of every stream, then the second of those that have one, and so on. */
function roundsOf(pieces: readonly Md5Piece[]): Md5Piece[][] {
  const rounds: Md5Piece[][] = []
  const counts = new Map<Md5State, number>()
  for (const piece of pieces) {
    const count = counts.get(piece.state) ?? 0
    counts.set(piece.state, count + 1)
    rounds[count] = [...(rounds[count] ?? []), piece]
  }
  return rounds
}

function digestsOf(lanes: Md5Lanes, stream: Stream): Digests {
  if (stream.kind === "single") return stream.digester.final()
  const { sizeBytes } = stream.md5
  return { sizeBytes, md5: lanes.final(stream.md5), crc64: stream.crc64 }
}

run(workerData as DigestRing, (answer) => parentPort?.postMessage(answer))
