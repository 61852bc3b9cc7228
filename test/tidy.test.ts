// The bans of this code base that no lint rule covers, each with what to use instead. Exceptions are listed by name,
// with the reason.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, test } from "node:test"

const ROOT = join(import.meta.dirname, "..")

interface Ban {
  readonly pattern: RegExp
  readonly instead: string
  /** Where it is allowed. */
  readonly allowed: readonly string[]
}

const BANS: readonly Ban[] = [
  { pattern: /Math\.random/, instead: "base/random.ts", allowed: [] },
  {
    pattern: /Date\.now\(|new Date\(/,
    instead: "a Clock, isoTime or httpDate",
    allowed: ["src/base/clock.ts"],
  },
  {
    pattern: /\.pipe\(/,
    instead: "stream.pipeline or for await",
    // This one is of zod, not of streams.
    allowed: ["src/kms-api/operations/list-keys.ts"],
  },
  { pattern: /console\.(log|error|warn|info)/, instead: "the log, or process.stdout", allowed: [] },
  {
    pattern: /process\.env/,
    instead: "readEnvironment in config.ts",
    allowed: ["src/config.ts"],
  },
  {
    pattern: /create(C|Dec)ipheriv\(/,
    instead: "sealing/aead.ts",
    allowed: ["src/sealing/aead.ts"],
  },
  {
    pattern: /as unknown as/,
    instead: "a type that says it, or a parser",
    allowed: ["src/storage/local/reader.ts"],
  },
  { pattern: /\bFIXME\b|\bTODO\b|\bXXX\b/, instead: "the work", allowed: [] },
  {
    pattern: /from "node:sqlite"/,
    instead: "the storage interface",
    allowed: ["src/storage/local/"],
  },
  { pattern: /\bsubstr\(/, instead: "slice", allowed: [] },
]

const VAGUE_NAMES = /^(utils?|helpers?|common|types|misc|index)\.tsx?$/
/** Operation tables are the only index files. */
const ALLOWED_INDEX = [
  "src/admin-api/operations/index.ts",
  "src/oss/operations/index.ts",
  "src/kms-api/operations/index.ts",
]

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
}

const sources = sourceFiles("src").filter((path) => !path.endsWith(".test.ts"))

describe("tidy", () => {
  for (const { pattern, instead, allowed } of BANS) {
    test(`${pattern.source} does not occur in src; use ${instead}`, () => {
      const found = sources
        .filter((path) => !allowed.some((each) => path.startsWith(each)))
        .filter((path) => pattern.test(readFileSync(join(ROOT, path), "utf8")))
      assert.deepEqual(found, [])
    })
  }

  test("files are named for what they hold, in kebab case", () => {
    const folders = ["test", "bench", "console", "scripts"]
    const all = [...sources, ...folders.flatMap(sourceFiles)]
    const vague = all.filter(
      (path) => VAGUE_NAMES.test(basename(path)) && !ALLOWED_INDEX.includes(path),
    )
    assert.deepEqual(vague, [])
    assert.deepEqual(
      all.filter((path) => !/^[a-z0-9-]+(\.(test|d))?\.tsx?$/.test(basename(path))),
      [],
    )
  })

  test("every file of the operation folders is in its table", () => {
    for (const table of ALLOWED_INDEX) {
      const folder = table.slice(0, -"index.ts".length)
      const text = readFileSync(join(ROOT, table), "utf8")
      const missing = sources
        .filter((path) => path.startsWith(folder) && path !== table)
        .filter((path) => !text.includes(`"./${basename(path)}"`))
      assert.deepEqual(missing, [])
    }
  })

  test("the console builds no HTML from text and runs no code from text", () => {
    const found = sourceFiles("console").filter((path) =>
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function\(/.test(
        readFileSync(join(ROOT, path), "utf8"),
      ),
    )
    assert.deepEqual(found, [])
  })

  test("no installed package has an install script", () => {
    const text = readFileSync(join(ROOT, "package-lock.json"), "utf8")
    const lock = JSON.parse(text) as { packages: Record<string, { hasInstallScript?: boolean }> }
    const found = Object.entries(lock.packages).filter(([, each]) => each.hasInstallScript === true)
    assert.deepEqual(
      found.map(([path]) => path),
      [],
    )
  })
})
