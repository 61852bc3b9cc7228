import { mkdir, readdir } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { lengthPrefixed, utf8 } from "../../base/bytes.ts"
import {
  createPrivateFile,
  isNoEntry,
  readPrivateFile,
  syncDirectory,
} from "../../base/private-file.ts"
import { RootKeyError } from "./root-key-error.ts"

/** Distinguishes a wrap of a root key, and its format version, from other JSON. Changing it breaks stored data. */
const FORMAT = "osseal-root-key-1"

/** One wrap of the root key, as in its file (docs/formats/root-key.md). */
export interface WrapRecord {
  readonly format: typeof FORMAT
  readonly rootKeyId: string
  readonly wrapId: string
  readonly provider: "key-file" | "passphrase" | "recovery"
  readonly scrypt?: { salt: string; N: number; r: number; p: number } | undefined
  readonly wrapped: string
}

const wrapRecord: z.ZodType<WrapRecord> = z.strictObject({
  format: z.literal(FORMAT),
  rootKeyId: z.uuid(),
  wrapId: z.uuid(),
  provider: z.enum(["key-file", "passphrase", "recovery"]),
  scrypt: z
    .strictObject({
      salt: z.base64(),
      N: z
        .int()
        .min(2)
        .max(2 ** 20),
      r: z.int().min(1).max(32),
      p: z.int().min(1).max(16),
    })
    .optional(),
  wrapped: z.base64(),
})

/** Binds a wrapped root key to the rest of its file. */
export function wrapContext(wrap: Pick<WrapRecord, "rootKeyId" | "wrapId" | "provider">): Buffer {
  return lengthPrefixed(["osseal-root-wrap-v1", wrap.rootKeyId, wrap.provider, wrap.wrapId])
}

/** Every wrap in DIR/root-key. Throws RootKeyError when a file is damaged, or OpenToOthersError. */
export async function readWraps(dir: string): Promise<WrapRecord[]> {
  const folder = wrapFolder(dir)
  const names = (await readNames(folder)).filter((name) => name.endsWith(".json")).sort()
  return Promise.all(names.map((name) => readWrap(join(folder, name))))
}

export async function writeWrap(dir: string, wrap: Omit<WrapRecord, "format">): Promise<void> {
  const folder = wrapFolder(dir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await syncDirectory(dir)
  const path = join(folder, `${wrap.provider}.${wrap.wrapId}.json`)
  const record: WrapRecord = { format: FORMAT, ...wrap }
  await createPrivateFile(path, utf8(`${JSON.stringify(record, null, 2)}\n`))
}

/** The names in a folder; none when the folder is missing. */
async function readNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isNoEntry(error)) return []
    throw error
  }
}

function wrapFolder(dir: string): string {
  return join(dir, "root-key")
}

async function readWrap(path: string): Promise<WrapRecord> {
  const bytes = await readPrivateFile(path)
  const parsed = wrapRecord.safeParse(parseJson(bytes?.toString("utf8") ?? ""))
  if (parsed.success) return parsed.data
  throw new RootKeyError(
    `${path} is not a readable wrap of a root key; restore it from a copy, or move it away if another wrap remains`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
