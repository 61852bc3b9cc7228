import type { Outcome } from "./suite.ts"

type Result = Outcome["result"]

/** The last result of each test: a runner may print a test twice, and a failure of its clean-up counts. */
function collect(found: Iterable<readonly [string, Result]>): Outcome[] {
  const results = new Map<string, Result>()
  for (const [test, result] of found) {
    if (results.get(test) !== "failed") results.set(test, result)
  }
  return [...results].map(([test, result]) => ({ test, result }))
}

const GO_RESULTS: Readonly<Record<string, Result>> = {
  PASS: "passed",
  FAIL: "failed",
  SKIP: "skipped",
}

/** `go test -v`: tests and subtests. One that was in progress when the program ended has failed. */
export function parseGoTest(output: string): Outcome[] {
  const started = output.matchAll(/^=== RUN +(\S+)/gm)
  const ended = output.matchAll(/^\s*--- (PASS|FAIL|SKIP): (\S+)/gm)
  const found = new Map<string, Result>()
  for (const [, test = ""] of started) found.set(test, "failed")
  for (const [, word = "", test = ""] of ended) found.set(test, GO_RESULTS[word] ?? "failed")
  return collect(found)
}

const GOCHECK_RESULTS: Readonly<Record<string, Result>> = {
  PASS: "passed",
  FAIL: "failed",
  PANIC: "failed",
  MISS: "failed",
  SKIP: "skipped",
}

/** gopkg.in/check.v1 with `-check.v`: MISS is a test whose set-up failed. */
export function parseGocheck(output: string): Outcome[] {
  const lines = output.matchAll(/^(PASS|FAIL|PANIC|MISS|SKIP): [\w./-]+:\d+: (\S+)/gm)
  return collect(
    Array.from(lines, ([, word = "", test = ""]) => [test, GOCHECK_RESULTS[word] ?? "failed"]),
  )
}

const PYTEST_RESULTS: Readonly<Record<string, Result>> = {
  PASSED: "passed",
  FAILED: "failed",
  ERROR: "failed",
  SKIPPED: "skipped",
}

/** `pytest -rA` with `--no-header`: the summary at its end, without the messages. */
export function parsePytest(output: string): Outcome[] {
  const lines = output.matchAll(/^(\S+::\S+) (PASSED|FAILED|ERROR|SKIPPED)/gm)
  return collect(
    Array.from(lines, ([, test = "", word = ""]) => [test, PYTEST_RESULTS[word] ?? "failed"]),
  )
}

/**
 * TAP. As `node --test` prints it, a test is named with its enclosing suites, which are omitted themselves; as other
 * programs print it, a test is one line.
 */
export function parseTap(output: string): Outcome[] {
  const open: { readonly name: string; hasTests: boolean }[] = []
  const found: [string, Result][] = []
  for (const line of output.split("\n")) {
    const [, indent = "", begun, not, title = "", directive] =
      /^((?: {4})*)(?:# Subtest: (.*)|(not )?ok \d+ - (.*?)(?: # (SKIP|TODO).*)?)$/.exec(line) ?? []
    const depth = indent.length / 4
    if (begun !== undefined) {
      const holder = open[depth - 1]
      if (holder !== undefined) holder.hasTests = true
      open.splice(depth, Infinity, { name: begun, hasTests: false })
    } else if (/^ *(not )?ok \d+ - /.test(line)) {
      const failedOrPassed = not === undefined ? "passed" : "failed"
      const test = open[depth] === undefined ? title : open.map(({ name }) => name).join(" > ")
      if (open[depth]?.hasTests !== true) {
        found.push([test, directive === undefined ? failedOrPassed : "skipped"])
      }
      open.length = depth
    }
  }
  return collect(found)
}
