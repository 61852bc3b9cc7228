import { randomBytes as cryptoRandomBytes } from "node:crypto"
import { open, readFile } from "node:fs/promises"
import { join } from "node:path"
import { ConfigError, type AccessKeySetting } from "../config.ts"

/** Where a server keeps the access key that it made. */
export function credentialsPath(directory: string): string {
  return join(directory, "credentials.json")
}

export interface Credentials extends AccessKeySetting {
  /** Made by this start, so it is to be shown. */
  readonly isNew: boolean
}

/** The root access key in a data directory; made, in a file that only its owner can read, when there is none. */
export async function readOrCreateCredentials(directory: string): Promise<Credentials> {
  const existing = await readCredentials(directory)
  if (existing !== undefined) return { ...existing, isNew: false }
  const made = {
    accessKeyId: `OSSEAL${cryptoRandomBytes(9).toString("hex").toUpperCase().slice(0, 14)}`,
    accessKeySecret: cryptoRandomBytes(24).toString("base64url"),
  }
  await using file = await open(credentialsPath(directory), "wx", 0o600)
  await file.writeFile(`${JSON.stringify(made, null, 2)}\n`)
  await file.sync()
  return { ...made, isNew: true }
}

/** The access key of a data directory, or undefined when its server never made one. */
export async function readCredentials(directory: string): Promise<AccessKeySetting | undefined> {
  const path = credentialsPath(directory)
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
  return parseCredentials(path, text)
}

function parseCredentials(path: string, text: string): AccessKeySetting {
  try {
    const value: unknown = JSON.parse(text)
    if (
      typeof value === "object" &&
      value !== null &&
      "accessKeyId" in value &&
      "accessKeySecret" in value &&
      typeof value.accessKeyId === "string" &&
      typeof value.accessKeySecret === "string"
    ) {
      return { accessKeyId: value.accessKeyId, accessKeySecret: value.accessKeySecret }
    }
  } catch {
    // Said below, as for any other content.
  }
  throw new ConfigError(
    `${path} is damaged; it must hold {"accessKeyId": …, "accessKeySecret": …}. Restore it, or remove it to have a new one made`,
  )
}
