import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Log } from "../base/log.ts"
import { systemClock } from "../base/clock.ts"
import {
  type Config,
  readConfig,
  readEnvironment,
  readSecrets,
  type Secrets,
  type ServerOptions,
} from "../config.ts"
import { openDataDirectory, type OpenedData } from "../data-directory.ts"
import { type AccessKeys, storedAccessKeys } from "../identity/access-keys.ts"
import { ensureRootAccessKey } from "../identity/stored-access-keys.ts"
import { openPairFiles } from "../http/tls.ts"
import { type OpenDoor, startServer } from "../server.ts"
import { checkRolledBackRows } from "../storage/rolled-back-rows.ts"
import { accountAccessKey } from "./access-key.ts"
import { createLog } from "./log.ts"
import { serveUntilSignal } from "./serve.ts"
import { describeStart } from "./start-text.ts"
import { takeStopSignals } from "./stop-signals.ts"

interface ServerCommandOptions extends ServerOptions {
  readonly unlockKey?: string
  readonly acceptMissingLog?: boolean
  readonly acceptOlderDatabase?: boolean
  readonly acceptRolledBackRows?: boolean
}

/** `osseal server DIR` */
export async function runServer(directory: string, options: ServerCommandOptions): Promise<void> {
  const config = readConfig(options)
  const secrets = readSecrets(readEnvironment(), options.unlockKey)
  const log = createLog(config.logLevel)
  // Before anything is opened: a signal during the start stops it cleanly, once it is done.
  const signals = takeStopSignals()
  const tls = config.tls && openPairFiles(config.tls, { log })
  const surroundings = { region: config.region, clock: systemClock, log, kms: config.kms }
  const { acceptMissingLog = false, acceptOlderDatabase = false } = options
  const accept = { missingLog: acceptMissingLog, olderDatabase: acceptOlderDatabase }
  const data = await openDataDirectory(directory, secrets.unlock, surroundings, { accept })
  try {
    const isAccepted = options.acceptRolledBackRows === true
    await checkRolledBackRows(data.store, { isAccepted })
    warnOfOldCredentials(directory, log)
    const root = await openRootAccessKey(data, secrets)
    const server = await startServer(config, root.accessKeys, data, log, tls)
    const rootKey = `unlocked by ${UNLOCKED_BY[secrets.unlock.kind]}`
    const text = startText(config, server.doors, root, { rootKey, directory })
    await serveUntilSignal({ server, signals, log, text, tls })
  } catch (error) {
    tls?.close()
    await data.close()
    throw error
  } finally {
    signals.release()
  }
}

const UNLOCKED_BY = {
  "key-file": "its key file",
  passphrase: "the passphrase",
  "recovery-code": "a recovery code",
} as const

/** The secret that lay there in clear does not come to be used again by being put back. */
function warnOfOldCredentials(directory: string, log: Log): void {
  const path = join(directory, "credentials.json")
  if (!existsSync(path)) return
  log.warn({ path }, "credentials.json is not used: the access key lies sealed in the database")
}

interface RootAccessKey {
  readonly accessKeys: AccessKeys
  readonly accessKeyId: string
  /** Made by this start, so it is to be shown. */
  readonly madeSecret: string | undefined
  readonly from: "environment" | "database"
}

async function openRootAccessKey(data: OpenedData, secrets: Secrets): Promise<RootAccessKey> {
  const { rootAccessKey } = secrets
  if (rootAccessKey !== undefined) {
    const accessKeys = accountAccessKey(rootAccessKey, data)
    const { accessKeyId } = rootAccessKey
    return { accessKeys, accessKeyId, madeSecret: undefined, from: "environment" }
  }
  const ensured = await ensureRootAccessKey({ metadata: data.metadata, clock: systemClock })
  const accessKeys = storedAccessKeys(data.metadata, data.accountId)
  return { accessKeys, ...ensured, from: "database" }
}

function startText(
  config: Config,
  doors: readonly OpenDoor[],
  { accessKeyId, madeSecret, from }: RootAccessKey,
  { rootKey, directory }: { rootKey: string; directory: string },
): string {
  const secret =
    from === "environment"
      ? "secret: the environment's"
      : "secret: shown when it was made; `osseal access-key DIR replace` makes another"
  return describeStart(config, doors, {
    title: `osseal serves ${directory}`,
    credentials:
      madeSecret === undefined
        ? `${accessKeyId}   (${secret})`
        : `${accessKeyId} ${madeSecret}   (shown this once: keep it now)`,
    rootKey,
    accessKeyId,
    accessKeySecret: madeSecret,
  })
}
