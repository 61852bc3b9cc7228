import { availableParallelism } from "node:os"
import type { KmsMode } from "./kms/kms-mode.ts"

/** Which operations accept the encryption header: those of the founding document, or those of the service today. */
export type EncryptionHeaderOperations = "founding" | "current"

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent"

/** One listener. */
export interface Door {
  readonly protocol: "oss" | "kms" | "console"
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly isTls: boolean
  /** The setting that the port came from, for messages. */
  readonly flag: string
}

/** The settings of a server, apart from its secrets. */
export interface Config {
  /** At least one for OSS and one for KMS. */
  readonly doors: readonly Door[]
  /**
   * The certificate files of the TLS listeners; undefined when there are no TLS listeners, or when the start creates
   * the certificate.
   */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly region: string
  /** Host names under which a bucket may be the first label; *.aliyuncs.com is always accepted. */
  readonly domains: readonly string[]
  readonly encryptionHeaderOperations: EncryptionHeaderOperations
  readonly logLevel: LogLevel
  /** How many threads serve OSS requests. */
  readonly gateways: number
  /** Whether every request of the OSS listeners is logged at info. Requests of the KMS listeners always are. */
  readonly accessLog: boolean
  /** Whether the key service is activated. */
  readonly kms: KmsMode
  readonly console: ConsoleConfig
}

export interface ConsoleConfig {
  /** Origins at which browsers reach the console in addition to its own, for a proxy in front of it. */
  readonly origins: readonly string[]
  /** The OSS listener as browsers reach it; undefined means the console's host name and the listener's own port. */
  readonly ossUrl: string | undefined
  /** Where its files are, when not in the package. */
  readonly filesFolder?: string
  /** Whether this start ends the open sessions of the console. */
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

/** Kept apart from Config, so that they are never printed with it. */
export interface Secrets {
  readonly unlock: UnlockMethod
  /** undefined: the data directory has its own. */
  readonly rootAccessKey: AccessKeySetting | undefined
}

/** An invalid setting; the message names it and says which values it accepts. */
export class ConfigError extends Error {
  override name = "ConfigError"
}

export type Environment = Readonly<Record<string, string | undefined>>

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
  "OSSEAL_ACCESS_LOG",
  "OSSEAL_CA_DIR",
  "OSSEAL_CONSOLE",
  "OSSEAL_CONSOLE_ORIGIN",
  "OSSEAL_CONSOLE_OSS_URL",
  "OSSEAL_CONSOLE_PORT",
  "OSSEAL_CONSOLE_TLS_PORT",
  "OSSEAL_DATA",
  "OSSEAL_DOMAIN",
  "OSSEAL_ENCRYPTION_HEADER_OPERATIONS",
  "OSSEAL_GATEWAYS",
  "OSSEAL_HOST",
  "OSSEAL_KMS",
  "OSSEAL_KMS_ENDPOINT",
  "OSSEAL_KMS_PORT",
  "OSSEAL_KMS_TLS_PORT",
  "OSSEAL_LOG_LEVEL",
  "OSSEAL_OSS_PORT",
  "OSSEAL_OSS_TLS_PORT",
  "OSSEAL_READY_FILE",
  "OSSEAL_REGION",
  "OSSEAL_TLS_CERT",
  "OSSEAL_TLS_KEY",
  "OSSEAL_UNLOCK_KEY",
]

/** Variables with the prefix that are set for other purposes, and are no misspelt settings. */
const NAMES_OF_OTHERS = [
  // Kubernetes gives every container the addresses of a Service that is called osseal.
  /^OSSEAL_SERVICE_(HOST|PORT)(_|$)/,
  /^OSSEAL_PORT(_\d+_|$)/,
  // Scripts that start or measure osseal name its checkouts and its arguments.
  /^OSSEAL_(DIR|DIR_B|ARGS)$/,
]

/**
 * Throws for an unknown variable that looks like a setting: a secret under a misspelt name would otherwise be ignored.
 */
export function checkVariableNames(environment: Environment): void {
  const known = [...OPTION_NAMES, ...SECRET_NAMES.flatMap((name) => [name, `${name}_FILE`])].sort()
  const unknown = Object.keys(environment).filter(
    (name) =>
      name.startsWith("OSSEAL_") &&
      !known.includes(name) &&
      !NAMES_OF_OTHERS.some((pattern) => pattern.test(name)),
  )
  if (unknown.length === 0) return
  const wrong =
    unknown.length === 1
      ? `${unknown.join()} is not a setting of osseal; unset it, or correct its name`
      : `${unknown.join(", ")} are not settings of osseal; unset them, or correct their names`
  throw new ConfigError(`${wrong}: there are ${known.join(", ")}`)
}

