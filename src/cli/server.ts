import { systemClock } from "../base/clock.ts"
import {
  readConfig,
  readEnvironment,
  readSecrets,
  type Config,
  type ServerOptions,
} from "../config.ts"
import { openDataDirectory } from "../data-directory.ts"
import { checkRolledBackRows } from "../storage/rolled-back-rows.ts"
import { startServer } from "../server.ts"
import { credentialsPath, readOrCreateCredentials, type Credentials } from "./credentials.ts"
import { createLog } from "./log.ts"
import { serveUntilSignal } from "./serve.ts"
import { describeStart } from "./start-text.ts"

/** `osseal server DIR` */
export async function runServer(
  directory: string,
  options: ServerOptions & {
    readonly unlockKey?: string
    readonly acceptRolledBackRows?: boolean
  },
): Promise<void> {
  const config = readConfig(options)
  const secrets = readSecrets(readEnvironment(), options.unlockKey)
  const log = createLog(config.logLevel)
  const surroundings = { region: config.region, clock: systemClock, log }
  const data = await openDataDirectory(directory, secrets.unlock, surroundings)
  try {
    const isAccepted = options.acceptRolledBackRows === true
    await checkRolledBackRows(data.store, { isAccepted })
    const credentials =
      secrets.rootAccessKey === undefined
        ? await readOrCreateCredentials(directory)
        : { ...secrets.rootAccessKey, isNew: false }
    const server = await startServer(config, credentials, data, log)
    const rootKey = `unlocked by ${UNLOCKED_BY[secrets.unlock.kind]}`
    const from =
      secrets.rootAccessKey === undefined ? credentialsPath(directory) : "the environment"
    const text = startText(config, server, credentials, { rootKey, from, directory })
    await serveUntilSignal(server, log, text)
  } catch (error) {
    await data.close()
    throw error
  }
}

const UNLOCKED_BY = {
  "key-file": "its key file",
  passphrase: "the passphrase",
  "recovery-code": "a recovery code",
} as const

function startText(
  config: Config,
  ports: { readonly ossPort: number; readonly kmsPort: number },
  credentials: Credentials,
  { rootKey, from, directory }: { rootKey: string; from: string; directory: string },
): string {
  const shown = credentials.isNew && process.stdout.isTTY
  return describeStart(config, ports, {
    title: `osseal serves ${directory}`,
    credentials: shown
      ? `${credentials.accessKeyId} ${credentials.accessKeySecret}   (shown once; also in ${from})`
      : `${credentials.accessKeyId}   (secret: ${from})`,
    rootKey,
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: shown ? credentials.accessKeySecret : undefined,
  })
}
