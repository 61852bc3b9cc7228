import type { EncryptionHeaderOperations, LogLevel } from "./config.ts"
import type { KmsMode } from "./kms/kms-mode.ts"

/** How and where a server in this process listens; every setting is optional. */
export interface ListenSettings {
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** 0, the default, means any free port. */
  readonly ossPort?: number
  readonly kmsPort?: number
  /** Default: cn-hangzhou. */
  readonly region?: string
  /** Host names under which a bucket may be the first label. Default: `localhost`. */
  readonly domains?: readonly string[]
  /** Default: `founding`. See docs/guide/configure.md. */
  readonly encryptionHeaderOperations?: EncryptionHeaderOperations
  /** JSON lines on standard error. Default: `warn`. */
  readonly logLevel?: LogLevel
  /** Whether every request is a log line at info. Default: `false`. */
  readonly accessLog?: boolean
  /** Whether the key service is activated. Default: `on`. */
  readonly kms?: KmsMode
  /** The port of the web console, 0 for any free one; when omitted there is no console. */
  readonly consolePort?: number
}
