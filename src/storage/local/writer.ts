import { once } from "node:events"
import { MessageChannel, type MessagePort } from "node:worker_threads"
import { assertDefined } from "../../base/assert.ts"
import {
  type Commit,
  type CommitResult,
  OutcomeUnknown,
  StoreFull,
  StoreReadOnly,
} from "../metadata-store.ts"
import { encodeCommits } from "./commit-codec.ts"
import type { ReadOnlyState } from "./read-only-state.ts"
import type { RowChanges } from "./row-changes.ts"
import { type Acceptance, StartRefused } from "./start-refused.ts"
import { startThread } from "./threads.ts"
import type { CommitAnswer, WriterAnswer, WriterData, WriterRequest } from "./writer-messages.ts"

/** Whether a commit may use the reserve. */
export function isReleasing({ writes, isRelease = false }: Commit): boolean {
  return isRelease || writes.every(({ value }) => value === null)
}

/** The writer thread, as a committing thread sees it. */
export interface Writer {
  readonly commit: (commit: Commit) => Promise<CommitResult>
  /** Ends after the waiting commits. */
  readonly close: () => Promise<void>
}

/** The writer thread, as the thread that started it sees it. */
export interface OwnWriter extends Writer {
  /** Returns a port for `joinWriter` on another thread. Transfer it there. */
  readonly connect: () => MessagePort
}

export interface WriterSurroundings {
  readonly state: ReadOnlyState
  readonly changes: RowChanges
  /** Which mismatches of the database the operator accepts. */
  readonly accept: Acceptance
  /** Receives a description of the accepted mismatch. */
  readonly accepted: (what: string) => void
}

/**
 * Starts the writer thread on a database. Resolves when it is open. Throws StartRefused when the database does not
 * belong to its directory.
 */
export async function startWriter(
  path: string,
  { state, changes, accept, accepted }: WriterSurroundings,
): Promise<OwnWriter> {
  const data: WriterData = { path, accept, changes: changes.memory }
  const thread = startThread("writer-thread", data)
  const queue = createQueue((request, moved) => thread.postMessage(request, moved), state)
  thread.on("message", (answer: WriterAnswer) => {
    if (answer.kind === "answers") answer.answers.forEach(queue.settle)
  })
  const ended = new Promise<void>((resolve) => {
    let reason = "the writer thread ended"
    thread.on("error", (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error)
    })
    thread.on("exit", () => {
      queue.fail(reason)
      resolve()
    })
  })
  // Rejects when the thread fails before it is ready.
  const [begun] = (await once(thread, "message")) as [WriterAnswer]
  if (begun.kind === "start refused") {
    queue.stop()
    thread.postMessage({ kind: "close", isWell: true } satisfies WriterRequest)
    await ended
    throw new StartRefused(begun.message)
  }
  if (begun.kind === "ready" && begun.accepted !== undefined) accepted(begun.accepted)
  return {
    commit: queue.commit,
    connect() {
      const { port1, port2 } = new MessageChannel()
      thread.postMessage({ kind: "client", port: port1 } satisfies WriterRequest, [port1])
      return port2
    },
    async close() {
      queue.stop()
      const isWell = state.reason() === undefined
      thread.postMessage({ kind: "close", isWell } satisfies WriterRequest)
      await ended
    },
  }
}

/** The writer thread of another thread, through a port from `connect`. */
export function joinWriter(port: MessagePort, state: ReadOnlyState): Writer {
  const queue = createQueue((request, moved) => port.postMessage(request, moved), state)
  const ended = new Promise<void>((resolve) => {
    port.on("close", () => {
      queue.fail("the writer thread ended")
      resolve()
    })
  })
  port.on("message", (answer: WriterAnswer) => {
    if (answer.kind === "answers") answer.answers.forEach(queue.settle)
  })
  return {
    commit: queue.commit,
    async close() {
      queue.stop()
      await queue.settled()
      port.close()
      await ended
    },
  }
}

/** Commits that are not sent yet, and those that wait for the thread's answer. */
interface Queue {
  readonly commit: (commit: Commit) => Promise<CommitResult>
  readonly settle: (answer: CommitAnswer) => void
  /** The thread has ended: waiting commits may or may not have been applied. */
  readonly fail: (reason: string) => void
  /** Accepts no more commits, and sends the accepted ones. */
  readonly stop: () => void
  /** Resolves when nothing waits for an answer. */
  readonly settled: () => Promise<void>
}

type Send = (request: WriterRequest, moved: ArrayBuffer[]) => void

function createQueue(send: Send, state: ReadOnlyState): Queue {
  const pending = new Map<number, PromiseWithResolvers<CommitResult>>()
  let nextTicket = 0
  let unsent: Commit[] = []
  let closed = false

  function sendUnsent(): void {
    const commits = unsent
    unsent = []
    if (commits.length === 0) return
    const block = encodeCommits(commits)
    const releases = commits.map(isReleasing)
    send({ kind: "commits", firstTicket: nextTicket - commits.length, block, releases }, [block])
  }

  return {
    commit(commit) {
      const refusal = closed ? "the store is closed" : state.reason()
      if (refusal !== undefined) return Promise.reject(new StoreReadOnly(refusal))
      const waiting = Promise.withResolvers<CommitResult>()
      pending.set(nextTicket, waiting)
      nextTicket += 1
      // What is committed in one turn of the event loop travels together.
      if (unsent.push(commit) === 1) setImmediate(sendUnsent)
      return waiting.promise
    },
    settle(answer) {
      const waiting = assertDefined(pending.get(answer.ticket), "an answer has a ticket")
      pending.delete(answer.ticket)
      if ("result" in answer) {
        waiting.resolve(answer.result)
      } else if (answer.failure === "full") {
        waiting.reject(new StoreFull(answer.message))
      } else {
        state.turnReadOnly(answer.message)
        const Refusal = answer.failure === "refused" ? StoreReadOnly : OutcomeUnknown
        waiting.reject(new Refusal(answer.message))
      }
    },
    fail(reason) {
      // Closing ends the thread too, but only after it has answered every commit.
      if (!closed || pending.size > 0) state.turnReadOnly(reason)
      // What nobody will receive is not encoded: its memory may be freed as soon as its caller is answered.
      unsent = []
      for (const { reject } of pending.values()) reject(new OutcomeUnknown(reason))
      pending.clear()
    },
    stop() {
      closed = true
      sendUnsent()
    },
    async settled() {
      await Promise.allSettled([...pending.values()].map(({ promise }) => promise))
    },
  }
}
