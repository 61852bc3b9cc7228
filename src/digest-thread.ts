// The digest thread of a gateway. It empties the ring that they share, and sends the digests of each stream at its end. It runs
// until it is terminated.
import { parentPort, workerData } from "node:worker_threads"
import {
  type DigestAnswer,
  type DigestRing,
  EMPTIED,
  FILLED,
  headerOf,
  startOf,
  STEP_FINAL,
} from "./digest-ring.ts"
import { createDigester, type Digester } from "./objects/digests.ts"

function run(ring: DigestRing, answer: (answer: DigestAnswer) => void): never {
  const words = new Int32Array(ring.words)
  const digesters = new Map<number, Digester>()
  for (let count = 0; ; count = (count + 1) | 0) {
    while (Atomics.load(words, FILLED) === count) Atomics.wait(words, FILLED, count)
    const header = headerOf(count)
    const [stream, step] = [words[header] ?? 0, words[header + 1] ?? 0]
    const digester = digesters.get(stream) ?? createDigester()
    if (step >= 0) {
      digesters.set(stream, digester)
      digester.update(new Uint8Array(ring.bytes, startOf(count), step))
    } else {
      digesters.delete(stream)
      if (step === STEP_FINAL) answer({ stream, ...digester.final() })
    }
    Atomics.store(words, EMPTIED, (count + 1) | 0)
    Atomics.notify(words, EMPTIED)
  }
}

run(workerData as DigestRing, (answer) => parentPort?.postMessage(answer))
