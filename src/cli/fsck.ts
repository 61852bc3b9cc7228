import { systemClock } from "../base/clock.ts"
import { readEnvironment } from "../config.ts"
import { openDataDirectoryReadOnly } from "../data-directory.ts"
import { verifyStore, type VerifySummary } from "../objects/verify.ts"
import { checkLedgers } from "../storage/ledger-check.ts"
import { readSecrets } from "../secrets.ts"
import { createLog } from "./log.ts"

const PROGRESS_EVERY_MS = 200

/** `osseal fsck DIR` */
export async function runFsck(
  directory: string,
  options: { readonly unlockKey?: string },
): Promise<void> {
  const { unlock } = readSecrets(readEnvironment(), options.unlockKey)
  const surroundings = { region: "cn-hangzhou", clock: systemClock, log: createLog("warn") }
  const data = await openDataDirectoryReadOnly(directory, unlock, surroundings, {
    besideServer: false,
  })
  try {
    const summary = await verifyStore(data.store, {
      finding: ({ what, reason }) => process.stdout.write(`damaged  ${what}: ${reason}\n`),
      progress: createProgress(),
    })
    const rolledBack = await checkLedgers(data.store.metadata)
    for (const { family, reason } of rolledBack) {
      process.stdout.write(`rolled back  ${family} rows: ${reason}\n`)
    }
    process.stdout.write(`${describe(summary)}\n`)
    if (summary.damaged > 0) throw new Error(`${summary.damaged} damaged`)
    if (rolledBack.length > 0) throw new Error("rows were rolled back")
  } finally {
    await data.close()
  }
}

function describe(summary: VerifySummary): string {
  const { objects, parts, blobs, notVerified, leftovers, damaged } = summary
  return `${objects} objects, ${parts} parts, ${blobs} blobs; ${notVerified} not verified (their CMK cannot be used), ${leftovers} leftovers, ${damaged} damaged`
}

/** Rewrites one line of a terminal's standard error at intervals; silent elsewhere. */
function createProgress(): (summary: VerifySummary) => void {
  if (!process.stderr.isTTY) return () => undefined
  let shownMs = 0
  return ({ objects, parts }) => {
    const nowMs = performance.now()
    if (nowMs - shownMs < PROGRESS_EVERY_MS) return
    shownMs = nowMs
    process.stderr.write(`\r${objects} objects, ${parts} parts read `)
  }
}
