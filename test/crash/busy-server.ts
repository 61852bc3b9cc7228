// `osseal server` with a keeper that never rests. Arguments: DIRECTORY and the number of gateways; the access key comes
// from the environment.
import { setTimeout as delay } from "node:timers/promises"
import { systemClock } from "../../src/base/clock.ts"
import { createLog } from "../../src/cli/log.ts"
import { serveUntilSignal } from "../../src/cli/serve.ts"
import { takeStopSignals } from "../../src/cli/stop-signals.ts"
import { openDataDirectory } from "../../src/data-directory.ts"
import { fixedAccessKeys } from "../../src/identity/access-keys.ts"
import { type Budget, LeaseLost } from "../../src/keeper/job.ts"
import { createBudget, takeLease } from "../../src/keeper/keeper.ts"
import { sweepJob } from "../../src/objects/jobs/sweep.ts"
import type { ObjectStore } from "../../src/objects/object-store.ts"
import type { Guard } from "../../src/storage/metadata-store.ts"
import { startServer } from "../../src/server.ts"
import { TEST_ACCESS_KEY, TEST_CONFIG } from "../oss/running-server.ts"

const REST_MS = 20

/** Never used up, so that each sweep runs to its end. */
function endlessBudget(lease: Guard): Budget {
  return { ...createBudget(lease, new AbortController().signal), isSpent: () => false }
}

/** The server's own keeper may interfere when it starts. */
function isLeaseTaken(error: unknown): boolean {
  if (error instanceof LeaseLost) return true
  return error instanceof Error && error.message === "another keeper has taken the lease"
}

/** Runs the sweep again and again, each time under its own lease: the server's own keeper takes its lease once. */
async function sweepUntil(store: ObjectStore, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await sweepJob(store).run(undefined, endlessBudget(await takeLease(store)))
    } catch (error) {
      if (!isLeaseTaken(error)) throw error
    }
    await delay(REST_MS)
  }
}

const log = createLog("warn")
const surroundings = { region: TEST_CONFIG.region, clock: systemClock, log }
const unlock = { kind: "key-file", path: undefined } as const
const [directory = "", count = "1"] = process.argv.slice(2)
const gateways = Number(count)
const data = await openDataDirectory(directory, unlock, surroundings, { gateways })
const principal = { kind: "account", accountId: data.accountId } as const
const accessKeys = fixedAccessKeys([{ ...TEST_ACCESS_KEY, principal }])
/** Appends accept the encryption header with this setting only. */
const config = { ...TEST_CONFIG, encryptionHeaderOperations: "current" } as const
const further = gateways > 1 ? { count: gateways - 1, accessKey: TEST_ACCESS_KEY } : undefined
const server = await startServer(config, accessKeys, data, log, undefined, further)
const stopping = new AbortController()
const swept = sweepUntil(data.store, stopping.signal)
const lines = server.doors.map(
  ({ protocol, port }) => `  ${protocol.toUpperCase()}  http://127.0.0.1:${port}\n`,
)
const stop = async (): Promise<void> => {
  stopping.abort()
  await swept
  await server.stop()
}
const signals = takeStopSignals()
const text = lines.join("")
await serveUntilSignal({ server: { ...server, stop }, signals, log, text, tls: undefined })
signals.release()
