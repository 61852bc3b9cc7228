import { readFileSync } from "node:fs"
import type { KmsMode } from "./kms/kms-mode.ts"

/** Which operations take the encryption header: those of the founding document, or those of the service today. */
export type EncryptionHeaderOperations = "founding" | "current"

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent"

/** One listener. */
export interface Door {
  readonly protocol: "oss" | "kms" | "console"
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly isTls: boolean
  /** The setting that the port came from, for messages. */
  readonly flag: string
}

/** What a server is to be, apart from its secrets. */
export interface Config {
  /** At least one of OSS and of KMS. */
  readonly doors: readonly Door[]
  /** The files of the TLS doors' certificate; undefined when they have none, or one that is made by the start. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly region: string
  /** Host names under which a bucket may be the first label; *.aliyuncs.com is always understood. */
  readonly domains: readonly string[]
  readonly encryptionHeaderOperations: EncryptionHeaderOperations
  readonly logLevel: LogLevel
  /** Whether the key service is activated. */
  readonly kms: KmsMode
  readonly console: ConsoleConfig
}

export interface ConsoleConfig {
  /** Origins at which browsers reach the console beside its own, as a proxy in front of it has them. */
  readonly origins: readonly string[]
  /** The OSS door as browsers reach it; undefined: at the console's host name, at the door's own port. */
  readonly ossUrl: string | undefined
  /** Where its files lie, when not in the package. */
  readonly filesFolder?: string
  /** Whether this start ends the sessions of the console that are open. */
  readonly invalidatesSessions: boolean
}

/** What unlocks the root key. */
export type UnlockMethod =
  | { readonly kind: "key-file"; readonly path: string | undefined }
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "recovery-code"; readonly code: string }

export interface AccessKeySetting {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** Kept apart from Config, so that no one prints them with it. */
export interface Secrets {
  readonly unlock: UnlockMethod
  /** undefined: the data directory has one of its own. */
  readonly rootAccessKey: AccessKeySetting | undefined
}

/** A setting that cannot be followed; the message names it and says what it takes. */
export class ConfigError extends Error {
  override name = "ConfigError"
}

type Environment = Readonly<Record<string, string | undefined>>

/** The only place that reads the environment. */
export function readEnvironment(): Environment {
  return process.env
}

const SECRET_NAMES = [
  "OSSEAL_ACCESS_KEY_ID",
  "OSSEAL_ACCESS_KEY_SECRET",
  "OSSEAL_PASSPHRASE",
  "OSSEAL_RECOVERY_CODE",
]

/** The variables behind command-line options. */
const OPTION_NAMES = [
  "OSSEAL_CA_DIR",
  "OSSEAL_CONSOLE",
  "OSSEAL_CONSOLE_ORIGIN",
  "OSSEAL_CONSOLE_OSS_URL",
  "OSSEAL_CONSOLE_PORT",
  "OSSEAL_CONSOLE_TLS_PORT",
  "OSSEAL_DATA",
  "OSSEAL_DOMAIN",
  "OSSEAL_ENCRYPTION_HEADER_OPERATIONS",
  "OSSEAL_HOST",
  "OSSEAL_KMS",
  "OSSEAL_KMS_ENDPOINT",
  "OSSEAL_KMS_PORT",
  "OSSEAL_KMS_TLS_PORT",
  "OSSEAL_LOG_LEVEL",
  "OSSEAL_OSS_PORT",
  "OSSEAL_OSS_TLS_PORT",
  "OSSEAL_REGION",
  "OSSEAL_TLS_CERT",
  "OSSEAL_TLS_KEY",
  "OSSEAL_UNLOCK_KEY",
]

const PASSPHRASE_CHARACTERS_MIN = 8

/** Throws for a variable that looks like a setting and is none: a secret under a misspelt name would be ignored. */
export function checkVariableNames(environment: Environment): void {
  const known = [...OPTION_NAMES, ...SECRET_NAMES.flatMap((name) => [name, `${name}_FILE`])].sort()
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith("OSSEAL_") && !known.includes(name),
  )
  if (unknown === undefined) return
  throw new ConfigError(
    `${unknown} is no setting of osseal; unset it, or correct its name: there are ${known.join(", ")}`,
  )
}

/** Command-line options as the command line gives them: text, by their long names in camel case. */
export interface ServerOptions {
  readonly host: string
  readonly ossPort?: string
  readonly kmsPort?: string
  readonly ossTlsPort?: string
  readonly kmsTlsPort?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly region: string
  readonly domain: string
  readonly encryptionHeaderOperations: string
  readonly logLevel: string
  readonly kms?: string
  readonly console?: string
  readonly consolePort?: string
  readonly consoleTlsPort?: string
  readonly consoleOrigin?: string
  readonly consoleOssUrl?: string
  readonly invalidateSessions?: boolean
}

