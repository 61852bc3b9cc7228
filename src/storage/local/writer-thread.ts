// The thread that owns the write connection. It takes all the commits that wait, runs them in one transaction with one
// fsync, and answers them together.
import type { DatabaseSync } from "node:sqlite"
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads"
import type { Commit, CommitResult } from "../metadata-store.ts"
import { type ApplyCommit, createApplyCommit } from "./apply-commits.ts"
import { decodeCommits } from "./commit-codec.ts"
import { openForWriting } from "./schema.ts"
import type { CommitAnswer, WriterAnswer, WriterRequest } from "./writer-messages.ts"

/** The most commits in one transaction; bounds how long the first of them waits. */
const GROUP_COMMITS_MAX = 512
const SQLITE_FULL = 13

interface Waiting {
  readonly ticket: number
  readonly commit: Commit
}

function start(port: MessagePort, path: string): void {
  const database = openForWriting(path)
  const apply = createApplyCommit(database)
  port.postMessage({ kind: "ready" } satisfies WriterAnswer)
  port.on("message", (first: WriterRequest) => {
    for (let request: WriterRequest | undefined = first; request !== undefined;) {
      if (request.kind === "close") {
        database.close()
        port.close()
        return
      }
      const group = waitingOf(request)
      request = undefined
      while (group.length < GROUP_COMMITS_MAX) {
        const next = receiveMessageOnPort(port) as { message: WriterRequest } | undefined
        if (next?.message.kind === "commits") {
          group.push(...waitingOf(next.message))
          continue
        }
        request = next?.message
        break
      }
      port.postMessage({ kind: "answers", answers: runGroup(database, apply, group) })
    }
  })
}

function waitingOf(request: Extract<WriterRequest, { kind: "commits" }>): Waiting[] {
  return decodeCommits(request.block).map((commit, index) => ({
    ticket: request.firstTicket + index,
    commit,
  }))
}

function runGroup(
  database: DatabaseSync,
  apply: ApplyCommit,
  group: readonly Waiting[],
): CommitAnswer[] {
  try {
    const results = runTransaction(database, apply, group)
    return results.map(({ ticket, result }) => ({ ticket, result }))
  } catch (error) {
    if (!isFull(error)) return group.map(({ ticket }) => failure(ticket, "broken", error))
    // The disk is full: some of the group, deletions among them, may still fit alone.
    if (group.length > 1) return group.flatMap((one) => runGroup(database, apply, [one]))
    return group.map(({ ticket }) => failure(ticket, "full", error))
  }
}

function runTransaction(
  database: DatabaseSync,
  apply: ApplyCommit,
  group: readonly Waiting[],
): { ticket: number; result: CommitResult }[] {
  database.exec("BEGIN IMMEDIATE")
  try {
    const results = group.map(({ ticket, commit }) => ({ ticket, result: apply(commit) }))
    database.exec("COMMIT")
    return results
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK")
    throw error
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_FULL
}

function failure(ticket: number, kind: "full" | "broken", error: unknown): CommitAnswer {
  return { ticket, failure: kind, message: error instanceof Error ? error.message : String(error) }
}

if (parentPort !== null) start(parentPort, (workerData as { path: string }).path)
