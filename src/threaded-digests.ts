import { extname } from "node:path"
import { Worker } from "node:worker_threads"
import {
  type DigestAnswer,
  EMPTIED,
  FILLED,
  headerOf,
  newDigestRing,
  SLOT_BYTES,
  SLOTS,
  startOf,
  STEP_DROP,
  STEP_FINAL,
} from "./digest-ring.ts"
import type { Digests } from "./objects/digests.ts"
import type { LargeDigests } from "./objects/large-digests.ts"

// MD5 and CRC-64 of a mebibyte take 1.6 ms: more than half of the time that a gateway spends to receive, seal and write it. A
// copy into shared memory takes 0.1 ms.

/** Digests large plaintexts on a separate thread, which starts with the first of them. */
export interface ThreadedDigests extends LargeDigests {
  /** Resolves with a reason when the thread has ended by itself. From then on no large plaintext can be stored. */
  readonly failed: Promise<string>
  /** Ends the thread. No digest may be in progress. */
  close(): Promise<void>
}

/** The file is .ts in the source and .js in the published package. */
const FILE = new URL(`./digest-thread${extname(import.meta.filename)}`, import.meta.url)

/** `file` is the program of the thread. Tests pass another one. */
export function createThreadedDigests(file: URL = FILE): ThreadedDigests {
  const failed = Promise.withResolvers<string>()
  let thread: DigestThread | undefined
  let streams = 0
  return {
    failed: failed.promise,
    begin() {
      thread ??= startThread(file, failed.resolve)
      const used = thread
      streams = (streams + 1) | 0
      const stream = streams
      return {
        update: (bytes) => used.pushBytes(stream, bytes),
        async final() {
          const answer = used.answerTo(stream)
          await used.push(stream, STEP_FINAL)
          return await answer
        },
        drop() {
          // A thread that has ended has nothing to drop.
          used.push(stream, STEP_DROP).catch(() => undefined)
        },
      }
    },
    async close() {
      await thread?.end()
    },
  }
}

interface DigestThread {
  /** Both resolve when the step is in the ring. They throw if the thread has ended. */
  push(stream: number, step: number): Promise<void>
  pushBytes(stream: number, bytes: Uint8Array): Promise<void>
  /** Resolves when the thread has processed the end of the stream. */
  answerTo(stream: number): Promise<Digests>
  end(): Promise<void>
}

function startThread(file: URL, onFailed: (reason: string) => void): DigestThread {
  const ring = newDigestRing()
  const words = new Int32Array(ring.words)
  const waiting = new Map<number, PromiseWithResolvers<Digests>>()
  let filled = 0
  let failure: Error | undefined
  let isEnding = false
  const worker = new Worker(file, { workerData: ring, name: "digests" })
  worker.unref()
  worker.on("message", ({ stream, sizeBytes, md5, crc64 }: DigestAnswer) => {
    waiting.get(stream)?.resolve({ sizeBytes, md5: Buffer.from(md5), crc64 })
    waiting.delete(stream)
  })
  worker.on("error", (error: Error) => {
    failure = error
  })
  worker.on("exit", () => {
    if (isEnding) return
    failure ??= new Error("without a reason")
    for (const { reject } of waiting.values()) reject(failure)
    Atomics.notify(words, EMPTIED)
    onFailed(`the digest thread ended: ${failure.stack ?? failure.message}`)
  })

  async function fill(stream: number, step: number, bytes?: Uint8Array): Promise<void> {
    for (;;) {
      if (failure !== undefined) throw failure
      const emptied = Atomics.load(words, EMPTIED)
      if (((filled - emptied) | 0) < SLOTS) break
      await Atomics.waitAsync(words, EMPTIED, emptied).value
    }
    // Several callers may be waiting. The first to see a free slot takes it immediately.
    const header = headerOf(filled)
    words[header] = stream
    words[header + 1] = step
    if (bytes !== undefined) new Uint8Array(ring.bytes, startOf(filled), step).set(bytes)
    filled = (filled + 1) | 0
    Atomics.store(words, FILLED, filled)
    Atomics.notify(words, FILLED)
  }

  return {
    push: fill,
    async pushBytes(stream, bytes) {
      for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
        const piece = bytes.subarray(at, at + SLOT_BYTES)
        await fill(stream, piece.length, piece)
      }
    },
    answerTo(stream) {
      const answer = Promise.withResolvers<Digests>()
      // The caller that awaits the answer gets its error.
      answer.promise.catch(() => undefined)
      waiting.set(stream, answer)
      return answer.promise
    },
    async end() {
      isEnding = true
      await worker.terminate()
    },
  }
}
