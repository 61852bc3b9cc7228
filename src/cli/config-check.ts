import { join } from "node:path"
import { readPrivateFile } from "../base/private-file.ts"
import { readEnvironment, type ServerOptions } from "../config.ts"
import { findConfigProblems } from "../config-problems.ts"
import { freeBytesFor } from "../data-directory.ts"
import { openPairFiles } from "../http/tls.ts"
import { createLog } from "./log.ts"

const FREE_BYTES_MIN = 100 * 1024 ** 2
const KEY_FILE_BYTES = 32

interface CheckOptions extends ServerOptions {
  readonly unlockKey?: string
}

/** `osseal config check [DIR]`: reports everything that would prevent a server from starting, and opens nothing. */
export async function runConfigCheck(
  directory: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const problems = [
    ...findConfigProblems(options, readEnvironment(), options.unlockKey),
    ...certificateProblems(options),
    ...(await keyFileProblems(directory, options.unlockKey)),
    ...(directory === undefined ? [] : directoryProblems(directory)),
  ]
  for (const problem of problems) process.stderr.write(`- ${problem}\n`)
  if (problems.length > 0) {
    throw new Error(problems.length === 1 ? "1 problem" : `${problems.length} problems`)
  }
  process.stdout.write("no problem found\n")
}

function certificateProblems({ tlsCert, tlsKey }: ServerOptions): string[] {
  if (!tlsCert || !tlsKey) return []
  return problemsOf(() => {
    openPairFiles({ certFile: tlsCert, keyFile: tlsKey }, { log: createLog("silent") }).close()
  })
}

/** The key file of an existing directory is the one that the start would read, unless another is named. */
async function keyFileProblems(
  directory: string | undefined,
  unlockKey: string | undefined,
): Promise<string[]> {
  const path = unlockKey ?? (directory === undefined ? "" : join(directory, "unlock.key"))
  if (path === "") return []
  try {
    const bytes = await readPrivateFile(path)
    if (bytes === undefined || bytes.length === KEY_FILE_BYTES) return []
    return [`the key file ${path} has ${bytes.length} bytes instead of ${KEY_FILE_BYTES}`]
  } catch (error) {
    return [messageOf(error)]
  }
}

function directoryProblems(directory: string): string[] {
  return problemsOf(() => {
    if (freeBytesFor(directory) > FREE_BYTES_MIN) return
    throw new Error(
      `the disk of ${directory} has less than 100 MiB free; the server keeps 64 MiB free and 32 MiB in reserve, so it could not store any object`,
    )
  })
}

function problemsOf(look: () => void): string[] {
  try {
    look()
    return []
  } catch (error) {
    return [messageOf(error)]
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
