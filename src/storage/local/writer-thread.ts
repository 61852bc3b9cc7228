// The thread that owns the write connection. It takes all waiting commits, runs them in one transaction with one fsync,
// and answers them together.
import type { DatabaseSync } from "node:sqlite"
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads"
import { assertDefined } from "../../base/assert.ts"
import type { Commit } from "../metadata-store.ts"
import { createTransactions, type RunTransaction } from "./apply-commits.ts"
import { decodeCommits } from "./commit-codec.ts"
import { openForWriting } from "./schema.ts"
import { keepRoomForNextStart, makeRoomForStart, releaseReserve } from "./reserve.ts"
import { isDiskFull } from "./sqlite-codes.ts"
import { type Acceptance, StartRefused } from "./start-refused.ts"
import { beginStamp, endStamp } from "./store-stamp.ts"
import type { CommitAnswer, WriterAnswer, WriterData, WriterRequest } from "./writer-messages.ts"

/** A transaction with this many commits or bytes gets no more. This bounds the wait of its first commit. */
const GROUP_COMMITS_MAX = 512
const GROUP_BYTES_MAX = 16 * 1024 * 1024

interface Waiting {
  readonly ticket: number
  readonly commit: Commit
  readonly mayUseReserve: boolean
}

interface Engine {
  readonly path: string
  readonly database: DatabaseSync
  readonly runTransaction: RunTransaction
  /** Why nothing is written any more. */
  brokenBy: string | undefined
}

function start(port: MessagePort, { path, accept }: WriterData): void {
  makeRoomForStart(path)
  const database = openForWriting(path)
  const begun = begin(path, database, accept)
  port.postMessage(begun)
  if (begun.kind === "start refused") {
    database.close()
    port.close()
    return
  }
  const runTransaction = createTransactions(database)
  const engine: Engine = { path, database, runTransaction, brokenBy: undefined }
  port.on("message", (first: WriterRequest) => {
    for (let request: WriterRequest | undefined = first; request !== undefined;) {
      if (request.kind === "close") {
        endStamp(path, database, request)
        keepRoomForNextStart(path)
        port.close()
        return
      }
      const { group, next } = gather(port, request)
      port.postMessage({ kind: "answers", answers: runGroup(engine, group) } satisfies WriterAnswer)
      request = next
    }
  })
}

function begin(
  path: string,
  database: DatabaseSync,
  accept: Acceptance,
): Exclude<WriterAnswer, { kind: "answers" }> {
  try {
    return { kind: "ready", accepted: beginStamp(path, database, accept) }
  } catch (error) {
    // An error's class does not survive posting to another thread.
    if (error instanceof StartRefused) return { kind: "start refused", message: error.message }
    throw error
  }
}

/** The commits of `first` and of what came behind it; `next` was received but does not belong to the group. */
function gather(
  port: MessagePort,
  first: Extract<WriterRequest, { kind: "commits" }>,
): { group: Waiting[]; next: WriterRequest | undefined } {
  const group = waitingOf(first)
  let groupBytes = first.block.byteLength
  while (group.length < GROUP_COMMITS_MAX && groupBytes < GROUP_BYTES_MAX) {
    const received = receiveMessageOnPort(port) as { message: WriterRequest } | undefined
    if (received?.message.kind !== "commits") return { group, next: received?.message }
    group.push(...waitingOf(received.message))
    groupBytes += received.message.block.byteLength
  }
  return { group, next: undefined }
}

function waitingOf(request: Extract<WriterRequest, { kind: "commits" }>): Waiting[] {
  return decodeCommits(request.block).map((commit, index) => ({
    ticket: request.firstTicket + index,
    commit,
    mayUseReserve: request.releases[index] === true,
  }))
}

function runGroup(engine: Engine, group: readonly Waiting[]): CommitAnswer[] {
  const { brokenBy } = engine
  if (brokenBy !== undefined) {
    return group.map(({ ticket }) => ({ ticket, failure: "refused", message: brokenBy }))
  }
  try {
    const results = engine.runTransaction(group.map(({ commit }) => commit))
    return group.map(({ ticket }, index) => ({
      ticket,
      result: assertDefined(results[index], "each commit has a result"),
    }))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!isDiskFull(error)) {
      engine.brokenBy = message
      return group.map(({ ticket }) => ({ ticket, failure: "broken", message }))
    }
    // The disk is full: some of the group, deletions among them, may still fit alone.
    if (group.length > 1) return group.flatMap((one) => runGroup(engine, [one]))
    if (group.every(({ mayUseReserve }) => mayUseReserve) && releaseReserve(engine.path)) {
      // The log begins anew, so that its blocks serve again.
      engine.database.exec("PRAGMA wal_checkpoint(RESTART)")
      return runGroup(engine, group)
    }
    return group.map(({ ticket }) => ({ ticket, failure: "full", message }))
  }
}

if (parentPort !== null) start(parentPort, workerData as WriterData)
