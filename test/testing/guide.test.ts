// Runs the programs of docs/guide/test-with-osseal.md, in the languages that this machine has.
import assert from "node:assert/strict"
import { execFile, spawnSync } from "node:child_process"
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { after, before, test } from "node:test"

const ROOT = join(import.meta.dirname, "..", "..")
const GUIDE = readFileSync(join(ROOT, "docs", "guide", "test-with-osseal.md"), "utf8")

/** The fenced programs of a language, in order. */
function programs(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp("```" + language + "\\n(.*?)```", "gs"))].map(
    ([, text = ""]) => text,
  )
}

let folder = ""

before(() => {
  folder = mkdtempSync(join(tmpdir(), "osseal-guide-"))
  // The command as an installed package has it.
  const command = join(folder, "bin", "osseal")
  mkdirSync(join(folder, "bin"))
  const main = join(ROOT, "src", "main.ts")
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`)
  chmodSync(command, 0o755)
})

after(() => {
  rmSync(folder, { recursive: true })
})

/** Runs to its end in its own folder; resolves with what it printed. */
function run(name: string, files: Readonly<Record<string, string>>, command: readonly string[]) {
  const cwd = join(folder, name)
  mkdirSync(cwd)
  for (const [path, text] of Object.entries(files)) writeFileSync(join(cwd, path), text)
  symlinkSync(join(ROOT, "node_modules"), join(cwd, "node_modules"))
  const PATH = [join(folder, "bin"), process.env["PATH"] ?? ""].join(delimiter)
  const env = { ...process.env, PATH, OSSEAL_LOG_LEVEL: "warn", NODE_TEST_CONTEXT: undefined }
  const [program = "", ...args] = command
  return new Promise<string>((resolve, reject) => {
    execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${program}: ${stdout}${stderr}`, { cause: error }))
    })
  })
}

/** What the machine lacks is a reason to skip. */
function lacks(program: string, ...args: string[]): string | false {
  return spawnSync(program, args, { timeout: 60_000 }).status === 0 ? false : `no ${program} here`
}

const [withRunner = "", forVitest = "", without = ""] = programs("js")
const fromSource = (text: string): string =>
  text.replace('"osseal/testing"', JSON.stringify(join(ROOT, "src", "testing", "entry.ts")))

test("the tests with node:test pass", async () => {
  const files = { "upload.test.mjs": fromSource(withRunner) }
  const printed = await run("node-test", files, [process.execPath, "--test", "upload.test.mjs"])
  assert.match(printed, /pass 3\n/)
})

test("vitest and Jest have the names that installHooks accepts", async () => {
  const vitest = `const noHook = () => {}; const [afterAll, afterEach, beforeAll] = [noHook, noHook, noHook]`
  const program = fromSource(forVitest).replace(/^import .* from "vitest"$/m, vitest)
  await run("vitest", { "program.mjs": program }, [process.execPath, "program.mjs"])
})

test("a server without a runner serves its seed", async () => {
  const program = `${fromSource(without)}\nif (answer.status !== 200) throw new Error("not served")\n`
  await run("no-runner", { "program.mjs": program }, [process.execPath, "program.mjs"])
})

test(
  "the fixture for pytest",
  { skip: lacks("python3", "-m", "pytest", "--version") },
  async () => {
    const [fixture = "", upload = ""] = programs("python")
    const health = `
from urllib.request import urlopen


def test_health(osseal):
    assert urlopen(osseal["ossEndpoint"] + "/-/health").status == 200
`
    const files = { "conftest.py": fixture, "test_health.py": health }
    const hasOss2 = lacks("python3", "-c", "import oss2") === false
    const all = hasOss2 ? { ...files, "test_upload.py": upload } : files
    const printed = await run("pytest", all, [
      "python3",
      "-m",
      "pytest",
      "-q",
      "-p",
      "no:cacheprovider",
    ])
    assert.match(printed, hasOss2 ? /2 passed/ : /1 passed/)
  },
)

test("the fixture for Go", { skip: lacks("go", "version") }, async () => {
  const [fixture = ""] = programs("go")
  const files = { "osseal_test.go": fixture, "go.mod": "module app\n\ngo 1.21\n" }
  assert.match(await run("go", files, ["go", "test", "."]), /^ok\s/)
})

test("the fixture for Java", { skip: lacks("java", "--version") }, async () => {
  const [fixture = ""] = programs("java")
  const printed = await run("java", { "Osseal.java": fixture }, ["java", "Osseal.java"])
  assert.match(printed, /^http:\/\/127\.0\.0\.1:\d+\n$/)
})

test("the lines for a shell", { skip: lacks("curl", "--version") }, async () => {
  const [lines = ""] = programs("sh")
  const printed = await run("shell", { "lines.sh": lines }, ["sh", "-e", "lines.sh"])
  assert.match(printed, /"ok"/)
})