/** `makesCertificate`: the start makes a certificate, so that the files are not needed. */
export function readConfig(options: ServerOptions, makesCertificate = false): Config {
  const tls = readTls(options)
  return {
    doors: readDoors(options, { hasFiles: tls !== undefined, makesCertificate }),
    tls,
    region: readRegion(options.region),
    domains: options.domain.split(",").filter((domain) => domain !== ""),
    encryptionHeaderOperations: readChoice(
      "--encryption-header-operations",
      options.encryptionHeaderOperations,
      ["founding", "current"],
    ),
    logLevel: readChoice("--log-level", options.logLevel, [
      "debug",
      "info",
      "warn",
      "error",
      "silent",
    ]),
    kms: readChoice("--kms", options.kms ?? "on", ["on", "off", "ask"]),
    console: readConsole(options),
  }
}

function readConsole(options: ServerOptions): ConsoleConfig {
  const { consoleOrigin = "", consoleOssUrl, invalidateSessions = false } = options
  const origins = consoleOrigin.split(",").filter((origin) => origin !== "")
  return {
    origins: origins.map((origin) => readOrigin("--console-origin", origin)),
    ossUrl:
      consoleOssUrl === undefined ? undefined : readOrigin("--console-oss-url", consoleOssUrl),
    invalidatesSessions: invalidateSessions,
  }
}

/** `https://host` or `https://host:port`, as browsers spell it. */
function readOrigin(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:"
  if (url !== undefined && isHttp && url.origin === text.replace(/\/$/, "")) return url.origin
  throw new ConfigError(
    `${name} takes addresses such as https://console.example.com, not "${text}"`,
  )
}

function readTls({ tlsCert, tlsKey }: ServerOptions): Config["tls"] {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (!tlsCert || !tlsKey) {
    throw new ConfigError("--tls-cert and --tls-key go together; one is missing or empty")
  }
  return { certFile: tlsCert, keyFile: tlsKey }
}

/** With the files of a certificate, a plain door is opened only where its port is named. */
function readDoors(
  options: ServerOptions,
  {
    hasFiles,
    makesCertificate,
  }: { readonly hasFiles: boolean; readonly makesCertificate: boolean },
): Door[] {
  const hasTls = hasFiles || makesCertificate
  const asked = [
    ["oss", false, "--oss-port", options.ossPort ?? (hasFiles ? "off" : "9400")],
    ["kms", false, "--kms-port", options.kmsPort ?? (hasFiles ? "off" : "9401")],
    ["oss", true, "--oss-tls-port", options.ossTlsPort ?? (hasTls ? "9443" : "off")],
    ["kms", true, "--kms-tls-port", options.kmsTlsPort ?? (hasTls ? "9444" : "off")],
    ...consolePorts(options, { hasFiles, hasTls }),
  ] as const
  const doors: Door[] = []
  for (const [protocol, isTls, flag, text] of asked) {
    const port = readPort(flag, text)
    if (port === "off") continue
    if (isTls && !hasTls) {
      throw new ConfigError(`${flag} needs a certificate: --tls-cert and --tls-key`)
    }
    const other = doors.find((door) => door.port === port && port !== 0)
    if (other !== undefined) throw new ConfigError(`${flag} and ${other.flag} are both ${port}`)
    doors.push({ protocol, host: options.host, port, isTls, flag })
  }
  for (const protocol of ["oss", "kms"] as const) {
    if (doors.some((door) => door.protocol === protocol)) continue
    throw new ConfigError(`--${protocol}-port and --${protocol}-tls-port are both off; open one`)
  }
  return doors
}

/** Where the OSS door takes any free port, so does the console, unless its own is named. */
function consolePorts(
  options: ServerOptions,
  { hasFiles, hasTls }: { readonly hasFiles: boolean; readonly hasTls: boolean },
): (readonly ["console", boolean, string, string])[] {
  if (readChoice("--console", options.console ?? "on", ["on", "off"]) === "off") return []
  const plain = hasFiles ? "off" : options.ossPort === "0" ? "0" : "9402"
  const tls = !hasTls ? "off" : options.ossTlsPort === "0" ? "0" : "9445"
  return [
    ["console", false, "--console-port", options.consolePort ?? plain],
    ["console", true, "--console-tls-port", options.consoleTlsPort ?? tls],
  ]
}

function readPort(name: string, text: string): number | "off" {
  if (text === "off") return "off"
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (!(port <= 65535)) {
    throw new ConfigError(`${name} takes a port from 0 to 65535, or off, not "${text}"`)
  }
  return port
}

function readRegion(text: string): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) || text.startsWith("oss-")) {
    throw new ConfigError(
      `--region takes a name such as cn-hangzhou (without "oss-"), not "${text}"`,
    )
  }
  return text
}

