import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"
import { randomBytes } from "../../base/random.ts"
import { RESERVED_BYTES } from "./disk-space.ts"

// The bytes that osseal leaves free can be taken by others. So that deletions go through on a disk that is full to the
// last byte, a file holds some blocks, and is removed for them.
const RESERVE_BYTES = 32 * 1024 * 1024
const BLOCK_BYTES = 1024 * 1024

function reservePath(databasePath: string): string {
  return join(dirname(databasePath), "reserve")
}

/** Makes the reserve when there is none and the disk has room for more than it. */
export function fillReserve(databasePath: string): void {
  const path = reservePath(databasePath)
  if (statSync(path, { throwIfNoEntry: false })?.size === RESERVE_BYTES) return
  const { bavail, bsize } = statfsSync(dirname(path))
  if (bavail * bsize < RESERVE_BYTES + RESERVED_BYTES) return
  const file = openSync(path, "w", 0o600)
  try {
    // Random, since zeros may be stored as nothing.
    const block = randomBytes(BLOCK_BYTES)
    for (let at = 0; at < RESERVE_BYTES;) at += writeSync(file, block, 0, BLOCK_BYTES, at)
  } catch (error) {
    rmSync(path, { force: true })
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error
  } finally {
    closeSync(file)
  }
}

/** Gives the reserve's blocks back to the disk. false when there is none. */
export function releaseReserve(databasePath: string): boolean {
  const path = reservePath(databasePath)
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return false
  rmSync(path, { force: true })
  return true
}
