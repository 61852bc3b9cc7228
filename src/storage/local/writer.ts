import { once } from "node:events"
import { assertDefined } from "../../base/assert.ts"
import type { Log } from "../../base/log.ts"
import {
  type Commit,
  type CommitResult,
  OutcomeUnknown,
  StoreFull,
  StoreReadOnly,
} from "../metadata-store.ts"
import { encodeCommits } from "./commit-codec.ts"
import { startThread } from "./threads.ts"
import type { CommitAnswer, WriterAnswer, WriterRequest } from "./writer-messages.ts"

/** The writer thread, seen from a thread that commits. */
export interface Writer {
  commit(commit: Commit): Promise<CommitResult>
  /** Ends after the commits that wait. */
  close(): Promise<void>
}

interface Pending {
  resolve(result: CommitResult): void
  reject(error: Error): void
}

/** Starts the writer thread on a database; resolves when it is open. */
export async function startWriter(path: string, log: Log): Promise<Writer> {
  const thread = startThread("writer-thread", { path })
  const pending = new Map<number, Pending>()
  let nextTicket = 0
  let unsent: Commit[] = []
  let readOnlyReason: string | undefined

  /** From here on nothing is written: a failed write is never tried again, since the disk may lie the second time. */
  function turnReadOnly(reason: string): void {
    if (readOnlyReason === undefined)
      log.fatal({ reason }, "the metadata store is read-only until restart")
    readOnlyReason ??= reason
  }

  function settle(answer: CommitAnswer): void {
    const { resolve, reject } = assertDefined(pending.get(answer.ticket), "an answer has a ticket")
    pending.delete(answer.ticket)
    if ("result" in answer) {
      resolve(answer.result)
      return
    }
    if (answer.failure === "full") {
      reject(new StoreFull(answer.message))
      return
    }
    turnReadOnly(answer.message)
    reject(new OutcomeUnknown(answer.message))
  }

  function send(): void {
    const commits = unsent
    unsent = []
    const block = encodeCommits(commits)
    const firstTicket = nextTicket - commits.length
    thread.postMessage({ kind: "commits", firstTicket, block } satisfies WriterRequest, [block])
  }

  thread.on("message", (answer: WriterAnswer) => {
    if (answer.kind === "answers") answer.answers.forEach(settle)
  })
  const failed = new Promise<never>((_resolve, reject) => {
    thread.on("error", (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      turnReadOnly(reason)
      for (const { reject: rejectCommit } of pending.values())
        rejectCommit(new OutcomeUnknown(reason))
      pending.clear()
      reject(error instanceof Error ? error : new Error(reason))
    })
  })
  failed.catch(() => undefined)
  await Promise.race([once(thread, "message"), failed])

  return {
    commit: (commit) =>
      new Promise((resolve, reject) => {
        if (readOnlyReason !== undefined) {
          reject(new StoreReadOnly(readOnlyReason))
          return
        }
        pending.set(nextTicket, { resolve, reject })
        nextTicket += 1
        // What is committed in one turn of the event loop travels together.
        if (unsent.push(commit) === 1) setImmediate(send)
      }),
    async close() {
      readOnlyReason ??= "the store is closed"
      if (unsent.length > 0) send()
      const exited = once(thread, "exit")
      thread.postMessage({ kind: "close" } satisfies WriterRequest)
      await exited
    },
  }
}
