// Installs the test suites of official and well-known clients into .clients/, runs them, unmodified, against a server
// in its own process on a new data directory, and compares the results with the known failures.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { installSuite } from "../test/clients/installation.ts"
import {
  type Comparison,
  compareOutcomes,
  readKnownFailures,
} from "../test/clients/known-failures.ts"
import { findPrivateNetwork, furnishPrivateNetwork } from "../test/clients/private-network.ts"
import { type Place, runSuite } from "../test/clients/run-suite.ts"
import { SUITES } from "../test/clients/suites.ts"
import type { Suite } from "../test/clients/suite.ts"

const ROOT = join(import.meta.dirname, "..")
const CLIENTS_FOLDER = join(ROOT, ".clients")

const HELP = `npm run test:clients [-- [OPTIONS] [SUITE...]]

Installs suites of clients into .clients/ through their ecosystems' package clients, and runs them against a server of
this checkout. They run in a network namespace where the service's host names resolve to that server, with TLS from a
private CA. Where no namespace can be created, they run against an IP address, and suites that need the names are left
out. One line per suite: what passed, which known failures occurred, what was skipped, and what was left out and why.
Exits with 1 when a test failed that test/clients/known-failures/SUITE.json does not name, or when one that it names
passed or did not run. The output of a suite stays in .clients/SUITE.log.

  --server PATH   the checkout whose server is started
  --list          names the suites
  --help          this text

`

/** For the process that this one starts in the network namespace. */
const INSIDE = "--inside"

type Report =
  | { readonly kind: "broken"; readonly why: string }
  | { readonly kind: "compared"; readonly comparison: Comparison }

async function report(suite: Suite, place: Place): Promise<Report> {
  const result = await runSuite(suite, join(CLIENTS_FOLDER, suite.name), place)
  const outcomes = suite.parse(result.output)
  if (result.isTimeOut) return { kind: "broken", why: `ended after ${suite.minutesMax} minutes` }
  if (outcomes.length === 0) {
    return { kind: "broken", why: `no test ran, see .clients/${suite.name}.log` }
  }
  const known = readKnownFailures(suite.name, place.isPrivateNetwork)
  return { kind: "compared", comparison: compareOutcomes(outcomes, known) }
}

function describeComparison(comparison: Comparison): string {
  const { passed, knownFailures, skipped } = comparison
  const lines = [
    `${passed} passed, ${knownFailures} failed as known, ${comparison.newFailures.length} new failures, ${skipped} skipped`,
  ]
  for (const test of comparison.newFailures) lines.push(`    failed: ${test}`)
  for (const test of comparison.unexpectedPasses) lines.push(`    passed, but is listed: ${test}`)
  for (const test of comparison.notRun) lines.push(`    is listed, but did not run: ${test}`)
  return lines.join("\n")
}

function isFine(each: Report): boolean {
  if (each.kind === "broken") return false
  const { newFailures, unexpectedPasses, notRun } = each.comparison
  return newFailures.length + unexpectedPasses.length + notRun.length === 0
}

function print(isOk: boolean, suite: Suite, text: string): void {
  process.stdout.write(
    `${isOk ? "ok  " : "FAIL"} ${suite.name.padEnd(16)} ${suite.title}: ${text}\n`,
  )
}

function leaveOut(suite: Suite, why: string): void {
  print(true, suite, `left out: ${why}`)
}

/** Runs installed suites. */
async function runSuites(suites: readonly Suite[], place: Place): Promise<number> {
  let isAllFine = true
  for (const suite of suites) {
    const each = await report(suite, place)
    isAllFine &&= isFine(each)
    const text = each.kind === "broken" ? each.why : describeComparison(each.comparison)
    print(isFine(each), suite, text)
  }
  return isAllFine ? 0 : 1
}

/** Outside of every namespace, because packages come from the network. */
async function installSuites(suites: readonly Suite[]): Promise<Suite[]> {
  await mkdir(CLIENTS_FOLDER, { recursive: true })
  const installed: Suite[] = []
  for (const suite of suites) {
    const installation = await installSuite(suite, CLIENTS_FOLDER)
    if (installation.why === undefined) installed.push(suite)
    else leaveOut(suite, installation.why)
  }
  return installed
}

async function runInNamespace(
  unshare: readonly string[],
  suites: readonly Suite[],
  root: string,
): Promise<number> {
  const script = [import.meta.filename, INSIDE, "--server", root, ...suites.map(({ name }) => name)]
  const child = spawn("unshare", [...unshare, process.execPath, ...script], { stdio: "inherit" })
  const [code] = (await once(child, "exit")) as [number | null]
  return code ?? 1
}

async function runOnAddress(suites: readonly Suite[], root: string): Promise<number> {
  process.stderr.write(
    "osseal: no network namespace can be created here, so suites run against an IP address\n",
  )
  const isNamed = (suite: Suite): boolean => suite.needsHostNames === true
  for (const suite of suites.filter(isNamed)) leaveOut(suite, "it needs the service's host names")
  const place = { root, clientsFolder: CLIENTS_FOLDER, isPrivateNetwork: false }
  return await runSuites(
    suites.filter((suite) => !isNamed(suite)),
    place,
  )
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      server: { type: "string", default: ROOT },
      inside: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help || values.list) {
    const names = SUITES.map(({ name, title }) => `  ${name.padEnd(16)} ${title}\n`).join("")
    process.stdout.write(values.help ? `${HELP}${names}` : names)
    return 0
  }
  const unknown = positionals.find((name) => !SUITES.some((suite) => suite.name === name))
  if (unknown !== undefined) {
    process.stderr.write(`osseal: there is no suite "${unknown}"; --list names them\n`)
    return 2
  }
  const root = values.server
  const chosen = SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  if (values.inside) {
    await furnishPrivateNetwork()
    return await runSuites(chosen, { root, clientsFolder: CLIENTS_FOLDER, isPrivateNetwork: true })
  }
  const installed = await installSuites(chosen)
  if (installed.length === 0) return 0
  const unshare = findPrivateNetwork()
  return unshare === undefined
    ? await runOnAddress(installed, root)
    : await runInNamespace(unshare, installed, root)
}

process.exitCode = await main()
