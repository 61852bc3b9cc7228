import { extname } from "node:path"
import { Worker } from "node:worker_threads"
import {
  type DigestAnswer,
  type DigestRing,
  EMPTIED,
  FILLED,
  headerOf,
  newDigestRing,
  SINGLE_MAX,
  SLOT_BYTES,
  SLOTS,
  startOf,
  STEP_DROP,
  STEP_FINAL,
} from "./digest-ring.ts"
import type { Digests } from "./objects/digests.ts"
import type { LargeDigests } from "./objects/large-digests.ts"

// MD5 and CRC-64 of a mebibyte take 1.6 ms: more than half of the time that a gateway spends to receive, seal and write it. A
// copy into shared memory takes 0.1 ms. The thread can also digest several plaintexts side by side, in a third of the time.

/** Digests large plaintexts on a separate thread, which starts with the first of them. */
export interface ThreadedDigests extends LargeDigests {
  /** Resolves with a reason when the thread has ended by itself. From then on no large plaintext can be stored. */
  readonly failed: Promise<string>
  /** Ends the thread. No digest may be in progress. */
  close(): Promise<void>
}

/** The thread begins with this many slots even if more are about to be filled. */
const SLOTS_TOGETHER = SLOTS / 2

/** The file is .ts in the source and .js in the published package. */
const FILE = new URL(`./digest-thread${extname(import.meta.filename)}`, import.meta.url)

/** `file` is the program of the thread. Tests pass another one. */
export function createThreadedDigests(file: URL = FILE): ThreadedDigests {
  const failed = Promise.withResolvers<string>()
  let thread: DigestThread | undefined
  return {
    failed: failed.promise,
    begin() {
      thread ??= startThread(file, failed.resolve)
      return thread.begin()
    },
    async close() {
      await thread?.end()
    },
  }
}

interface DigestThread extends LargeDigests {
  end(): Promise<void>
}

function startThread(file: URL, onFailed: (reason: string) => void): DigestThread {
  const ring = newDigestRing()
  const waiting = new Map<number, PromiseWithResolvers<Digests>>()
  let failure: Error | undefined
  let isEnding = false
  const writer = createRingWriter(ring, () => failure)
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
    writer.wake()
    onFailed(`the digest thread ended: ${failure.stack ?? failure.message}`)
  })

  return {
    begin() {
      const stream = writer.open()
      return {
        async update(bytes) {
          for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
            const piece = bytes.subarray(at, at + SLOT_BYTES)
            await writer.fill(stream, piece.length, piece)
          }
        },
        async final() {
          const answer = Promise.withResolvers<Digests>()
          // The caller that awaits the answer gets its error.
          answer.promise.catch(() => undefined)
          waiting.set(stream, answer)
          await writer.close(stream, STEP_FINAL)
          return await answer.promise
        },
        drop() {
          // A thread that has ended has nothing to drop.
          writer.close(stream, STEP_DROP).catch(() => undefined)
        },
      }
    },
    async end() {
      isEnding = true
      await worker.terminate()
    },
  }
}

/** The gateway's side of the ring. What it fills, the thread sees at the end of the turn of the event loop at the latest. */
interface RingWriter {
  /** Returns the number of a new stream. */
  open(): number
  /** Both resolve when the step is in the ring. They throw if the thread has ended. */
  fill(stream: number, step: number, bytes?: Uint8Array): Promise<void>
  /** Has no effect on a stream that is not open. */
  close(stream: number, step: number): Promise<void>
  /** Lets those that wait for an empty slot look again. */
  wake(): void
}

function createRingWriter(ring: DigestRing, failureOf: () => Error | undefined): RingWriter {
  const words = new Int32Array(ring.words)
  const slots = new Uint8Array(ring.memory.buffer)
  const open = new Set<number>()
  let lastStream = 0
  let filled = 0
  let isShowAwaited = false

  function show(): void {
    isShowAwaited = false
    Atomics.store(words, FILLED, filled)
    Atomics.notify(words, FILLED)
  }

  async function fill(stream: number, step: number, bytes?: Uint8Array): Promise<void> {
    for (;;) {
      const failure = failureOf()
      if (failure !== undefined) throw failure
      const emptied = Atomics.load(words, EMPTIED)
      if (((filled - emptied) | 0) < SLOTS) break
      await Atomics.waitAsync(words, EMPTIED, emptied).value
    }
    // Several callers may be waiting. The first to see a free slot takes it immediately.
    const header = headerOf(filled)
    words[header] = stream
    words[header + 1] = step
    if (bytes !== undefined) slots.set(bytes, startOf(filled))
    filled = (filled + 1) | 0
    const unseen = (filled - (words[FILLED] ?? 0)) | 0
    if (open.size < SINGLE_MAX || unseen >= SLOTS_TOGETHER) show()
    else if (!isShowAwaited) {
      isShowAwaited = true
      setImmediate(show)
    }
  }

  return {
    open() {
      lastStream = (lastStream + 1) | 0
      open.add(lastStream)
      return lastStream
    },
    fill,
    async close(stream, step) {
      if (open.delete(stream)) await fill(stream, step)
    },
    wake: () => void Atomics.notify(words, EMPTIED),
  }
}
