import type { EncryptionHeaderOperations, LogLevel } from "./config.ts"
import type { KmsMode } from "./kms/kms-mode.ts"

/** How and where a server in this process listens; every setting may be left out. */
export interface ListenSettings {
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
  /** Whether every request is a log line at info; `false` unless it is given. */
  readonly accessLog?: boolean
  /** Whether the key service is activated: `on` unless it is given. */
  readonly kms?: KmsMode
  /** The port of the web console, 0 for any free one; without it there is no console. */
  readonly consolePort?: number
}
