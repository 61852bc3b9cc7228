import { asBuffer } from "../../base/bytes.ts"
import type { Commit, CommitId, Expect, Tally, Version, Write } from "../metadata-store.ts"

// Commits travel to the writer thread as one block of bytes that is moved, not copied: a plain Buffer would carry along
// the whole pool that it is a slice of.
//   commits (4) { id (32 ASCII), version (8), guards (2) { key, version (8) }, writes (2) { key, expect (1), [version (8)], value, tally } }
//   key = length (2) || bytes; value = length + 1 (4) || bytes, 0 for a deletion
//   tally = length of the group (1) || group || bytes as a double (8), which holds every safe integer; 0 for none

const EXPECT = { absent: 0, any: 1, version: 2, unread: 3 } as const
const ID_CHARACTERS = 32

/** Encodes several commits as one block. */
export function encodeCommits(commits: readonly Commit[]): ArrayBuffer {
  const block = new ArrayBuffer(4 + commits.reduce((sum, commit) => sum + commitBytes(commit), 0))
  const bytes = Buffer.from(block)
  let at = bytes.writeUInt32BE(commits.length, 0)
  const putKey = (key: Uint8Array): void => {
    at = bytes.writeUInt16BE(key.length, at)
    bytes.set(key, at)
    at += key.length
  }
  const putWrite = ({ key, value, expect, tally }: Write): void => {
    putKey(key)
    at = bytes.writeUInt8(typeof expect === "bigint" ? EXPECT.version : EXPECT[expect], at)
    if (typeof expect === "bigint") at = bytes.writeBigUInt64BE(expect, at)
    at = bytes.writeUInt32BE(value === null ? 0 : value.length + 1, at)
    if (value !== null) {
      bytes.set(value, at)
      at += value.length
    }
    at = bytes.writeUInt8(tally?.group.length ?? 0, at)
    if (tally === undefined) return
    bytes.set(tally.group, at)
    at = bytes.writeDoubleBE(tally.bytes, at + tally.group.length)
  }
  for (const { id, version, guards, writes } of commits) {
    at += bytes.write(id, at, ID_CHARACTERS, "latin1")
    at = bytes.writeBigUInt64BE(version, at)
    at = bytes.writeUInt16BE(guards.length, at)
    for (const guard of guards) {
      putKey(guard.key)
      at = bytes.writeBigUInt64BE(guard.version, at)
    }
    at = bytes.writeUInt16BE(writes.length, at)
    writes.forEach(putWrite)
  }
  return block
}

function commitBytes({ guards, writes }: Commit): number {
  const guardBytes = guards.reduce((sum, { key }) => sum + 10 + key.length, 0)
  const writeBytes = writes.reduce(
    (sum, { key, value, expect, tally }) =>
      sum +
      8 +
      key.length +
      (value?.length ?? 0) +
      (typeof expect === "bigint" ? 8 : 0) +
      (tally === undefined ? 0 : tally.group.length + 8),
    0,
  )
  return ID_CHARACTERS + 12 + guardBytes + writeBytes
}

/** The commits of a block. Keys and values are views of it. */
export function decodeCommits(block: ArrayBuffer): Commit[] {
  const bytes = asBuffer(new Uint8Array(block))
  let at = 4
  const take = (length: number): Buffer => bytes.subarray(at, (at += length))
  const takeKey = (): Buffer => take(take(2).readUInt16BE())
  const takeVersion = (): Version => take(8).readBigUInt64BE() as Version
  const takeExpect = (): Expect => {
    const kind = take(1).readUInt8()
    if (kind === EXPECT.version) return takeVersion()
    if (kind === EXPECT.absent) return "absent"
    return kind === EXPECT.any ? "any" : "unread"
  }
  const takeValue = (): Buffer | null => {
    const marker = take(4).readUInt32BE()
    return marker === 0 ? null : take(marker - 1)
  }
  const takeTally = (): { tally?: Tally } => {
    const length = take(1).readUInt8()
    return length === 0 ? {} : { tally: { group: take(length), bytes: take(8).readDoubleBE() } }
  }
  const times = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one)
  return times(bytes.readUInt32BE(0), () => ({
    id: take(ID_CHARACTERS).toString("latin1") as CommitId,
    version: takeVersion(),
    guards: times(take(2).readUInt16BE(), () => ({ key: takeKey(), version: takeVersion() })),
    writes: times(take(2).readUInt16BE(), () => ({
      key: takeKey(),
      expect: takeExpect(),
      value: takeValue(),
      ...takeTally(),
    })),
  }))
}
