import { systemClock } from "./base/clock.ts"
import { accountAccessKey } from "./cli/access-key.ts"
import { createLog } from "./cli/log.ts"
import { endpoint } from "./cli/start-text.ts"
import {
  type AccessKeySetting,
  checkLoopback,
  ConfigError,
  type Config,
  DEV_ACCESS_KEY,
  type EncryptionHeaderOperations,
  type LogLevel,
  type UnlockMethod,
} from "./config.ts"
import { openDataDirectory, openMemory, type OpenedData } from "./data-directory.ts"
import { findStoredAccessKey, ensureRootAccessKey } from "./identity/stored-access-keys.ts"
import { checkAccessKey, configOf, requireDoor } from "./in-process.ts"
import type { KmsMode } from "./kms/kms-mode.ts"
import type { ListenSettings } from "./listen-settings.ts"
import { startServer } from "./server.ts"
import { checkRolledBackRows } from "./storage/rolled-back-rows.ts"

export type { AccessKeySetting, EncryptionHeaderOperations, KmsMode, LogLevel, UnlockMethod }

export interface OssealSettings extends ListenSettings {
  /**
   * A data directory, created when it does not exist. Without one, everything stays in memory and is lost after `stop`.
   */
  readonly directory?: string
  /** What unlocks the directory's root key; when omitted, the key file `unlock.key` in the directory. */
  readonly unlock?: UnlockMethod
  /**
   * The account's root access key. When omitted, a directory has its own key, and a server in memory uses the
   * documented key of `osseal dev`, which listens on loopback only.
   */
  readonly accessKey?: AccessKeySetting
}

/** A server that runs in this process. */
export interface Osseal {
  /** `http://127.0.0.1:PORT` */
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
  /** undefined unless `consolePort` was given. */
  readonly consoleEndpoint: string | undefined
  readonly ossPort: number
  readonly kmsPort: number
  readonly region: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Accepts no new requests, lets those in progress finish for up to 30 s, and closes the data. */
  stop(): Promise<void>
}

/**
 * Starts a server in this process; resolves when both ports accept requests. Throws for an invalid setting, and for
 * whatever prevents `osseal server` from starting: a directory in use, a root key that cannot be unlocked, rows that
 * were rolled back.
 */
export async function startOsseal(settings: OssealSettings = {}): Promise<Osseal> {
  const config = configOf(settings)
  const given = checkAccessKey(settings.accessKey)
  if (settings.directory === undefined && settings.unlock !== undefined) {
    throw new ConfigError("`unlock` needs a directory: in memory there is nothing to unlock")
  }
  if (settings.directory === undefined && given === undefined) {
    config.doors.forEach(({ host }) =>
      checkLoopback(host, "set `accessKey` to your own access key"),
    )
  }
  const data = await openData(settings, config)
  try {
    const accessKey = given ?? (await accessKeyOf(data))
    const log = createLog(config.logLevel)
    const server = await startServer(config, accountAccessKey(accessKey, data), data, log)
    const oss = requireDoor(server.doors, "oss")
    const kms = requireDoor(server.doors, "kms")
    return {
      ossEndpoint: endpoint(oss),
      kmsEndpoint: endpoint(kms),
      consoleEndpoint: server.doors
        .filter(({ protocol }) => protocol === "console")
        .map(endpoint)[0],
      ossPort: oss.port,
      kmsPort: kms.port,
      region: config.region,
      ...accessKey,
      stop: () => server.stop(),
    }
  } catch (error) {
    await data.close()
    throw error
  }
}

async function openData(settings: OssealSettings, config: Config): Promise<OpenedData> {
  const { directory, unlock = { kind: "key-file", path: undefined } } = settings
  const surroundings = {
    region: config.region,
    clock: systemClock,
    log: createLog(config.logLevel),
    kms: config.kms,
  }
  if (directory === undefined) return await openMemory(surroundings)
  const data = await openDataDirectory(directory, unlock, surroundings)
  try {
    await checkRolledBackRows(data.store, { isAccepted: false })
    return data
  } catch (error) {
    await data.close()
    throw error
  }
}

/** Code in this process has the root key, so the secret is not secret from it. */
async function accessKeyOf(data: OpenedData): Promise<AccessKeySetting> {
  if (data.root === undefined) return DEV_ACCESS_KEY
  const { metadata } = data
  const { accessKeyId, madeSecret } = await ensureRootAccessKey({ metadata, clock: systemClock })
  const accessKeySecret =
    madeSecret ?? (await findStoredAccessKey(metadata, accessKeyId))?.accessKeySecret
  if (accessKeySecret === undefined) throw new Error(`the access key ${accessKeyId} is gone`)
  return { accessKeyId, accessKeySecret }
}
