import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { isNoEntry } from "../base/private-file.ts"
import { ConfigError } from "../config.ts"
import type { OpenDoor } from "../server.ts"
import { endpoint } from "./start-text.ts"

/** What programs that start a server read when it is ready. */
export interface ReadyContent {
  readonly region: string
  readonly accessKeyId: string
  /** Only where it is known to everyone anyway, or was made by this start. */
  readonly accessKeySecret?: string | undefined
  /** What clients are to trust, for https. */
  readonly caFile?: string | undefined
}

export interface ReadyFile {
  write(doors: readonly OpenDoor[], content: ReadyContent): void
  remove(): void
}

const MARK = "osseal"

/**
 * The file of `--ready-file`: JSON that is there, and whole, from when the server is ready until it stops. What an earlier run
 * left is removed at once. Throws ConfigError for a file that holds anything else.
 */
export function openReadyFile(path: string | undefined): ReadyFile {
  if (path === undefined) return { write: () => undefined, remove: () => undefined }
  checkMayBeReplaced(path)
  rmSync(path, { force: true })
  return {
    write(doors, content) {
      const unfinished = `${path}.${process.pid}.unfinished`
      const endpoints = endpointsOf(doors)
      const text = JSON.stringify({ program: MARK, pid: process.pid, ...endpoints, ...content })
      writeFileSync(unfinished, `${text}\n`, { mode: 0o600 })
      renameSync(unfinished, path)
    },
    remove: () => rmSync(path, { force: true }),
  }
}

function endpointsOf(doors: readonly OpenDoor[]): Record<string, string> {
  const names = { oss: ["ossEndpoint", "ossTlsEndpoint"], kms: ["kmsEndpoint", "kmsTlsEndpoint"] }
  return Object.fromEntries(
    doors.map((door) => [names[door.protocol][door.isTls ? 1 : 0], endpoint(door)]),
  ) as Record<string, string>
}

function checkMayBeReplaced(path: string): void {
  if (path === "") throw new ConfigError("--ready-file is empty; name a file, or leave it out")
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch (error) {
    if (isNoEntry(error)) return
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`--ready-file: ${reason}`)
  }
  if (text === "" || text.startsWith(`{"program":"${MARK}"`)) return
  throw new ConfigError(
    `--ready-file: ${path} exists and was not written by osseal; name a file that may be replaced`,
  )
}
