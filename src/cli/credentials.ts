import { randomBytes as cryptoRandomBytes } from "node:crypto"
import { join } from "node:path"
import { utf8 } from "../base/bytes.ts"
import { createPrivateFile, readPrivateFile } from "../base/private-file.ts"
import { ConfigError, type AccessKeySetting } from "../config.ts"

/** Where a server keeps the access key that it made. */
export function credentialsPath(directory: string): string {
  return join(directory, "credentials.json")
}

export interface Credentials extends AccessKeySetting {
  /** Made by this start, so it is to be shown. */
  readonly isNew: boolean
}

/**
 * The root access key in a data directory; made, in a file that only its owner can read, when there is none.
 * Throws OpenToOthersError, and ConfigError when the file is damaged.
 */
export async function readOrCreateCredentials(directory: string): Promise<Credentials> {
  const existing = await readCredentials(directory)
  if (existing !== undefined) return { ...existing, isNew: false }
  const made = {
    accessKeyId: `OSSEAL${cryptoRandomBytes(9).toString("hex").toUpperCase().slice(0, 14)}`,
    accessKeySecret: cryptoRandomBytes(24).toString("base64url"),
  }
  await createPrivateFile(credentialsPath(directory), utf8(`${JSON.stringify(made, null, 2)}\n`))
  return { ...made, isNew: true }
}

/**
 * The access key of a data directory, or undefined when its server never made one. Throws OpenToOthersError, and
 * ConfigError when the file is damaged.
 */
export async function readCredentials(directory: string): Promise<AccessKeySetting | undefined> {
  const path = credentialsPath(directory)
  const bytes = await readPrivateFile(path)
  return bytes && parseCredentials(path, bytes.toString())
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
