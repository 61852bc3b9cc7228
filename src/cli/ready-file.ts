import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { isNoEntry } from "../base/private-file.ts"
import { clientEnvironment } from "../client-environment.ts"
import { ConfigError } from "../config.ts"
import type { OpenDoor } from "../server.ts"
import { endpoint } from "./start-text.ts"

/** What programs that start a server read when it is ready. */
export interface ReadyContent {
  readonly region: string
  readonly accessKeyId: string
  /** Only when it is publicly known, or was created by this start. */
  readonly accessKeySecret?: string | undefined
  /** What clients must trust for https. */
  readonly caFile?: string | undefined
}

export interface ReadyFile {
  write(doors: readonly OpenDoor[], content: ReadyContent): void
  remove(): void
}

const JSON_BEGIN = `{"program":"osseal"`
const LINES_BEGIN = "# osseal dev or server is ready"

/**
 * The file of `--ready-file`. It exists, complete, from when the server is ready until it stops. It contains JSON, or,
 * when its name ends with `.env`, lines of `NAME=value` for the environment of clients. What an earlier run left is
 * removed at once. Throws ConfigError for a file with any other content, and where no file can be written.
 */
export function openReadyFile(path: string | undefined): ReadyFile {
  if (path === undefined) return { write: () => undefined, remove: () => undefined }
  checkMayBeReplaced(path)
  const unfinished = `${path}.${process.pid}.unfinished`
  checkCanBeWritten(unfinished)
  rmSync(path, { force: true })
  return {
    write(doors, content) {
      const encode = path.endsWith(".env") ? encodeLines : encodeJson
      writeFileSync(unfinished, encode(endpointsOf(doors), content), { mode: 0o600 })
      renameSync(unfinished, path)
    },
    remove: () => rmSync(path, { force: true }),
  }
}

type Endpoints = Readonly<Record<string, string>>

function endpointsOf(doors: readonly OpenDoor[]): Endpoints {
  const names = {
    oss: ["ossEndpoint", "ossTlsEndpoint"],
    kms: ["kmsEndpoint", "kmsTlsEndpoint"],
    console: ["consoleEndpoint", "consoleTlsEndpoint"],
  }
  return Object.fromEntries(
    doors.map((door) => [names[door.protocol][door.isTls ? 1 : 0], endpoint(door)]),
  ) as Endpoints
}

function encodeJson(endpoints: Endpoints, content: ReadyContent): string {
  // The program's name comes first: a later start recognizes the file by it.
  return `${JSON.stringify({ program: "osseal", pid: process.pid, ...endpoints, ...content })}\n`
}

function encodeLines(endpoints: Endpoints, content: ReadyContent): string {
  const { region, accessKeyId, accessKeySecret = "", caFile } = content
  const environment = clientEnvironment({
    ossEndpoint: endpoints["ossEndpoint"] ?? endpoints["ossTlsEndpoint"] ?? "",
    kmsEndpoint: endpoints["kmsEndpoint"] ?? endpoints["kmsTlsEndpoint"] ?? "",
    region,
    accessKeyId,
    accessKeySecret,
  })
  const named = { ...environment, ...(caFile === undefined ? {} : { SSL_CERT_FILE: caFile }) }
  const lines = Object.entries(named)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${value}\n`)
  return `${LINES_BEGIN}\n${lines.join("")}`
}

/** Before anything is opened: the first start shows the secret of the access key only once, when it is ready. */
function checkCanBeWritten(path: string): void {
  try {
    writeFileSync(path, "", { mode: 0o600 })
    rmSync(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`--ready-file: ${reason}`)
  }
}

function checkMayBeReplaced(path: string): void {
  if (path === "") throw new ConfigError("--ready-file is empty; name a file, or omit it")
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch (error) {
    if (isNoEntry(error)) return
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`--ready-file: ${reason}`)
  }
  if (text === "" || text.startsWith(JSON_BEGIN) || text.startsWith(LINES_BEGIN)) return
  throw new ConfigError(
    `--ready-file: ${path} exists and was not written by osseal; name a file that may be replaced`,
  )
}
