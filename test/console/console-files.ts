// The console's files, built once for the current state of the sources.
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { buildConsole } from "../../scripts/console-build.ts"

const ROOT = join(import.meta.dirname, "..", "..")
const BUILDS = join(ROOT, ".tools", "console-builds")

/** What the files of a build depend on. */
function digestOfSources(): string {
  const hash = createHash("sha256")
  const names = readdirSync(join(ROOT, "console"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const name of [
    ...names,
    join(ROOT, "package-lock.json"),
    join(ROOT, "scripts", "console-build.ts"),
  ]) {
    hash.update(`${name}\0`).update(readFileSync(name))
  }
  return hash.digest("hex").slice(0, 16)
}

/** The folder with the files; several processes may call this at once. */
export async function consoleFiles(): Promise<string> {
  const folder = join(BUILDS, digestOfSources())
  if (existsSync(folder)) return folder
  await mkdir(BUILDS, { recursive: true })
  const made = await mkdtemp(join(BUILDS, "new-"))
  await buildConsole(made)
  try {
    await rename(made, folder)
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error
    await rm(made, { recursive: true })
  }
  for (const name of readdirSync(BUILDS)) {
    const isOther = !folder.endsWith(name) && !name.startsWith("new-")
    if (isOther) await rm(join(BUILDS, name), { recursive: true, force: true })
  }
  return folder
}
