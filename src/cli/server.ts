import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Log } from "../base/log.ts"
import { systemClock } from "../base/clock.ts"
import {
  type Config,
  readConfig,
  readEnvironment,
  type Secrets,
  type ServerOptions,
} from "../config.ts"
import { openDataDirectory, type OpenedData } from "../data-directory.ts"
import { type AccessKeys, storedAccessKeys } from "../identity/access-keys.ts"
import { ensureRootAccessKey } from "../identity/stored-access-keys.ts"
import { openPairFiles } from "../http/tls.ts"
import { type OpenDoor, startServer } from "../server.ts"
import { checkRolledBackRows } from "../storage/rolled-back-rows.ts"
import { readSecrets } from "../secrets.ts"
import { accountAccessKey } from "./access-key.ts"
import { createLog } from "./log.ts"
import { optimizeEarly } from "./optimize-early.ts"
import { describeConfig } from "./print-config.ts"
import { openReadyFile } from "./ready-file.ts"
import { type ServeOptions, serveUntilSignal } from "./serve.ts"
import { describeStart } from "./start-text.ts"
import { takeStopSignals } from "./stop-signals.ts"

interface ServerCommandOptions extends ServerOptions, ServeOptions {
  readonly unlockKey?: string
  readonly acceptMissingLog?: boolean
  readonly acceptOlderDatabase?: boolean
  readonly acceptRolledBackRows?: boolean
}

/** `osseal server DIR` */
export async function runServer(directory: string, options: ServerCommandOptions): Promise<void> {
  const config = readConfig(options)
  const secrets = readSecrets(readEnvironment(), options.unlockKey)
  if (options.printConfig === true) {
    const { unlock, rootAccessKey: accessKey } = secrets
    process.stdout.write(
      describeConfig({ command: "server", directory, config, unlock, accessKey }),
    )
    return
  }
  optimizeEarly()
  const log = createLog(config.logLevel)
  const readyFile = openReadyFile(options.readyFile)
  // Before anything is opened: a signal during the start stops the server cleanly once the start is done.
  const signals = takeStopSignals()
  const tls = config.tls && openPairFiles(config.tls, { log })
  const surroundings = { region: config.region, clock: systemClock, log, kms: config.kms }
  const { acceptMissingLog = false, acceptOlderDatabase = false } = options
  const accept = { missingLog: acceptMissingLog, olderDatabase: acceptOlderDatabase }
  const { gateways } = config
  const opening = { accept, gateways }
  const data = await openDataDirectory(directory, secrets.unlock, surroundings, opening)
  try {
    const isAccepted = options.acceptRolledBackRows === true
    await checkRolledBackRows(data.store, { isAccepted })
    warnOfOldCredentials(directory, log)
    const root = await openRootAccessKey(data, secrets)
    const further =
      gateways > 1 ? { count: gateways - 1, accessKey: secrets.rootAccessKey } : undefined
    const server = await startServer(config, root.accessKeys, data, log, tls, further)
    const rootKey = `unlocked by ${UNLOCKED_BY[secrets.unlock.kind]}`
    const text = startText(config, server.doors, root, { rootKey, directory })
    const { accessKeyId, madeSecret: accessKeySecret } = root
    readyFile.write(server.doors, { region: config.region, accessKeyId, accessKeySecret })
    await serveUntilSignal({ server, signals, log, text, tls, readyFile })
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

/** So that nobody uses the plaintext secret of an older version again by restoring its file. */
function warnOfOldCredentials(directory: string, log: Log): void {
  const path = join(directory, "credentials.json")
  if (!existsSync(path)) return
  log.warn(
    { path },
    "credentials.json is not used: the access key is stored sealed in the database",
  )
}

interface RootAccessKey {
  readonly accessKeys: AccessKeys
  readonly accessKeyId: string
  /** Created by this start, so it must be shown. */
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
      ? "secret: from the environment"
      : "secret: shown when it was created; `osseal access-key DIR replace` creates another"
  return describeStart(config, doors, {
    title: `osseal serves ${directory}`,
    credentials:
      madeSecret === undefined
        ? `${accessKeyId}   (${secret})`
        : `${accessKeyId} ${madeSecret}   (shown only once: keep it now)`,
    rootKey,
    accessKeyId,
    accessKeySecret: madeSecret,
  })
}
