// Does what a newcomer does in the first hour, and times it: starts from a clone and from the packed package, with and without
// TLS, stores a first encrypted object with three clients, and stops. Prints a line for each step. Exits with 1 if a step
// fails.
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { availableParallelism, tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

const ROOT = join(import.meta.dirname, "..")
const PROGRAMS = join(ROOT, "test", "first-hour")
const STEP_MS_MAX = 10 * 60_000
const READY_MS_MAX = 5 * 60_000

/** Removed from the environment, because the settings of the person who runs this would change the result. */
const NOT_INHERITED = /^(OSSEAL|OSS|ALICLOUD|ALIBABA|ALIYUN|npm_)/i

/** This Node comes first in PATH, so that npm, npx and the program run on it. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name))),
  PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
}

let failures = 0

/** Runs a step and prints its line. Returns undefined if it failed. */
async function step<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
  const startedMs = performance.now()
  const [value, problem] = await run().then(
    (result) => [result, undefined] as const,
    (error: unknown) =>
      [undefined, error instanceof Error ? error.message : String(error)] as const,
  )
  if (problem !== undefined) failures += 1
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(2)
  process.stdout.write(
    `${problem === undefined ? "ok  " : "FAIL"} ${seconds.padStart(7)} s  ${what}\n`,
  )
  if (problem !== undefined) process.stdout.write(`${problem.replaceAll(/^/gm, "       ")}\n`)
  return value
}

interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a program to its end. If its exit code is not 0, throws an Error with the end of its output. */
async function run({ program, args, cwd, env }: Command): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    env: { ...ENVIRONMENT, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: STEP_MS_MAX,
  })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => output.push(bytes))
  }
  const [code] = (await once(child, "close")) as [number | null]
  if (code === 0) return
  const end = Buffer.concat(output).toString().trim().split("\n").slice(-12).join("\n")
  throw new Error(`${program} ${args.join(" ")} ended with ${code ?? "a signal"}\n${end}`)
}

/** An installed client, and how its program is run. */
interface Client {
  readonly name: string
  readonly command: Command
}

async function installClients(folder: string): Promise<Client[]> {
  const clients: Client[] = []
  for (const [name, file, install] of [
    ["ali-oss", "client.mjs", installAliOss],
    ["oss2", "client.py", installOss2],
    ["aliyun-oss-go-sdk", "client.go", installGo],
  ] as const) {
    const cwd = join(folder, name)
    const command = await step(`install ${name}`, async () => {
      await mkdir(cwd)
      await cp(join(PROGRAMS, file), join(cwd, file))
      return await install(cwd)
    })
    if (command !== undefined) clients.push({ name, command })
  }
  return clients
}

async function installAliOss(cwd: string): Promise<Command> {
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "ali-oss@6.23.0"]
  await run({ program: "npm", args, cwd })
  return { program: process.execPath, args: ["client.mjs"], cwd }
}

async function installOss2(cwd: string): Promise<Command> {
  await run({ program: "python3", args: ["-m", "venv", "venv"], cwd })
  const program = join(cwd, "venv", "bin", "python")
  await run({ program, args: ["-m", "pip", "install", "-q", "oss2==2.19.1"], cwd })
  return { program, args: ["client.py"], cwd }
}

async function installGo(cwd: string): Promise<Command> {
  await run({ program: "go", args: ["mod", "init", "client"], cwd })
  const packages = [
    "github.com/aliyun/aliyun-oss-go-sdk/oss@v3.0.2+incompatible",
    "golang.org/x/time@v0.12.0",
  ]
  await run({ program: "go", args: ["get", ...packages], cwd })
  await run({ program: "go", args: ["build", "-o", "client", "client.go"], cwd })
  return { program: join(cwd, "client"), args: [], cwd }
}

/** A way to get the program: how it is called, and how it is stopped. */
interface Origin {
  readonly name: string
  readonly cwd: string
  readonly command: readonly [program: string, ...args: string[]]
  /** npm passes signals on. npx does not always, so the signal goes to the server itself. */
  readonly isSignalPassedOn: boolean
}

async function fromClone(folder: string): Promise<Origin | undefined> {
  const cwd = join(folder, "clone")
  const cloned = await step("git clone", async () => {
    await run({ program: "git", args: ["clone", "--quiet", ROOT, cwd], cwd: folder })
    return true
  })
  const version = ["run", "--silent", "osseal", "--", "--version"]
  const installed =
    cloned &&
    (await step("npm run osseal -- --version, including the installation", async () => {
      await run({ program: "npm", args: version, cwd })
      return true
    }))
  if (installed !== true) return undefined
  return { name: "clone", cwd, command: ["npm", "start", "--"], isSignalPassedOn: true }
}