/** Variables about stored data, of which `dev` has none. */
const NAMES_OF_KEPT_DATA = [
  "OSSEAL_DATA",
  "OSSEAL_UNLOCK_KEY",
  "OSSEAL_PASSPHRASE",
  "OSSEAL_PASSPHRASE_FILE",
  "OSSEAL_RECOVERY_CODE",
  "OSSEAL_RECOVERY_CODE_FILE",
]

/** Throws ConfigError if a variable about stored data is set: whoever sets it expects data to be stored. */
export function checkNothingKept(environment: Environment): void {
  const found = NAMES_OF_KEPT_DATA.find((name) => environment[name] !== undefined)
  if (found === undefined) return
  throw new ConfigError(
    `${found} is set, but dev keeps everything in memory, including its root key; unset it, or start osseal server DIR`,
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
  /** All processors but one, when omitted. */
  readonly gateways?: string
  readonly accessLog?: string
  readonly kms?: string
  readonly console?: string
  readonly consolePort?: string
  readonly consoleTlsPort?: string
  readonly consoleOrigin?: string
  readonly consoleOssUrl?: string
  readonly invalidateSessions?: boolean
}

/** `makesCertificate`: the start creates a certificate, so the files are not needed. */
export function readConfig(options: ServerOptions, makesCertificate = false): Config {
  const tls = readTls(options)
  return {
    doors: readDoors(
      { ...options, host: readHost(options.host) },
      { hasFiles: tls !== undefined, makesCertificate },
    ),
    tls,
    region: readRegion(options.region),
    domains: readDomains(options.domain),
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
    gateways: readGateways(options.gateways),
    accessLog: readChoice("--access-log", options.accessLog ?? "off", ["off", "on"]) === "on",
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
    const missing = tlsCert ? "--tls-key" : "--tls-cert"
    throw new ConfigError(`--tls-cert and --tls-key go together; ${missing} is missing or empty`)
  }
  return { certFile: tlsCert, keyFile: tlsKey }
}

/** With certificate files, a plain listener is opened only where its port is set. */
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
      throw new ConfigError(`${flag} needs a certificate; set one with --tls-cert and --tls-key`)
    }
    const other = doors.find((door) => door.port === port && port !== 0)
    if (other !== undefined) {
      throw new ConfigError(`${flag} and ${other.flag} are both ${port}; change one of them`)
    }
    doors.push({ protocol, host: options.host, port, isTls, flag })
  }
  for (const protocol of ["oss", "kms"] as const) {
    if (doors.some((door) => door.protocol === protocol)) continue
    throw new ConfigError(`--${protocol}-port and --${protocol}-tls-port are both off; enable one`)
  }
  return doors
}

/** Where the OSS listener uses any free port, so does the console, unless its own port is set. */
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

/** Throws ConfigError. */
export function readPort(name: string, text: string): number | "off" {
  if (text === "off") return "off"
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (!(port <= 65535)) {
    throw new ConfigError(`${name} takes a port from 0 to 65535, or off, not "${text}"`)
  }
  return port
}

const GATEWAYS_MAX = 64

function readGateways(text: string | undefined): number {
  if (text === undefined) return Math.min(Math.max(availableParallelism() - 1, 1), GATEWAYS_MAX)
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= GATEWAYS_MAX) return count
  throw new ConfigError(`--gateways takes a number from 1 to ${GATEWAYS_MAX}, not "${text}"`)
}

/** Without an address, the system would listen on all of them. */
function readHost(text: string): string {
  if (text === "" || /\s/.test(text)) {
    throw new ConfigError(`--host takes an address or a host name, not "${text}"`)
  }
  return text
}

function readDomains(text: string): string[] {
  const domains = text.split(",").filter((domain) => domain !== "")
  const wrong = domains.find((domain) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(domain))
  if (wrong === undefined) return domains
  throw new ConfigError(
    `--domain takes host names in lower case, separated by commas without spaces; "${wrong}" is not a host name`,
  )
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

/** The documented access key of `dev`, which keeps nothing and serves this key on loopback only. */
export const DEV_ACCESS_KEY: AccessKeySetting = {
  accessKeyId: "osseal-dev",
  accessKeySecret: "osseal-dev-secret",
}

export const DEV_ACCOUNT_ID = "1000000000000001"

/** Whether an access key is the documented one, no matter who set it. */
export function isDevAccessKey({ accessKeySecret }: AccessKeySetting): boolean {
  return accessKeySecret === DEV_ACCESS_KEY.accessKeySecret
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/

/** Throws unless `host` is a loopback address, the only kind where publicly known credentials may be served. */
export function checkLoopback(host: string, wayOut: string): void {
  if (LOOPBACK.test(host)) return
  throw new ConfigError(
    `the credentials of dev are publicly known, so they are served on loopback only, not on "${host}"; ${wayOut}`,
  )
}
