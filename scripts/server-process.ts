import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"

/** A server in its own process, as an operator starts it. */
export interface ServerProcess extends Omit<StartedProgram, "endpoints"> {
  /** `http://127.0.0.1:PORT` */
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly region: string
}

/** The root access key, unless `env` sets another. */
const ACCESS_KEY = {
  OSSEAL_ACCESS_KEY_ID: "server-process",
  OSSEAL_ACCESS_KEY_SECRET: "server-process-secret",
}

const ROOT = join(import.meta.dirname, "..")
const START_MS_MAX = 30_000

/** A program in its own process, ready. */
export interface StartedProgram {
  /** In the order in which they are printed: OSS first, then KMS. */
  readonly endpoints: readonly string[]
  readonly process: ChildProcess
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

/**
 * Starts `osseal dev` or `osseal server` with these arguments; resolves when it is ready. Through npm, it runs in its
 * own process group, which npm leads.
 */
export async function startProgram(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  through: "node" | "npm" = "node",
): Promise<StartedProgram> {
  if (through === "npm") {
    const ofItsGroup: SpawnOptions = { detached: true, cwd: ROOT }
    return await start("npm", ["start", "--", ...args], env, ofItsGroup)
  }
  return await start(process.execPath, [join(ROOT, "src", "main.ts"), ...args], env)
}

/** Starts anything that prints the lines "OSS" and "KMS" when it is ready. */
async function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  options: SpawnOptions = {},
): Promise<StartedProgram> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OSSEAL_LOG_LEVEL: "warn", ...env },
    ...options,
  })
  const endpoints = await readEndpoints(child)
  const exited = once(child, "exit")
  return {
    endpoints,
    process: child,
    async stop() {
      child.kill("SIGTERM")
      await exited
      return child.exitCode
    },
    async kill() {
      child.kill("SIGKILL")
      await exited
    },
  }
}

interface StartOptions {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** The checkout whose program is started; this one by default. */
  readonly root?: string
  /** A module that is loaded before the server, and may exchange messages with its parent. */
  readonly preload?: string
  /** The processors that the server may use, in the form of `taskset --cpu-list` (Linux). Defaults to all. */
  readonly processors?: string
}

/** Starts `osseal server` on a data directory and any free ports; resolves when it is ready. */
export async function startServerProcess(
  directory: string,
  options: StartOptions = {},
): Promise<ServerProcess> {
  const args = ["server", directory, "--oss-port", "0", "--kms-port", "0", ...(options.args ?? [])]
  const main = join(options.root ?? ROOT, "src", "main.ts")
  const { preload, env, processors } = options
  if (processors !== undefined) {
    const command = ["--cpu-list", processors, process.execPath, main, ...args]
    return await startServerModule(command, env, {}, "taskset")
  }
  if (preload === undefined) return await startServerModule([main, ...args], env)
  return await startServerModule(["--import", preload, main, ...args], env, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  })
}

/** The same for any module that serves both protocols, with its arguments. */
export async function startServerModule(
  command: readonly string[],
  extraEnv: NodeJS.ProcessEnv = {},
  options: SpawnOptions = {},
  executable: string = process.execPath,
): Promise<ServerProcess> {
  const env = { ...ACCESS_KEY, ...extraEnv }
  const { endpoints, ...program } = await start(executable, command, env, options)
  const [ossEndpoint = "", kmsEndpoint = ""] = endpoints
  return {
    ...program,
    ossEndpoint,
    kmsEndpoint,
    accessKeyId: env.OSSEAL_ACCESS_KEY_ID,
    accessKeySecret: env.OSSEAL_ACCESS_KEY_SECRET,
    region: "cn-hangzhou",
  }
}

/** Reads the endpoints from what the program prints when it is ready, then stops reading its output. */
async function readEndpoints(child: ChildProcess): Promise<string[]> {
  const errors: string[] = []
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()))
  const { stdout } = child
  if (stdout === null) throw new Error("the server's output is not a pipe")
  const found: string[] = []
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX)
  try {
    for await (const line of createInterface({ input: stdout })) {
      const match = /^ +(OSS|KMS) +(https?:.*)$/.exec(line)
      found.push(...(match?.[2]?.split(/ +/) ?? []))
      if (match?.[1] === "KMS") return found
    }
  } finally {
    clearTimeout(timer)
    stdout.resume()
  }
  throw new Error(`the server did not start:\n${errors.join("")}`)
}
