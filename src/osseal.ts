import { assertDefined } from "./base/assert.ts"
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
  readAccessKey,
  readConfig,
  type UnlockMethod,
} from "./config.ts"
import { openDataDirectory, openMemory, type OpenedData } from "./data-directory.ts"
import { findStoredAccessKey, ensureRootAccessKey } from "./identity/stored-access-keys.ts"
import { type OpenDoor, type RunningServer, startServer } from "./server.ts"
import type { KmsMode } from "./kms/kms-mode.ts"
import { checkRolledBackRows } from "./storage/rolled-back-rows.ts"

export type { AccessKeySetting, EncryptionHeaderOperations, KmsMode, LogLevel, UnlockMethod }

/** How and where a server listens; every setting may be left out. */
interface ListenSettings {
  /** 127.0.0.1 unless it is given. */
  readonly host?: string
  /** 0, the default, is any free port. */
  readonly ossPort?: number
  readonly kmsPort?: number
  /** cn-hangzhou unless it is given. */
  readonly region?: string
  /** Host names under which a bucket may be the first label; `localhost` unless they are given. */
  readonly domains?: readonly string[]
  /** `founding` unless it is given: see docs/guide/configure.md. */
  readonly encryptionHeaderOperations?: EncryptionHeaderOperations
  /** JSON lines on standard error; `warn` unless it is given. */
  readonly logLevel?: LogLevel
  /** Whether the key service is activated: `on` unless it is given. */
  readonly kms?: KmsMode
  /** The port of the web console, 0 for any free one; without it there is no console. */
  readonly consolePort?: number
}

export interface OssealSettings extends ListenSettings {
  /** A data directory, made when it does not exist. Without one everything stays in memory and is gone after `stop`. */
  readonly directory?: string
  /** What unlocks the directory's root key; without it the key file `unlock.key` in the directory. */
  readonly unlock?: UnlockMethod
  /**
   * The account's root access key. Without one a directory has a key of its own, and a server in memory the documented
   * key of `osseal dev`, which listens on loopback only.
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
  /** Takes no new requests, lets the running ones end for up to 30 s, and closes the data. */
  stop(): Promise<void>
}

/**
 * Starts a server in this process; resolves when both ports answer. Throws for a setting that cannot be followed, and
 * whatever keeps `osseal server` from starting: a directory in use, a root key that does not open, rows that were rolled
 * back.
 */
export async function startOsseal(settings: OssealSettings = {}): Promise<Osseal> {
  const config = configOf(settings)
  const given = checkAccessKey(settings.accessKey)
  if (settings.directory === undefined && settings.unlock !== undefined) {
    throw new ConfigError("`unlock` needs a directory: in memory there is nothing to unlock")
  }
  if (settings.directory === undefined && given === undefined) {
    config.doors.forEach(({ host }) => checkLoopback(host))
  }
  const data = await openData(settings, config)
  try {
    const accessKey = given ?? (await accessKeyOf(data))
    const log = createLog(config.logLevel)
    const server = await startServer(config, accountAccessKey(accessKey, data), data, log)
    const oss = requireDoor(server, "oss")
    const kms = requireDoor(server, "kms")
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

function requireDoor({ doors }: RunningServer, protocol: OpenDoor["protocol"]): OpenDoor {
  const door = doors.find((each) => each.protocol === protocol)
  return assertDefined(door, `no door of ${protocol} is open`)
}

/** The same checks as those of the command line. Throws ConfigError. */
function configOf(settings: ListenSettings): Config {
  return readConfig({
    host: settings.host ?? "127.0.0.1",
    ossPort: String(settings.ossPort ?? 0),
    kmsPort: String(settings.kmsPort ?? 0),
    region: settings.region ?? "cn-hangzhou",
    domain: (settings.domains ?? ["localhost"]).join(","),
    encryptionHeaderOperations: settings.encryptionHeaderOperations ?? "founding",
    logLevel: settings.logLevel ?? "warn",
    kms: settings.kms ?? "on",
    ...(settings.consolePort === undefined
      ? { console: "off" }
      : { consolePort: String(settings.consolePort) }),
  })
}

/** Throws ConfigError for a pair that clients could not sign with. */
function checkAccessKey(accessKey: AccessKeySetting | undefined): AccessKeySetting | undefined {
  return (
    accessKey &&
    readAccessKey({
      OSSEAL_ACCESS_KEY_ID: accessKey.accessKeyId,
      OSSEAL_ACCESS_KEY_SECRET: accessKey.accessKeySecret,
    })
  )
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

/** Whoever has this process has the root key, so the secret is no secret to it. */
async function accessKeyOf(data: OpenedData): Promise<AccessKeySetting> {
  if (data.root === undefined) return DEV_ACCESS_KEY
  const { metadata } = data
  const { accessKeyId, madeSecret } = await ensureRootAccessKey({ metadata, clock: systemClock })
  const accessKeySecret =
    madeSecret ?? (await findStoredAccessKey(metadata, accessKeyId))?.accessKeySecret
  if (accessKeySecret === undefined) throw new Error(`the access key ${accessKeyId} is gone`)
  return { accessKeyId, accessKeySecret }
}
