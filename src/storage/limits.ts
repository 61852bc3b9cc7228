import { asBuffer, compareBytes } from "../base/bytes.ts"
import {
  type Commit,
  LimitExceeded,
  type Row,
  type Scan,
  STORE_LIMITS,
  type StoreKey,
  type Write,
} from "./metadata-store.ts"

function checkAtMost(what: string, count: number, countMax: number): void {
  if (count > countMax) throw new LimitExceeded(`${what}: ${count}, at most ${countMax}`)
}

function checkKey(key: StoreKey): void {
  if (key.length === 0) throw new LimitExceeded("an empty key")
  checkAtMost("bytes of a key", key.length, STORE_LIMITS.keyBytesMax)
}

function checkTally({ value, tally }: Write): void {
  if (tally === undefined) return
  const { group, bytes } = tally
  if (value === null) throw new LimitExceeded("a deletion counts nothing")
  if (group.length === 0) throw new LimitExceeded("a tally of an empty group")
  checkAtMost("bytes of a group", group.length, STORE_LIMITS.tallyGroupBytesMax)
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw new LimitExceeded("a tally's bytes are a safe integer and not negative")
  }
}

function storedValueBytesMax(): number {
  return STORE_LIMITS.valueBytesMax
}

/**
 * Throws LimitExceeded. `valueBytesMaxOf` returns less than the limit for rows whose values a decorator makes longer.
 */
export function checkCommit(
  commit: Commit,
  valueBytesMaxOf: (key: StoreKey) => number = storedValueBytesMax,
): void {
  checkAtMost("guards", commit.guards.length, STORE_LIMITS.guardsMax)
  checkAtMost("writes", commit.writes.length, STORE_LIMITS.writesMax)
  let commitBytes = 0
  for (const write of commit.writes) {
    const { key, value, tally } = write
    checkKey(key)
    checkAtMost("bytes of a value", value?.length ?? 0, valueBytesMaxOf(key))
    checkTally(write)
    commitBytes += key.length + (value?.length ?? 0) + (tally?.group.length ?? 0)
  }
  for (const { key } of commit.guards) checkKey(key)
  checkAtMost("bytes of a commit", commitBytes, STORE_LIMITS.commitBytesMax)
  if (hasTwice(commit.writes)) throw new LimitExceeded("a commit writes one key twice")
}

function hasTwice(writes: readonly Write[]): boolean {
  if (writes.length < 2) return false
  const [first, second] = writes
  if (writes.length === 2 && first !== undefined && second !== undefined) {
    return compareBytes(first.key, second.key) === 0
  }
  return new Set(writes.map(({ key }) => asBuffer(key).toString("latin1"))).size < writes.length
}

/** Throws LimitExceeded. */
export function checkGet(keys: readonly StoreKey[]): void {
  checkAtMost("keys of a get", keys.length, STORE_LIMITS.getKeysMax)
  keys.forEach(checkKey)
}

/** Throws LimitExceeded. */
export function checkScan(scan: Scan): void {
  const limitMax = scan.values === false ? STORE_LIMITS.scanKeysMax : STORE_LIMITS.scanRowsMax
  if (!(scan.limit >= 1)) throw new LimitExceeded("a scan's limit is at least 1")
  checkAtMost("rows of a scan", scan.limit, limitMax)
  if (scan.reverse === true && scan.collapse !== undefined) {
    throw new LimitExceeded("a scan collapses in ascending order only")
  }
}

/** Throws LimitExceeded. */
export function checkTallies(prefix: Uint8Array): void {
  checkAtMost("bytes of a group's prefix", prefix.length, STORE_LIMITS.tallyGroupBytesMax)
}

/** Whether a scan returns the value of a row. */
export function wantsValue({ values = true }: Scan, { key, version }: Row): boolean {
  return typeof values === "function" ? values(key, version) : values
}

/** Whether no key is between the bounds. */
export function isEmptyScan({ from, to }: Scan): boolean {
  return compareBytes(from, to) >= 0
}
