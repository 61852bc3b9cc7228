// The thread that owns the write connection. It takes all waiting commits, runs them in one transaction with one fsync,
// and answers them together.
import type { DatabaseSync } from "node:sqlite"
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads"
import { assertDefined } from "../../base/assert.ts"
import { freeMemory } from "../../base/free-memory.ts"
import type { Commit, CommitResult } from "../metadata-store.ts"
import { createTransactions, type RunTransaction } from "./apply-commits.ts"
import { decodeCommits } from "./commit-codec.ts"
import { createRowChanges, type RowChanges } from "./row-changes.ts"
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
  readonly client: MessagePort
  readonly ticket: number
  readonly commit: Commit
  readonly mayUseReserve: boolean
}

interface Engine {
  readonly path: string
  readonly database: DatabaseSync
  readonly runTransaction: RunTransaction
  readonly changes: RowChanges
  /** Why writes have ended. */
  brokenBy: string | undefined
}

function start(port: MessagePort, { path, accept, changes: memory }: WriterData): void {
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
  const changes = createRowChanges(memory)
  const engine: Engine = { path, database, runTransaction, changes, brokenBy: undefined }
  const clients = [port]
  const take = (from: MessagePort, first: WriterRequest): void => {
    for (let next: Received | undefined = { from, request: first }; next !== undefined;) {
      const { request } = next
      if (request.kind === "close") {
        endStamp(path, database, request)
        keepRoomForNextStart(path)
        for (const client of clients) client.close()
        return
      }
      if (request.kind === "client") {
        const { port: client } = request
        clients.push(client)
        client.on("message", (message: WriterRequest) => take(client, message))
        client.on("close", () => clients.splice(clients.indexOf(client), 1))
        return
      }
      const gathered = gather(clients, next.from, request)
      answer(runGroup(engine, gathered.group))
      for (const block of gathered.blocks) freeMemory(new Uint8Array(block))
      next = gathered.next
    }
  }
  port.on("message", (message: WriterRequest) => take(port, message))
}

/** A message and its sender. */
interface Received {
  readonly from: MessagePort
  readonly request: WriterRequest
}

/** The outcome of one commit, and the client that waits for it. */
type Settled = readonly [client: MessagePort, answer: CommitAnswer]

/** Sends each client the outcomes of its commits in one message. */
function answer(settled: readonly Settled[]): void {
  for (const [client, own] of Map.groupBy(settled, ([client]) => client)) {
    const answers = own.map(([, each]) => each)
    client.postMessage({ kind: "answers", answers } satisfies WriterAnswer)
  }
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

type Commits = Extract<WriterRequest, { kind: "commits" }>

/**
 * The commits of `first` and of the clients' requests behind it, with the memory that they are views of. `next` was received but does not belong to the group.
 */
function gather(
  clients: readonly MessagePort[],
  from: MessagePort,
  first: Commits,
): { group: Waiting[]; blocks: readonly ArrayBuffer[]; next: Received | undefined } {
  const group = waitingOf(from, first)
  const blocks = [first.block]
  let groupBytes = first.block.byteLength
  const isFull = (): boolean => group.length >= GROUP_COMMITS_MAX || groupBytes >= GROUP_BYTES_MAX
  for (const client of clients) {
    while (!isFull()) {
      const received = receiveMessageOnPort(client) as { message: WriterRequest } | undefined
      if (received === undefined) break
      const { message } = received
      if (message.kind !== "commits") {
        return { group, blocks, next: { from: client, request: message } }
      }
      group.push(...waitingOf(client, message))
      blocks.push(message.block)
      groupBytes += message.block.byteLength
    }
  }
  return { group, blocks, next: undefined }
}

function waitingOf(client: MessagePort, request: Commits): Waiting[] {
  return decodeCommits(request.block).map((commit, index) => ({
    client,
    ticket: request.firstTicket + index,
    commit,
    mayUseReserve: request.releases[index] === true,
  }))
}

function runGroup(engine: Engine, group: readonly Waiting[]): Settled[] {
  const { brokenBy } = engine
  if (brokenBy !== undefined) {
    return group.map(({ client, ticket }) => [
      client,
      { ticket, failure: "refused", message: brokenBy },
    ])
  }
  const rows = group.flatMap(({ commit }) => commit.writes.map(({ key }) => key))
  const end = engine.changes.begin(rows)
  let results: CommitResult[]
  try {
    results = engine.runTransaction(group.map(({ commit }) => commit))
  } catch (error) {
    end()
    return failGroup(engine, group, error)
  }
  end()
  return group.map(({ client, ticket }, index) => [
    client,
    { ticket, result: assertDefined(results[index], "each commit has a result") },
  ])
}

function failGroup(engine: Engine, group: readonly Waiting[], error: unknown): Settled[] {
  const message = error instanceof Error ? error.message : String(error)
  if (!isDiskFull(error)) {
    engine.brokenBy = message
    return group.map(({ client, ticket }) => [client, { ticket, failure: "broken", message }])
  }
  // The disk is full: some commits of the group, such as deletions, may still fit alone.
  if (group.length > 1) return group.flatMap((one) => runGroup(engine, [one]))
  if (group.every(({ mayUseReserve }) => mayUseReserve) && releaseReserve(engine.path)) {
    // Restarts the log, so that its blocks are reused.
    engine.database.exec("PRAGMA wal_checkpoint(RESTART)")
    return runGroup(engine, group)
  }
  return group.map(({ client, ticket }) => [client, { ticket, failure: "full", message }])
}

if (parentPort !== null) start(parentPort, workerData as WriterData)
