import type { Brand } from "../base/brand.ts"

/** 1 to 1,536 bytes, ordered as unsigned bytes. */
export type StoreKey = Uint8Array

/** Names the commit that wrote a row: 63 random bits, never 0. Versions have no order. */
export type Version = Brand<bigint, "Version">

/** Names a commit while it may be sent again: 48-bit milliseconds and random bits, in hexadecimal. */
export type CommitId = Brand<string, "CommitId">

/**
 * What a write expects to replace: the row as that commit left it, no row, or anything. "unread" is "any" for values that nobody
 * needs: what is replaced is neither read nor reported.
 */
export type Expect = Version | "absent" | "any" | "unread"

export interface Row {
  readonly key: StoreKey
  readonly value: Uint8Array
  readonly version: Version
}

/** A check, without a write, that a row is still as a commit left it. */
export interface Guard {
  readonly key: StoreKey
  readonly version: Version
}

/** What an existing row adds to the sums of a group: one row, and this many bytes. */
export interface Tally {
  /** 1 to 128 bytes. */
  readonly group: Uint8Array
  /** A safe integer, not negative. The sum over a group's rows must be a safe integer too. */
  readonly bytes: number
}

/** The sums over the rows of a group. */
export interface TallySum {
  readonly group: Uint8Array
  readonly rows: number
  readonly bytes: number
}

/**
 * `value: null` deletes. With `expect: "absent"` a deletion is a check that there is no row. A commit names each key
 * once. A row counts as the write that put it says. The same commit takes back what the previous row counted, whatever
 * the write expected; so a write without a tally takes the row out of every sum. A deletion has no tally.
 */
export interface Write {
  readonly key: StoreKey
  readonly value: Uint8Array | null
  readonly expect: Expect
  readonly tally?: Tally
}

export interface Commit {
  readonly id: CommitId
  /** The version of every row that this commit writes. */
  readonly version: Version
  readonly guards: readonly Guard[]
  readonly writes: readonly Write[]
  /**
   * The commit frees room or revokes a right, so it may use the reserve that the engine keeps for a full disk. Commits
   * that only delete may use the reserve without this flag.
   */
  readonly isRelease?: boolean
}

/** A value that a write with `expect: "any"` replaced or deleted. `damaged`: the value does not open. */
export type Displaced =
  | { readonly key: StoreKey; readonly value: Uint8Array }
  | { readonly key: StoreKey; readonly damaged: true }

export type CommitResult =
  | { readonly outcome: "applied"; readonly displaced: readonly Displaced[] | "unknown" }
  /** `key` is the first check that failed: a hint, not a promise that it is the only one. */
  | { readonly outcome: "conflict"; readonly key: StoreKey }

export interface Scan {
  /** The first key that may be returned. */
  readonly from: StoreKey
  /** The first key after the range. */
  readonly to: StoreKey
  readonly limit: number
  /** Descending order. Cannot be combined with `collapse`. */
  readonly reverse?: boolean
  /** false leaves values empty and allows 10,000 rows instead of 1,000. A function says it of each row. */
  readonly values?: boolean | ((key: StoreKey, version: Version) => boolean)
  /**
   * Keys that are equal up to the first `delimiter` after the first `after` bytes are returned once, as that prefix.
   */
  readonly collapse?: { readonly after: number; readonly delimiter: Uint8Array }
}

export type Scanned =
  | ({ readonly kind: "row" } & Row)
  | { readonly kind: "prefix"; readonly prefix: StoreKey }
  /** A row whose value does not open. It does not affect the rows around it. */
  | { readonly kind: "damaged"; readonly key: StoreKey; readonly version: Version }

/** Limits that every engine enforces by throwing LimitExceeded before it does anything. */
export const STORE_LIMITS = {
  keyBytesMax: 1536,
  /** 80 KiB: a blob of 64 KiB of plaintext, with room for what sealing adds. */
  valueBytesMax: 81_920,
  guardsMax: 16,
  writesMax: 1000,
  /** Keys, values and groups together. */
  commitBytesMax: 4_194_304,
  tallyGroupBytesMax: 128,
  getKeysMax: 1000,
  scanRowsMax: 1000,
  scanKeysMax: 10_000,
} as const

/**
 * The connection broke after the commit was sent. It was applied as a whole or not at all; sending it again finds out.
 */
export class OutcomeUnknown extends Error {
  override name = "OutcomeUnknown"
}

/** A caller exceeded one of STORE_LIMITS. Nothing was done. */
export class LimitExceeded extends Error {
  override name = "LimitExceeded"
}

/** The store accepts no more writes (failed fsync, full disk). Reads still work. Nothing of the commit was applied. */
export class StoreReadOnly extends Error {
  override name = "StoreReadOnly"
}

/** The disk has no room for this commit. Nothing of it was applied. Deletions still work while the log has room. */
export class StoreFull extends Error {
  override name = "StoreFull"
}

/**
 * A map of ordered keys to values, and the tallies of its rows.
 *
 * Guaranteed: commits are strictly serializable with each other. A resolved commit is durable and visible to every get
 * and scan started afterwards, on any thread. One get and one scan each see one state. Sending the same commit again
 * (same id) applies it at most once and reports its true outcome. Tallies change with the rows, in the same commit.
 *
 * Not guaranteed: a snapshot across calls; order of versions; which conflict is reported; that a conflict is final;
 * displaced values after a resend; notification; time.
 */
export interface MetadataStore {
  /** The rows under `keys`, from one snapshot and in that order. */
  get(keys: readonly StoreKey[]): Promise<(Row | undefined)[]>
  /** Up to `limit` rows and common prefixes in key order, from one snapshot. */
  scan(scan: Scan): Promise<Scanned[]>
  commit(commit: Commit): Promise<CommitResult>
  /**
   * The sums of the groups that start with `prefix`, in byte order, from one snapshot. Groups without rows are left
   * out.
   */
  tallies(prefix: Uint8Array): Promise<TallySum[]>
  close(): Promise<void>
}
