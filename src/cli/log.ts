import { pino } from "pino"
import type { Log } from "../base/log.ts"
import type { LogLevel } from "../config.ts"

/** What must never appear in a log, in case a caller passes it by mistake. */
const REDACTED = [
  "*.authorization",
  "*.Signature",
  "*.SecurityToken",
  "*.Plaintext",
  "*.accessKeySecret",
  "*.passphrase",
  "*.dataKey",
]

/** JSON lines on standard error; standard output is for people. */
export function createLog(level: LogLevel): Log {
  return pino({ level, redact: REDACTED, base: null }, pino.destination({ fd: 2, sync: true }))
}