function readChoice<const Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === text)
  if (choice === undefined) {
    throw new ConfigError(`${name} takes one of ${choices.join(", ")}, not "${text}"`)
  }
  return choice
}

/** The names of `server`'s secrets; each may also come from the file that NAME_FILE names. */
export function readSecrets(environment: Environment, unlockKeyFile: string | undefined): Secrets {
  const passphrase = readPassphrase(environment)
  const code = readSecret(environment, "OSSEAL_RECOVERY_CODE")
  if (unlockKeyFile === "") {
    throw new ConfigError("--unlock-key (OSSEAL_UNLOCK_KEY) is empty; name a file, or leave it out")
  }
  const given = [passphrase, code, unlockKeyFile].filter((each) => each !== undefined)
  if (given.length > 1) {
    throw new ConfigError(
      "the root key is unlocked by one of OSSEAL_PASSPHRASE, OSSEAL_RECOVERY_CODE and --unlock-key, but several are set",
    )
  }
  const unlock: UnlockMethod =
    passphrase !== undefined
      ? { kind: "passphrase", passphrase }
      : code !== undefined
        ? { kind: "recovery-code", code }
        : { kind: "key-file", path: unlockKeyFile }
  return { unlock, rootAccessKey: readAccessKey(environment) }
}

function readPassphrase(environment: Environment): string | undefined {
  const passphrase = readSecret(environment, "OSSEAL_PASSPHRASE")
  if (passphrase !== undefined && passphrase.length < PASSPHRASE_CHARACTERS_MIN) {
    throw new ConfigError(
      `OSSEAL_PASSPHRASE takes at least ${PASSPHRASE_CHARACTERS_MIN} characters: whoever copies the data can guess a shorter one`,
    )
  }
  return passphrase
}

/** The access key of the environment, which `server` takes as the account's root and the client commands sign with. */
export function readAccessKey(environment: Environment): AccessKeySetting | undefined {
  const accessKeyId = readSecret(environment, "OSSEAL_ACCESS_KEY_ID")
  const accessKeySecret = readSecret(environment, "OSSEAL_ACCESS_KEY_SECRET")
  if (accessKeyId === undefined && accessKeySecret === undefined) return undefined
  if (accessKeyId === undefined || accessKeySecret === undefined) {
    throw new ConfigError(
      "OSSEAL_ACCESS_KEY_ID and OSSEAL_ACCESS_KEY_SECRET go together; one is missing",
    )
  }
  if (!/^[A-Za-z0-9._-]{3,128}$/.test(accessKeyId)) {
    throw new ConfigError("OSSEAL_ACCESS_KEY_ID takes 3 to 128 letters, digits, '.', '_' and '-'")
  }
  if (accessKeySecret.length < 8) {
    throw new ConfigError("OSSEAL_ACCESS_KEY_SECRET takes at least 8 characters")
  }
  return { accessKeyId, accessKeySecret }
}

/**
 * The variable NAME, or the first line of the file that NAME_FILE names; undefined when neither is set. One that is set but
 * empty is refused: it would silently mean another way to unlock the data, or another access key.
 */
function readSecret(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  const path = environment[`${name}_FILE`]
  if (value !== undefined && path !== undefined) {
    throw new ConfigError(`${name} and ${name}_FILE are both set; keep one`)
  }
  if (path !== undefined) return readSecretFile(name, path)
  if (value === "") throw new ConfigError(`${name} is set but empty; give it a value, or unset it`)
  return value
}

function readSecretFile(name: string, path: string): string {
  if (path === "") {
    throw new ConfigError(`${name}_FILE is set but empty; name a file, or unset it`)
  }
  let secret: string
  try {
    secret = readFileSync(path, "utf8").split(/\r?\n/, 1)[0] ?? ""
  } catch (error) {
    throw new ConfigError(`${name}_FILE names a file that cannot be read: ${String(error)}`)
  }
  if (secret === "") {
    throw new ConfigError(`the first line of ${path}, which ${name}_FILE names, is empty`)
  }
  return secret
}

/** The documented access key of `dev`, which listens on loopback only and forgets everything. */
export const DEV_ACCESS_KEY: AccessKeySetting = {
  accessKeyId: "osseal-dev",
  accessKeySecret: "osseal-dev-secret",
}

export const DEV_ACCOUNT_ID = "1000000000000001"

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/

/** Throws unless `host` is a loopback address: what `dev` listens on, with credentials that everyone knows. */
export function checkLoopback(host: string): void {
  if (!LOOPBACK.test(host)) {
    throw new ConfigError(
      `dev has credentials that everyone knows, so it listens on loopback only, not on "${host}"; use \`osseal server\` for a network`,
    )
  }
}