async function fromPackage(folder: string): Promise<Origin | undefined> {
  const cwd = join(folder, "empty")
  const tarball = await step("npm pack", async () => {
    await mkdir(cwd)
    await run({
      program: "npm",
      args: ["pack", "--silent", "--pack-destination", folder],
      cwd: ROOT,
    })
    const name = (await readdir(folder)).find((each) => each.endsWith(".tgz")) ?? ""
    return join(folder, name)
  })
  if (tarball === undefined) return undefined
  const installed = await step("npm install of the package in an empty folder", async () => {
    await run({ program: "npm", args: ["install", "--no-audit", "--no-fund", tarball], cwd })
    return true
  })
  if (installed === undefined) return undefined
  return { name: "package", cwd, command: ["npx", "osseal"], isSignalPassedOn: false }
}

/** The contents of the --ready-file. */
interface Ready {
  readonly pid: number
  readonly ossEndpoint: string
  readonly ossTlsEndpoint?: string
  readonly region: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly caFile?: string
}

interface Running {
  readonly child: ChildProcess
  readonly ready: Ready
}

async function start(origin: Origin, folder: string, isTls: boolean): Promise<Running> {
  const [program, ...args] = origin.command
  const readyFile = join(folder, `ready-${origin.name}-${isTls ? "tls" : "plain"}.json`)
  const ports = ["oss", "kms", "console"].flatMap((door) => [`--${door}-port`, "0"])
  const tls = ["oss", "kms", "console"].flatMap((door) => [`--${door}-tls-port`, "0"])
  const more = isTls ? ["--tls", "--ca-dir", join(folder, "ca"), ...tls] : []
  const child = spawn(program, [...args, "dev", ...ports, ...more, "--ready-file", readyFile], {
    cwd: origin.cwd,
    env: ENVIRONMENT,
    stdio: ["ignore", "ignore", "pipe"],
  })
  const errors: Buffer[] = []
  child.stderr.on("data", (bytes: Buffer) => errors.push(bytes))
  const untilMs = performance.now() + READY_MS_MAX
  while (!existsSync(readyFile)) {
    if (child.exitCode !== null || performance.now() > untilMs) {
      child.kill("SIGTERM")
      throw new Error(`the server is not ready\n${Buffer.concat(errors).toString()}`)
    }
    await sleep(10)
  }
  return { child, ready: JSON.parse(await readFile(readyFile, "utf8")) as Ready }
}

async function stop({ child, ready }: Running, { isSignalPassedOn }: Origin): Promise<void> {
  const exited = once(child, "exit")
  process.kill((isSignalPassedOn ? child.pid : undefined) ?? ready.pid, "SIGTERM")
  const [code] = (await exited) as [number | null]
  if (code !== 0) throw new Error(`the server ended with ${code ?? "a signal"}`)
}

/** Stores a client's first encrypted object: creates a bucket, writes under the default CMK, reads and compares. */
async function store(client: Client, { ready }: Running, isTls: boolean): Promise<void> {
  const { region, accessKeyId, accessKeySecret, caFile } = ready
  const endpoint = isTls ? ready.ossTlsEndpoint : ready.ossEndpoint
  if (endpoint?.startsWith(isTls ? "https:" : "http:") !== true) {
    throw new Error(`the endpoint is ${String(endpoint)}`)
  }
  const trust =
    caFile === undefined
      ? {}
      : { NODE_EXTRA_CA_CERTS: caFile, REQUESTS_CA_BUNDLE: caFile, SSL_CERT_FILE: caFile }
  await run({
    ...client.command,
    env: {
      OSS_ENDPOINT: endpoint,
      OSS_REGION: region,
      OSS_ACCESS_KEY_ID: accessKeyId,
      OSS_ACCESS_KEY_SECRET: accessKeySecret,
      BUCKET: `first-${client.name}`,
      ...trust,
    },
  })
}

async function tour(origin: Origin, clients: readonly Client[], folder: string): Promise<void> {
  for (const isTls of [false, true]) {
    const way = `${origin.name}, ${isTls ? "TLS" : "plain"}`
    const called = [...origin.command, "dev", ...(isTls ? ["--tls"] : [])].join(" ")
    const running = await step(`${way}: ${called}, until ready`, () => start(origin, folder, isTls))
    if (running === undefined) continue
    for (const client of clients) {
      await step(`${way}: first encrypted object with ${client.name}`, () =>
        store(client, running, isTls),
      )
    }
    await step(`${way}: stop`, () => stop(running, origin))
  }
}

const folder = await mkdtemp(join(tmpdir(), "osseal-first-hour-"))
try {
  const { versions, platform, arch } = process
  process.stdout.write(
    `Node ${versions.node} on ${platform}-${arch}, ${availableParallelism()} processors\n`,
  )
  await writeFile(join(folder, "package.json"), "{}")
  const clients = await installClients(folder)
  for (const from of [fromClone, fromPackage]) {
    const origin = await from(folder)
    if (origin !== undefined) await tour(origin, clients, folder)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = failures === 0 ? 0 : 1
