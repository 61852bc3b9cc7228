import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { Commit, CommitResult, Displaced, Expect, StoreKey, Write } from "../metadata-store.ts"
import { INLINE_VALUE_BYTES_MAX } from "./schema.ts"
import { createTallySums, type TallyChanges } from "./tally-sums.ts"

/** At least this many commit ids are kept for a resend, and less than a trim more. */
const REMEMBERED_COMMITS = 10_000
/** Forgetting ids in batches makes a commit a sixth cheaper. */
const COMMITS_PER_TRIM = 256

interface Existing {
  readonly version: bigint
  readonly value: Uint8Array | null
  readonly large: bigint | null
  readonly tally_group: bigint | null
  readonly tally_bytes: bigint | null
}

interface Statements {
  readonly find: StatementSync
  readonly put: StatementSync
  readonly remove: StatementSync
  readonly readLarge: StatementSync
  readonly putLarge: StatementSync
  readonly removeLarge: StatementSync
  readonly findCommit: StatementSync
  readonly putCommit: StatementSync
  readonly trimCommits: StatementSync
}

/**
 * Applies commits one after another in one transaction, durable when it returns. When it throws, none of them was
 * applied; after a failed fsync, nobody knows.
 */
export type RunTransaction = (commits: readonly Commit[]) => CommitResult[]

export function createTransactions(database: DatabaseSync): RunTransaction {
  const statements = prepare(database)
  const sums = createTallySums(database)
  return (commits) => {
    database.exec("BEGIN IMMEDIATE")
    try {
      const tallies = sums.begin()
      const results = commits.map((commit) => apply({ statements, tallies }, commit))
      tallies.write()
      database.exec("COMMIT")
      return results
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK")
      throw error
    }
  }
}

interface Transaction {
  readonly statements: Statements
  readonly tallies: TallyChanges
}

/** Checks everything before it writes, so a conflict has changed nothing and needs no savepoint. */
function apply(transaction: Transaction, commit: Commit): CommitResult {
  const { statements } = transaction
  if (statements.findCommit.get(commit.id) !== undefined) {
    return { outcome: "applied", displaced: "unknown" }
  }
  for (const { key, version } of commit.guards) {
    if (!isExpected(find(statements, key), version)) return conflictAt(key)
  }
  const existing = commit.writes.map(({ key }) => find(statements, key))
  const failed = commit.writes.find(({ expect }, index) => !isExpected(existing[index], expect))
  if (failed !== undefined) return conflictAt(failed.key)
  const displaced: Displaced[] = []
  commit.writes.forEach((write, index) => {
    const old = existing[index]
    if (write.expect === "any" && old !== undefined) {
      displaced.push({ key: copyOf(write.key), value: readValue(statements, old) })
    }
    replace(transaction, write, old, commit.version)
  })
  const sequence = Number(statements.putCommit.run(commit.id).lastInsertRowid)
  if (sequence % COMMITS_PER_TRIM === 0) {
    statements.trimCommits.run(sequence - REMEMBERED_COMMITS)
  }
  return { outcome: "applied", displaced }
}

function prepare(database: DatabaseSync): Statements {
  const find = database.prepare(
    "SELECT version, value, large, tally_group, tally_bytes FROM rows WHERE key = ?",
  )
  find.setReadBigInts(true)
  return {
    find,
    put: database.prepare(
      "INSERT INTO rows (key, version, value, large, tally_group, tally_bytes) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value, large = excluded.large, tally_group = excluded.tally_group, tally_bytes = excluded.tally_bytes",
    ),
    remove: database.prepare("DELETE FROM rows WHERE key = ?"),
    readLarge: database.prepare("SELECT value FROM large WHERE id = ?"),
    putLarge: database.prepare("INSERT INTO large (value) VALUES (?)"),
    removeLarge: database.prepare("DELETE FROM large WHERE id = ?"),
    findCommit: database.prepare("SELECT 1 FROM commits WHERE id = ?"),
    putCommit: database.prepare("INSERT INTO commits (id) VALUES (?)"),
    trimCommits: database.prepare("DELETE FROM commits WHERE sequence <= ?"),
  }
}

/** Keys are views of the block they arrived in, and posting a view posts the whole block. */
function copyOf(key: StoreKey): StoreKey {
  return new Uint8Array(key)
}

function conflictAt(key: StoreKey): CommitResult {
  return { outcome: "conflict", key: copyOf(key) }
}

function find(statements: Statements, key: StoreKey): Existing | undefined {
  return statements.find.get(key) as Existing | undefined
}

function isExpected(row: Existing | undefined, expect: Expect): boolean {
  if (expect === "any" || expect === "unread") return true
  if (expect === "absent") return row === undefined
  return row?.version === expect
}

function readValue(statements: Statements, { value, large }: Existing): Uint8Array {
  if (large === null) return value ?? new Uint8Array(0)
  return statements.readLarge.get(large)?.["value"] as Uint8Array
}

function replace(
  { statements, tallies }: Transaction,
  { key, value, tally }: Write,
  old: Existing | undefined,
  version: bigint,
): void {
  if (old !== undefined && old.large !== null) statements.removeLarge.run(old.large)
  if (old !== undefined && old.tally_group !== null) {
    tallies.takeBack(old.tally_group, Number(old.tally_bytes))
  }
  if (value === null) {
    if (old !== undefined) statements.remove.run(key)
    return
  }
  const group = tally === undefined ? null : tallies.count(tally)
  const counted = [group, tally?.bytes ?? null] as const
  if (value.length <= INLINE_VALUE_BYTES_MAX) {
    statements.put.run(key, version, value, null, ...counted)
  } else {
    const { lastInsertRowid } = statements.putLarge.run(value)
    statements.put.run(key, version, null, lastInsertRowid, ...counted)
  }
}
