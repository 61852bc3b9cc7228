// Installs the suites of official and well-known clients into .clients/, runs them, unmodified, against a server in a
// process of its own on a new data directory, and compares with what is known to fail.
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises"
import { Agent } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import OSS from "ali-oss"
import { installSuite } from "../test/clients/installation.ts"
import {
  type Comparison,
  compareOutcomes,
  readKnownFailures,
} from "../test/clients/known-failures.ts"
import { runStep } from "../test/clients/run-step.ts"
import { SUITES } from "../test/clients/suites.ts"
import type { ServerFacts, Suite } from "../test/clients/suite.ts"
import { startTlsServer } from "../test/clients/tls-server.ts"
import { startServerProcess } from "./server-process.ts"

const CLIENTS_FOLDER = join(import.meta.dirname, "..", ".clients")

const HELP = `npm run test:clients [-- [OPTIONS] [SUITE...]]

Installs suites of clients into .clients/ through their ecosystems' package clients, and runs them against a server of
this checkout. One line a suite: what passed, what failed as known, what was skipped, and what was left out and why.
Exit code 1 when a test failed that test/clients/known-failures/SUITE.json does not name, or when one that it names
passed or did not run. The output of a suite stays in .clients/SUITE.log.

  --server PATH   the checkout whose server is started
  --list          names the suites
  --help          this text

`

type Report =
  | { readonly kind: "left out"; readonly why: string }
  | { readonly kind: "broken"; readonly why: string }
  | { readonly kind: "compared"; readonly comparison: Comparison }

async function makeBuckets(suite: Suite, server: ServerFacts, caFile?: string): Promise<void> {
  const { ossEndpoint: endpoint, accessKeyId, accessKeySecret, region } = server
  const credentials = { accessKeyId, accessKeySecret }
  const httpsAgent = caFile === undefined ? undefined : new Agent({ ca: await readFile(caFile) })
  const options = { endpoint, ...credentials, region: `oss-${region}`, httpsAgent }
  const oss = new OSS(options)
  for (const { name, acl } of suite.buckets ?? []) {
    await oss.putBucket(name)
    await oss.putBucketACL(name, acl)
  }
}

async function startFor(suite: Suite, directory: string, root: string | undefined) {
  const options = { args: suite.serverArgs ?? [], ...(root === undefined ? {} : { root }) }
  if (suite.runTls !== undefined) {
    const server = await startTlsServer(directory, options)
    await makeBuckets(suite, server, server.caFile)
    return { server, run: (folder: string) => suite.runTls(server, folder) }
  }
  const server = await startServerProcess(directory, options)
  await makeBuckets(suite, server)
  return { server, run: (folder: string) => suite.run(server, folder) }
}

async function runInstalled(suite: Suite, folder: string, root: string | undefined) {
  const directory = await mkdtemp(join(tmpdir(), "osseal-clients-"))
  const { server, run } = await startFor(suite, directory, root)
  const logPath = join(CLIENTS_FOLDER, `${suite.name}.log`)
  await rm(logPath, { force: true })
  try {
    return await runStep(run(folder), folder, { logPath, limitMs: suite.minutesMax * 60_000 })
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function report(suite: Suite, root: string | undefined): Promise<Report> {
  const installation = await installSuite(suite, CLIENTS_FOLDER)
  if (installation.why !== undefined) return { kind: "left out", why: installation.why }
  const result = await runInstalled(suite, installation.folder, root)
  const outcomes = suite.parse(result.output)
  if (result.isTimeOut) return { kind: "broken", why: `ended after ${suite.minutesMax} minutes` }
  if (outcomes.length === 0) {
    return { kind: "broken", why: `no test ran, see .clients/${suite.name}.log` }
  }
  return { kind: "compared", comparison: compareOutcomes(outcomes, readKnownFailures(suite.name)) }
}

function describeComparison(comparison: Comparison): string {
  const { passed, knownFailures, skipped } = comparison
  const lines = [
    `${passed} passed, ${knownFailures} failed as known, ${comparison.newFailures.length} failed anew, ${skipped} skipped`,
  ]
  for (const test of comparison.newFailures) lines.push(`    failed: ${test}`)
  for (const test of comparison.unexpectedPasses) lines.push(`    passed, but is listed: ${test}`)
  for (const test of comparison.notRun) lines.push(`    is listed, but did not run: ${test}`)
  return lines.join("\n")
}

function isFine(each: Report): boolean {
  if (each.kind !== "compared") return each.kind === "left out"
  const { newFailures, unexpectedPasses, notRun } = each.comparison
  return newFailures.length + unexpectedPasses.length + notRun.length === 0
}

function describeReport(suite: Suite, each: Report): string {
  const text =
    each.kind === "compared" ? describeComparison(each.comparison) : `${each.kind}: ${each.why}`
  return `${isFine(each) ? "ok  " : "FAIL"} ${suite.name.padEnd(16)} ${suite.title}: ${text}\n`
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      server: { type: "string" },
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
  await mkdir(CLIENTS_FOLDER, { recursive: true })
  const chosen = SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  let isAllFine = true
  for (const suite of chosen) {
    const each = await report(suite, values.server)
    isAllFine &&= isFine(each)
    process.stdout.write(describeReport(suite, each))
  }
  return isAllFine ? 0 : 1
}

process.exitCode = await main()
