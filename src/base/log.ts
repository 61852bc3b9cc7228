import type { Logger } from "pino"

/** The program's log: JSON lines. Callers pass fields that hold no secret; see server.ts for the redaction behind it. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "fatal" | "isLevelEnabled">
