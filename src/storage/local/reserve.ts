import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"
import { randomBytes } from "../../base/random.ts"
import { hasCode } from "./blob-files.ts"
import { RESERVED_BYTES } from "./disk-space.ts"

// DIR/reserve/ holds blocks and inodes that no other program can take. On a completely full disk they are released for
// a start, and for commits that free or revoke something.

const PIECE_BYTES = 4 * 1024 * 1024
const PIECES: readonly string[] = Array.from({ length: 8 }, (_, index) => `piece-${index}`)
const RESERVE_BYTES = PIECE_BYTES * PIECES.length
const INODES_MIN = 64
const PIECES_FOR_START = 2

function reserveFolder(databasePath: string): string {
  return join(dirname(databasePath), "reserve")
}

function piecesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => PIECES.includes(name))
  } catch (error) {
    if (hasCode(error, "ENOENT")) return []
    throw error
  }
}

/** Creates one missing piece if the disk has room for it besides `keptFreeBytes`. Returns whether it did. */
export function growReserve(
  databasePath: string,
  { keptFreeBytes }: { readonly keptFreeBytes: number } = {
    keptFreeBytes: RESERVED_BYTES + RESERVE_BYTES,
  },
): boolean {
  const folder = reserveFolder(databasePath)
  const there = piecesIn(folder)
  const missing = PIECES.find((name) => !there.includes(name))
  if (missing === undefined) return false
  const { bavail, bsize } = statfsSync(dirname(databasePath))
  if (bavail * bsize < keptFreeBytes + PIECE_BYTES) return false
  return writePiece(folder, missing)
}

function writePiece(folder: string, name: string): boolean {
  const path = join(folder, name)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = openSync(path, "wx", 0o600)
    try {
      // Random, because a file system may store zeros as nothing.
      const bytes = randomBytes(PIECE_BYTES)
      for (let at = 0; at < PIECE_BYTES;) at += writeSync(file, bytes, at)
    } finally {
      closeSync(file)
    }
    return true
  } catch (error) {
    rmSync(path, { force: true })
    if (!hasCode(error, "ENOSPC") && !hasCode(error, "EDQUOT")) throw error
    return false
  }
}

/**
 * Releases pieces of the reserve to the disk, where other programs may take them. Returns false when nothing was left.
 */
export function releaseReserve(databasePath: string, pieces = 1): boolean {
  const folder = reserveFolder(databasePath)
  const there = piecesIn(folder).slice(0, pieces)
  for (const name of there) rmSync(join(folder, name), { force: true })
  return there.length > 0
}

/** A start's log and index take a few blocks and two inodes: releases part of the reserve when the disk has none. */
export function makeRoomForStart(databasePath: string): void {
  const { bavail, bsize, files, ffree } = statfsSync(dirname(databasePath))
  const hasInodes = files === 0 || ffree >= INODES_MIN
  if (bavail * bsize < PIECE_BYTES || !hasInodes) {
    releaseReserve(databasePath, PIECES_FOR_START)
  }
}

/** When the store closes on a nearly full disk, keeps the remaining room for the next start. */
export function keepRoomForNextStart(databasePath: string): void {
  const { bavail, bsize } = statfsSync(dirname(databasePath))
  if (bavail * bsize >= RESERVED_BYTES) return
  while (growReserve(databasePath, { keptFreeBytes: 0 }));
}
