import { once } from "node:events"
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

interface Pending {
  readonly resolve: (result: CommitResult) => void
  readonly reject: (error: Error) => void
}

export interface WriterSurroundings {
  readonly state: ReadOnlyState
  /** What the operator accepts that the database is. */
  readonly accept: Acceptance
  /** Receives a description of the accepted mismatch. */
  readonly accepted: (what: string) => void
}

/** Starts the writer thread on a database. Resolves when it is open. Throws StartRefused when the database does not
 * belong to its directory. */
export async function startWriter(
  path: string,
  { state, accept, accepted }: WriterSurroundings,
): Promise<Writer> {
  const thread = startThread("writer-thread", { path, accept } satisfies WriterData)
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
    queue.close()
    await ended
    throw new StartRefused(begun.message)
  }
  if (begun.kind === "ready" && begun.accepted !== undefined) accepted(begun.accepted)
  return {
    commit: queue.commit,
    async close() {
      queue.close()
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
  readonly close: () => void
}

type Send = (request: WriterRequest, moved: ArrayBuffer[]) => void

function createQueue(send: Send, state: ReadOnlyState): Queue {
  const pending = new Map<number, Pending>()
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
    commit: (commit) =>
      new Promise((resolve, reject) => {
        const refusal = closed ? "the store is closed" : state.reason()
        if (refusal !== undefined) {
          reject(new StoreReadOnly(refusal))
          return
        }
        pending.set(nextTicket, { resolve, reject })
        nextTicket += 1
        // What is committed in one turn of the event loop travels together.
        if (unsent.push(commit) === 1) setImmediate(sendUnsent)
      }),
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
      for (const { reject } of pending.values()) reject(new OutcomeUnknown(reason))
      pending.clear()
    },
    close() {
      closed = true
      sendUnsent()
      send({ kind: "close", isWell: state.reason() === undefined }, [])
    },
  }
}
