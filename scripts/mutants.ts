// Puts one fault at a time into a copy of the source, and checks whether the tests notice it.
import { existsSync } from "node:fs"
import { parseArgs } from "node:util"
import { ADMIN_MUTANTS } from "../test/mutants/admin.ts"
import { HTTP_MUTANTS } from "../test/mutants/http.ts"
import { KEYS_MUTANTS } from "../test/mutants/keys.ts"
import { KMS_MUTANTS } from "../test/mutants/kms.ts"
import { MEMORY_MUTANTS } from "../test/mutants/memory.ts"
import type { Mutant } from "../test/mutants/mutant.ts"
import { OBJECTS_BACKGROUND_MUTANTS } from "../test/mutants/objects-background.ts"
import { OBJECTS_MUTANTS } from "../test/mutants/objects.ts"
import { OSS_WIRE_MUTANTS } from "../test/mutants/oss-wire.ts"
import { OSS_MUTANTS } from "../test/mutants/oss.ts"
import { SEALING_MUTANTS } from "../test/mutants/sealing.ts"
import { STORAGE_MUTANTS } from "../test/mutants/storage.ts"
import { copyTree, DoesNotApply, faultyText, type MutantTree } from "./mutant-tree.ts"

const LISTS: Readonly<Record<string, readonly Mutant[]>> = {
  sealing: SEALING_MUTANTS,
  storage: STORAGE_MUTANTS,
  kms: KMS_MUTANTS,
  keys: KEYS_MUTANTS,
  objects: [...OBJECTS_MUTANTS, ...OBJECTS_BACKGROUND_MUTANTS],
  oss: [...OSS_MUTANTS, ...OSS_WIRE_MUTANTS],
  http: HTTP_MUTANTS,
  memory: MEMORY_MUTANTS,
  admin: ADMIN_MUTANTS,
}

const HELP = `npm run mutants [-- OPTIONS]

Puts one-line faults, one at a time, into a copy of the source and runs the test files that should notice. A line reports
the result of each, with the time and the test that noticed:

  noticed         a test failed, as it should
  SURVIVED        every test passed: write the missing test, then run it again with --only
  does not apply  the text to replace does not occur exactly once: the source has changed, so correct the fault

Before that, every test file that is needed runs once without a fault, and must pass. Exits with 1 when a fault survived
or does not apply.

  --folder NAME   the faults of one list: ${Object.keys(LISTS).join(", ")}
  --only TEXT     the faults whose name contains TEXT
  --jobs N        how many copies at a time (default 2)
  --check         runs no test; reports which faults do not apply
  --help          this text

The lists are test/mutants/*.ts. A fault is { name, file, find, replace, tests, why }. Choose what a wrong edit could
really do (a comparison inverted, a check omitted, a value dropped), and a line that no fault covers yet.
`

interface Options {
  readonly folder: string | undefined
  readonly only: string | undefined
  readonly jobs: number
  readonly check: boolean
}

function readOptions(): Options | "help" {
  const { values } = parseArgs({
    options: {
      folder: { type: "string" },
      only: { type: "string" },
      jobs: { type: "string", default: "2" },
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) return "help"
  const jobs = Number(values.jobs)
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error("--jobs takes a whole number from 1 on")
  return { folder: values.folder, only: values.only, jobs, check: values.check }
}

/** Throws when nothing is selected, or when two faults have the same name. */
function selectMutants({ folder, only }: Options): Mutant[] {
  const lists = Object.entries(LISTS).filter(([name]) => folder === undefined || name === folder)
  const names = Object.values(LISTS).flatMap((list) => list.map(({ name }) => name))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`two faults have the name: ${twice}`)
  const selected = lists
    .flatMap(([, list]) => list)
    .filter(({ name }) => only === undefined || name.includes(only))
  if (selected.length === 0) throw new Error("no fault has that name or folder")
  return selected
}

interface Verdict {
  readonly kind: "noticed" | "SURVIVED" | "does not apply"
  readonly detail: string
}

async function judge(tree: MutantTree, mutant: Mutant): Promise<Verdict> {
  try {
    const text = await tree.faulty(mutant)
    return await tree.withFile(mutant.file, text, async () => {
      for (const testFile of mutant.tests) {
        const title = await tree.firstFailure(testFile)
        if (title !== undefined) return { kind: "noticed", detail: `${testFile}: ${title}` }
      }
      return { kind: "SURVIVED", detail: mutant.why }
    })
  } catch (error) {
    if (error instanceof DoesNotApply) return { kind: "does not apply", detail: error.message }
    throw error
  }
}

async function checkOnly(mutant: Mutant): Promise<Verdict> {
  try {
    await faultyText(process.cwd(), mutant)
    return { kind: "noticed", detail: "applies" }
  } catch (error) {
    if (error instanceof DoesNotApply) return { kind: "does not apply", detail: error.message }
    throw error
  }
}

/** Runs `step` on every item, in as many copies at a time as there are jobs. */
async function inTrees<T>(
  trees: readonly MutantTree[],
  items: Iterable<T>,
  step: (tree: MutantTree, item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  await Promise.all(
    trees.map(async (tree) => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        await step(tree, item)
      }
    }),
  )
}

function writeLine(word: string, startedMs: number, text: string): void {
  const time = `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
  process.stdout.write(`${word.padEnd(14)} ${time.padStart(8)}  ${text}\n`)
}

/** Whether all tests pass without a fault: otherwise they would notice anything. */
async function checkSound(
  trees: readonly MutantTree[],
  mutants: readonly Mutant[],
): Promise<boolean> {
  let isSound = true
  const testFiles = new Set(
    mutants.flatMap(({ tests }) => tests).filter((each) => existsSync(each)),
  )
  await inTrees(trees, testFiles, async (tree, testFile) => {
    const startedMs = performance.now()
    const title = await tree.firstFailure(testFile)
    if (title === undefined) return
    isSound = false
    writeLine("FAILS", startedMs, `without a fault: ${testFile}: ${title}`)
  })
  return isSound
}

async function runAll(mutants: readonly Mutant[], jobs: number): Promise<number> {
  const count = Math.min(jobs, mutants.length)
  const trees = await Promise.all(Array.from({ length: count }, copyTree))
  try {
    if (!(await checkSound(trees, mutants))) return 1
    let failed = 0
    await inTrees(trees, mutants, async (tree, mutant) => {
      const startedMs = performance.now()
      const { kind, detail } = await judge(tree, mutant)
      if (kind !== "noticed") failed += 1
      writeLine(kind, startedMs, `${mutant.name} (${detail})`)
    })
    return report(mutants.length, failed)
  } finally {
    await Promise.all(trees.map((tree) => tree.remove()))
  }
}

async function checkAll(mutants: readonly Mutant[]): Promise<number> {
  let failed = 0
  for (const mutant of mutants) {
    const startedMs = performance.now()
    const { kind, detail } = await checkOnly(mutant)
    if (kind === "noticed") continue
    failed += 1
    writeLine(kind, startedMs, `${mutant.name} (${detail})`)
  }
  return report(mutants.length, failed)
}

function report(count: number, failed: number): number {
  process.stdout.write(`${count - failed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

try {
  const options = readOptions()
  if (options === "help") {
    process.stdout.write(HELP)
  } else {
    const mutants = selectMutants(options)
    process.exitCode = await (options.check ? checkAll(mutants) : runAll(mutants, options.jobs))
  }
} catch (error) {
  process.stderr.write(`osseal: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
