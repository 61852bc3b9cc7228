import type { DatabaseSync, StatementSync } from "node:sqlite"
import { asBuffer } from "../../base/bytes.ts"
import type { Tally } from "../metadata-store.ts"

/**
 * The sums of each group, kept in a table. The changes of a transaction are gathered in memory and written at its end,
 * so that a group costs one update however many commits count in it.
 */
export interface TallySums {
  /** The changes of one transaction. They end with it, even when it is rolled back. */
  begin(): TallyChanges
}

export interface TallyChanges {
  /** Counts one row and returns the number of its group, which is stored with the row. */
  count(tally: Tally): bigint
  /** Takes back the tally of a row. */
  takeBack(groupId: bigint, bytes: number): void
  /** Writes the changes. Nothing may be counted afterwards. */
  write(): void
}

interface Change {
  rows: number
  bytes: number
}

interface Statements {
  readonly find: StatementSync
  readonly insert: StatementSync
  readonly update: StatementSync
  readonly removeEmpty: StatementSync
}

export function createTallySums(database: DatabaseSync): TallySums {
  const find = database.prepare("SELECT id FROM groups WHERE name = ?")
  find.setReadBigInts(true)
  const statements: Statements = {
    find,
    insert: database.prepare("INSERT INTO groups (name, rows, bytes) VALUES (?, 0, 0)"),
    update: database.prepare("UPDATE groups SET rows = rows + ?, bytes = bytes + ? WHERE id = ?"),
    removeEmpty: database.prepare("DELETE FROM groups WHERE id = ? AND rows = 0"),
  }
  return { begin: () => beginChanges(statements) }
}

function beginChanges(statements: Statements): TallyChanges {
  const ids = new Map<string, bigint>()
  const changes = new Map<bigint, Change>()

  function idOf(group: Uint8Array): bigint {
    const name = asBuffer(group).toString("latin1")
    const known = ids.get(name)
    if (known !== undefined) return known
    const found = statements.find.get(group)?.["id"] as bigint | undefined
    const id = found ?? BigInt(statements.insert.run(group).lastInsertRowid)
    ids.set(name, id)
    return id
  }

  function change(id: bigint, rows: number, bytes: number): void {
    const sum = changes.get(id)
    if (sum === undefined) {
      changes.set(id, { rows, bytes })
      return
    }
    sum.rows += rows
    sum.bytes += bytes
  }

  return {
    count({ group, bytes }) {
      const id = idOf(group)
      change(id, 1, bytes)
      return id
    },
    takeBack: (groupId, bytes) => change(groupId, -1, -bytes),
    write() {
      for (const [id, { rows, bytes }] of changes) {
        if (rows !== 0 || bytes !== 0) statements.update.run(rows, bytes, id)
        if (rows <= 0) statements.removeEmpty.run(id)
      }
    },
  }
}
