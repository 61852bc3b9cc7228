// A copy of the source into which faults are put one at a time, and the test files that are run in it.
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { stripTypeScriptTypes } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Mutant } from "../test/mutants/mutant.ts"

const ROOT = join(import.meta.dirname, "..")
const COPIED = ["src", "test", "scripts", "package.json", "tsconfig.json"]
/** A fault may make a test wait forever; that counts as noticing it. */
const HANG_MS = 120_000

export interface MutantTree {
  /** The text of a file with the fault in it; throws DoesNotApply. */
  faulty(mutant: Mutant): Promise<string>
  /** Runs `step` while `file` contains `text`. */
  withFile<T>(file: string, text: string, step: () => Promise<T>): Promise<T>
  /** The title of the first test of a file that fails, or undefined when all pass. */
  firstFailure(testFile: string): Promise<string | undefined>
  remove(): Promise<void>
}

/** The text to replace is missing or occurs more than once, the result cannot be parsed, or a test is missing. */
export class DoesNotApply extends Error {
  override name = "DoesNotApply"
}

/** Throws DoesNotApply. */
export async function faultyText(
  root: string,
  { file, find, replace, tests }: Mutant,
): Promise<string> {
  const missing = tests.find((testFile) => !existsSync(join(root, testFile)))
  if (missing !== undefined) throw new DoesNotApply(`there is no ${missing}`)
  const text = await readFile(join(root, file), "utf8").catch(() => undefined)
  if (text === undefined) throw new DoesNotApply(`there is no ${file}`)
  const [before = "", after, ...more] = text.split(find)
  if (after === undefined) throw new DoesNotApply(`${file} does not contain: ${find}`)
  if (more.length > 0) {
    throw new DoesNotApply(`${file} holds it ${more.length + 1} times: ${find}`)
  }
  const faulty = `${before}${replace}${after}`
  try {
    stripTypeScriptTypes(faulty)
  } catch {
    throw new DoesNotApply(`${file} can no longer be parsed with: ${replace}`)
  }
  return faulty
}

export async function copyTree(): Promise<MutantTree> {
  const root = await mkdtemp(join(tmpdir(), "osseal-mutants-"))
  const temporary = join(root, "tmp")
  await mkdir(temporary)
  for (const name of COPIED) await cp(join(ROOT, name), join(root, name), { recursive: true })
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"))
  return {
    faulty: (mutant) => faultyText(root, mutant),
    async withFile(file, text, step) {
      const path = join(root, file)
      const sound = await readFile(path)
      await writeFile(path, text)
      try {
        return await step()
      } finally {
        await writeFile(path, sound)
      }
    },
    firstFailure: (testFile) => firstFailure(root, temporary, testFile),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/**
 * The file runs as its own program, so that its report arrives while it runs, and it is killed at its first failure.
 */
async function firstFailure(
  root: string,
  temporary: string,
  testFile: string,
): Promise<string | undefined> {
  const child = spawn(process.execPath, ["--test-reporter=tap", testFile], {
    cwd: root,
    // Its own process group: tests start processes, which must end with it.
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, TMPDIR: temporary },
  })
  const closed = once(child, "close") as Promise<[number | null]>
  let failure: string | undefined
  const fail = (title: string): void => {
    failure ??= title
    killGroup(child)
  }
  const timer = setTimeout(() => fail("it hung"), HANG_MS)
  createInterface({ input: child.stdout }).on("line", (line) => {
    const title = /^\s*not ok \d+ - (.*)$/.exec(line)?.[1]
    if (title !== undefined) fail(title)
  })
  try {
    const [code] = await closed
    return failure ?? (code === 0 ? undefined : `it ended with code ${String(code)}`)
  } finally {
    clearTimeout(timer)
    killGroup(child)
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // The group is already empty.
  }
}
