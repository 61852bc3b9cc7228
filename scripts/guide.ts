// Installs the clients that docs/guide/connect.md uses into .clients/, runs its programs against `osseal dev --tls`,
// and compares their output with the page. `npm test` runs the programs for Node and curl.
import { mkdir, readFile, rm } from "node:fs/promises"
import { Agent } from "node:https"
import { join } from "node:path"
import { parseArgs } from "node:util"
import OSS from "ali-oss"
import { installSuite } from "../test/clients/installation.ts"
import { runStep } from "../test/clients/run-step.ts"
import { followLines } from "../test/clients/scenario.ts"
import type { Step } from "../test/clients/suite.ts"
import { DEV_ACCESS_KEY } from "../src/config.ts"
import type { SampleLanguage } from "../console/src/pages/try-it/code-samples.ts"
import { checkSamples, sampleEnvironment } from "../test/guide/console-samples.ts"
import {
  type Ecosystem,
  ecosystemOf,
  PAGE,
  placeProgram,
  RUN_BY_GUIDE,
} from "../test/guide/ecosystems.ts"
import { type GuideServer, startGuideServer } from "../test/guide/guide-server.ts"
import { readSnippets, type Snippet } from "../test/guide/snippets.ts"

const CLIENTS_FOLDER = join(import.meta.dirname, "..", ".clients")
const PROGRAM_MS_MAX = 5 * 60_000

/** The languages of the console's page Try it, by the names of their ecosystems. */
const SAMPLED: Readonly<Record<string, SampleLanguage>> = {
  python: "Python",
  go: "Go",
  java: "Java",
}

const HELP = `npm run test:guide [-- LANGUAGE...]

Runs the programs of docs/guide/connect.md in ${RUN_BY_GUIDE.join(", ")}, and what the console's page Try it shows in
${Object.keys(SAMPLED).join(", ")}, against a server of this checkout, with clients that are installed into .clients/ through
their ecosystems' package clients. One line per program. Exits with 1 when one prints anything but what the page says; the
output stays in .clients/guide-LANGUAGE.log. A language is skipped, with the reason, if this machine lacks its programs or
its clients cannot be installed.
`

/** Runs the console's code samples in that language. Prints a line, and the error if one fails. */
async function runSamples(
  language: string,
  server: GuideServer,
  run: (code: string) => Promise<string>,
): Promise<boolean> {
  const sampled = SAMPLED[language]
  if (sampled === undefined) return true
  const at = { kmsEndpoint: server.kmsEndpoint, accessKey: DEV_ACCESS_KEY }
  const title = `${language.padEnd(8)} the console's page Try it`
  try {
    await checkSamples(sampled, at, run)
    process.stdout.write(`ok   ${title}\n`)
    return true
  } catch (error) {
    process.stdout.write(`FAIL ${title}\n    ${String(error)}\n`)
    return false
  }
}

function step(ecosystem: Ecosystem, server: GuideServer, command: string): Step {
  const { trusts } = ecosystem
  if (trusts === undefined) return { program: "bash", args: ["-euc", command], env: server.env }
  return followLines(trusts, server, { before: "rm -f osseal.p12", command, env: server.env })
}

async function makeBuckets(names: readonly string[], server: GuideServer): Promise<void> {
  const options = {
    endpoint: server.readdress("https://127.0.0.1:9443"),
    region: "oss-cn-hangzhou",
    accessKeyId: server.env["OSS_ACCESS_KEY_ID"] ?? "",
    accessKeySecret: server.env["OSS_ACCESS_KEY_SECRET"] ?? "",
    httpsAgent: new Agent({ ca: await readFile(server.caFile) }),
  }
  const oss = new OSS(options)
  for (const name of names) await oss.putBucket(name)
}

async function runLanguage(
  language: string,
  snippets: readonly Snippet[],
  server: GuideServer,
): Promise<boolean> {
  const ecosystem = ecosystemOf(language)
  const installation = await installSuite(ecosystem, CLIENTS_FOLDER)
  if (installation.why !== undefined) {
    process.stdout.write(`ok   ${language.padEnd(8)} left out: ${installation.why}\n`)
    return true
  }
  const logPath = join(CLIENTS_FOLDER, `${ecosystem.name}.log`)
  await rm(logPath, { force: true })
  await makeBuckets(ecosystem.buckets ?? [], server)
  let isAllFine = true
  for (const [index, { heading, code, output = "" }] of snippets.entries()) {
    const { folder } = installation
    const program = server.readdress(code)
    const command = await placeProgram(ecosystem, folder, index, program)
    const options = { logPath, limitMs: PROGRAM_MS_MAX }
    const result = await runStep(step(ecosystem, server, command), folder, options)
    // The tools that run a program may have printed something first.
    const isFine =
      result.code === 0 && `\n${result.output}`.endsWith(`\n${server.readdress(output)}`)
    isAllFine &&= isFine
    const word = isFine ? "ok  " : "FAIL"
    process.stdout.write(`${word} ${language.padEnd(8)} ${heading}\n`)
    if (!isFine) process.stdout.write(`    printed:\n${result.output}\n`)
  }
  const place = async (code: string): Promise<string> => {
    const command = await placeProgram(ecosystem, installation.folder, snippets.length, code)
    const options = { logPath, limitMs: PROGRAM_MS_MAX }
    const at = { kmsEndpoint: server.kmsEndpoint, accessKey: DEV_ACCESS_KEY }
    const { program, args, env } = step(ecosystem, server, command)
    const told = { program, args, env: { ...env, ...sampleEnvironment(at) } }
    const { code: exitCode, output } = await runStep(told, installation.folder, options)
    if (exitCode !== 0) throw new Error(`it ended with ${exitCode}, and printed:\n${output}`)
    return output
  }
  return (await runSamples(language, server, place)) && isAllFine
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", default: false } },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const unknown = positionals.find((language) => !RUN_BY_GUIDE.includes(language))
  if (unknown !== undefined) {
    process.stderr.write(
      `osseal: no programs in "${unknown}"; there are ${RUN_BY_GUIDE.join(", ")}\n`,
    )
    return 2
  }
  const snippets = readSnippets(await readFile(PAGE, "utf8")).filter(({ isRun }) => isRun)
  await mkdir(CLIENTS_FOLDER, { recursive: true })
  const server = await startGuideServer()
  try {
    let isAllFine = true
    for (const language of positionals.length === 0 ? RUN_BY_GUIDE : positionals) {
      const own = snippets.filter((snippet) => snippet.language === language)
      isAllFine = (await runLanguage(language, own, server)) && isAllFine
    }
    return isAllFine ? 0 : 1
  } finally {
    await server.stop()
  }
}

process.exitCode = await main()
