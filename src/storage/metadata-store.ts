import type { Brand } from "../base/brand.ts"

/** 1 to 1,536 bytes, ordered as unsigned bytes. */
export type StoreKey = Uint8Array

/** Names the commit that wrote a row: 63 random bits, never 0. Versions have no order. */
export type Version = Brand<bigint, "Version">

/** Names a commit for as long as it may be sent again: 48-bit milliseconds and random bits, in hexadecimal. */
export type CommitId = Brand<string, "CommitId">

/** What a write expects to replace: the row as that commit left it, no row, or whatever is there. */
export type Expect = Version | "absent" | "any"

export interface Row {
  readonly key: StoreKey
  readonly value: Uint8Array
  readonly version: Version
}

/** A check, without a write, that a row is still as one commit left it. */
export interface Guard {
  readonly key: StoreKey
  readonly version: Version
}

/** What a row counts for, as long as it is there: one row, and so many bytes, in the sums of a group. */
export interface Tally {
  /** 1 to 128 bytes. */
  readonly group: Uint8Array
  /** A safe integer, not negative. What a group's rows count together must be one too. */
  readonly bytes: number
}

/** What the rows of a group count together. */
export interface TallySum {
  readonly group: Uint8Array
  readonly rows: number
  readonly bytes: number
}

/**
 * `value: null` deletes. With `expect: "absent"` a deletion is a check that there is no row. A commit names each key once.
 * A row counts as the write that put it says. What the row before it counted is taken back in the same commit, whatever
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
  /** The version that every row written by this commit gets. */
  readonly version: Version
  readonly guards: readonly Guard[]
  readonly writes: readonly Write[]
  /**
   * It frees room, or takes a right away: it may use the reserve that the engine keeps for a full disk. Commits that only
   * delete may do so without it.
   */
  readonly isRelease?: boolean
}

/** A value that a write with `expect: "any"` replaced or deleted. `damaged`: there was one, and it does not open. */
export type Displaced =
  | { readonly key: StoreKey; readonly value: Uint8Array }
  | { readonly key: StoreKey; readonly damaged: true }

export type CommitResult =
  | { readonly outcome: "applied"; readonly displaced: readonly Displaced[] | "unknown" }
  /** `key` is the first check that failed: a hint, not a promise that it is the only one. */
  | { readonly outcome: "conflict"; readonly key: StoreKey }

export interface Scan {
  /** The first key that may be answered. */
  readonly from: StoreKey
  /** The first key that may not be answered any more. */
  readonly to: StoreKey
  readonly limit: number
  /** Descending order; not together with `collapse`. */
  readonly reverse?: boolean
  /** false leaves values out (empty) and allows 10,000 rows instead of 1,000. */
  readonly values?: boolean
  /** Keys that share everything up to the first `delimiter` behind the first `after` bytes are answered once, as that prefix. */
  readonly collapse?: { readonly after: number; readonly delimiter: Uint8Array }
}

export type Scanned =
  | ({ readonly kind: "row" } & Row)
  | { readonly kind: "prefix"; readonly prefix: StoreKey }
  /** A row whose value does not open. The rows around it do not suffer from it. */
  | { readonly kind: "damaged"; readonly key: StoreKey; readonly version: Version }

/** Bounds that every engine enforces by throwing LimitExceeded before it does anything. */
export const STORE_LIMITS = {
  keyBytesMax: 1536,
  valueBytesMax: 65_536,
  guardsMax: 16,
  writesMax: 1000,
  /** Keys, values and groups. */
  commitBytesMax: 4_194_304,
  tallyGroupBytesMax: 128,
  getKeysMax: 1000,
  scanRowsMax: 1000,
  scanKeysMax: 10_000,
} as const

/** The connection broke after the commit was sent: it was applied whole or not at all, and sending it again tells which. */
export class OutcomeUnknown extends Error {
  override name = "OutcomeUnknown"
}

/** A caller broke one of STORE_LIMITS; nothing was done. */
export class LimitExceeded extends Error {
  override name = "LimitExceeded"
}

/** The store takes no more writes (failed fsync, full disk); reads go on. Nothing of the commit was applied. */
export class StoreReadOnly extends Error {
  override name = "StoreReadOnly"
}

/** The disk has no room for this commit; nothing of it was applied. Deletions go on while the log has room. */
export class StoreFull extends Error {
  override name = "StoreFull"
}

/**
 * Ordered keys to values, and what the rows count.
 *
 * Promised: commits are strictly serializable with each other. A commit that resolved is durable and seen by every get
 * and scan started afterwards, on any thread. One get and one scan each see one state. Sending the same commit again
 * (same id) applies it at most once and tells the truth. Tallies change with the rows, in the same commit.
 *
 * Not promised: a snapshot across calls; order of versions; which conflict is reported; that a conflict is final;
 * displaced values after a resend; notification; time.
 */
export interface MetadataStore {
  /** The rows under `keys`, from one snapshot and in that order. */
  get(keys: readonly StoreKey[]): Promise<(Row | undefined)[]>
  /** Up to `limit` rows and common prefixes in key order, from one snapshot. */
  scan(scan: Scan): Promise<Scanned[]>
  commit(commit: Commit): Promise<CommitResult>
  /** The sums of the groups that start with `prefix`, in byte order, from one snapshot. A group without rows is left out. */
  tallies(prefix: Uint8Array): Promise<TallySum[]>
  close(): Promise<void>
}
