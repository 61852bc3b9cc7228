import { systemClock, isoTime } from "../base/clock.ts"
import { ConfigError } from "../config.ts"
import { openBlobs, openBlobsReadOnly } from "../data-directory.ts"
import { type BlobId, type BlobStore, parseBlobId } from "../storage/blob-store.ts"
import { createLog } from "./log.ts"

export const QUARANTINE_ACTIONS = ["list", "restore", "purge"] as const

interface QuarantineOptions {
  readonly olderThan?: string
  readonly all?: boolean
  readonly yes?: boolean
}

const DAY_MS = 24 * 60 * 60 * 1000

/** `osseal quarantine DIR list|restore|purge`: blob files in the directory that have no record. */
export async function runQuarantine(
  directory: string,
  action: (typeof QUARANTINE_ACTIONS)[number],
  ids: readonly string[],
  options: QuarantineOptions,
): Promise<void> {
  const isChosen = readChoice(action, ids, options)
  const log = createLog("warn")
  const opened =
    action === "list"
      ? openBlobsReadOnly(directory, log)
      : await openBlobs(directory, { clock: systemClock, log })
  try {
    let count = 0
    for (const { id, sinceMs } of await Array.fromAsync(opened.blobs.quarantined())) {
      if (!isChosen(id, sinceMs)) continue
      await ACT[action](opened.blobs, id, sinceMs)
      count += 1
    }
    process.stdout.write(`${count} blobs ${DONE[action]}\n`)
  } finally {
    await opened.close()
  }
}

type Action = (typeof QUARANTINE_ACTIONS)[number]

const ACT: Readonly<
  Record<Action, (blobs: BlobStore, id: BlobId, sinceMs: number) => Promise<void> | void>
> = {
  list: (_blobs, id, sinceMs) => {
    process.stdout.write(`${id}  set aside ${isoTime(sinceMs)}\n`)
  },
  restore: (blobs, id) => blobs.restore(id),
  purge: (blobs, id) => blobs.purge(id),
}

const DONE: Readonly<Record<Action, string>> = {
  list: "in quarantine",
  restore: "restored",
  purge: "purged",
}

/** The blobs that the arguments select. Throws ConfigError when the selection is unclear. */
function readChoice(
  action: Action,
  ids: readonly string[],
  { olderThan, all = false, yes = false }: QuarantineOptions,
): (id: BlobId, sinceMs: number) => boolean {
  const foreign = ids.find((id) => parseBlobId(id) === undefined)
  if (foreign !== undefined) {
    throw new ConfigError(`a blob is named by 32 hexadecimal digits, not by "${foreign}"`)
  }
  if (action === "list") return () => true
  if (action === "restore") {
    if (all === ids.length > 0) throw new ConfigError("restore takes ids of blobs, or --all")
    return (id) => all || ids.includes(id)
  }
  if (ids.length > 0 || all === (olderThan !== undefined)) {
    throw new ConfigError("purge takes --older-than DAYS, or --all --yes")
  }
  if (all && !yes) throw new ConfigError("purge --all deletes every blob in quarantine; add --yes")
  if (all) return () => true
  const days = /^\d{1,5}$/.test(olderThan ?? "") ? Number(olderThan) : NaN
  if (Number.isNaN(days)) throw new ConfigError(`--older-than takes days, not "${olderThan ?? ""}"`)
  const beforeMs = systemClock.nowMs() - days * DAY_MS
  return (_id, sinceMs) => sinceMs < beforeMs
}
