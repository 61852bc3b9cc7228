import { createHash } from "node:crypto"
import { accessSync, constants, existsSync, readFileSync } from "node:fs"
import { cp, mkdir, rm, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { runStep } from "./run-step.ts"
import type { Suite } from "./suite.ts"

/** What is installed: a suite, or the clients of the guide's programs. */
type Installed = Pick<Suite, "name" | "programs" | "install" | "scenarios">

const SCENARIOS = join(import.meta.dirname, "scenarios")
const STEP_MS_MAX = 15 * 60_000

/** The folder of an installed suite, or the reason why it cannot be installed. */
export type Installation =
  { readonly folder: string; readonly why?: never } | { readonly why: string }

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Changes when the suite's installation does, so that it is installed again. */
function digestOf(suite: Installed): string {
  const hash = createHash("sha256").update(JSON.stringify([suite.install, suite.scenarios]))
  for (const file of Object.keys(suite.scenarios ?? {})) {
    hash.update(readFileSync(join(SCENARIOS, file)))
  }
  return hash.digest("hex")
}

/** Installs a suite below `clientsFolder`, unless it is already installed in the same form. */
export async function installSuite(suite: Installed, clientsFolder: string): Promise<Installation> {
  const missing = suite.programs.find((program) => !isOnPath(program))
  if (missing !== undefined) return { why: `${missing} is not on this machine` }
  const folder = join(clientsFolder, suite.name)
  const stamp = join(folder, ".osseal-installed")
  const digest = digestOf(suite)
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return { folder }
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const [file, name] of Object.entries(suite.scenarios ?? {})) {
    await cp(join(SCENARIOS, file), join(folder, name), { recursive: true })
  }
  const logPath = join(clientsFolder, `${suite.name}.install.log`)
  await rm(logPath, { force: true })
  for (const step of suite.install) {
    const result = await runStep(step, folder, { logPath, limitMs: STEP_MS_MAX })
    if (result.code !== 0) {
      const command = [step.program, ...step.args].join(" ").split("\n")[0] ?? ""
      return { why: `it could not be installed: \`${command}\` failed, see ${logPath}` }
    }
  }
  await writeFile(stamp, digest)
  return { folder }
}
