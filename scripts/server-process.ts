import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"

/** A server in a process of its own, as an operator starts it. */
export interface ServerProcess {
  /** `http://127.0.0.1:PORT` */
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly region: string
  readonly process: ChildProcess
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

/** The root access key, unless `env` names another. */
const ACCESS_KEY = {
  OSSEAL_ACCESS_KEY_ID: "server-process",
  OSSEAL_ACCESS_KEY_SECRET: "server-process-secret",
}

const ROOT = join(import.meta.dirname, "..")
const START_MS_MAX = 30_000

/** Starts `osseal server` on a data directory and any free ports; resolves when it is ready. */
export async function startServerProcess(
  directory: string,
  options: {
    readonly args?: readonly string[]
    readonly env?: NodeJS.ProcessEnv
    /** A module that is loaded before the server, and may talk to its parent. */
    readonly preload?: string
  } = {},
): Promise<ServerProcess> {
  const args = ["server", directory, "--oss-port", "0", "--kms-port", "0", ...(options.args ?? [])]
  const preload = options.preload === undefined ? [] : ["--import", options.preload]
  const env = { ...process.env, OSSEAL_LOG_LEVEL: "warn", ...ACCESS_KEY, ...options.env }
  const child = spawn(process.execPath, [...preload, join(ROOT, "src", "main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe", options.preload === undefined ? "ignore" : "ipc"],
    env,
  })
  const endpoints = await readEndpoints(child)
  const exited = once(child, "exit")
  return {
    ...endpoints,
    accessKeyId: env.OSSEAL_ACCESS_KEY_ID,
    accessKeySecret: env.OSSEAL_ACCESS_KEY_SECRET,
    region: "cn-hangzhou",
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

interface Endpoints {
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
}

/** Reads the two endpoints from what the server prints when it is ready; then lets its output go. */
async function readEndpoints(child: ChildProcess): Promise<Endpoints> {
  const errors: string[] = []
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()))
  const { stdout } = child
  if (stdout === null) throw new Error("the server's output is not a pipe")
  const found: { oss?: string; kms?: string } = {}
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX)
  try {
    for await (const line of createInterface({ input: stdout })) {
      const match = /^\s*(OSS|KMS)\s+(http:\/\/\S+)/.exec(line)
      if (match?.[1] === "OSS") found.oss = match[2] ?? ""
      if (match?.[1] === "KMS") found.kms = match[2] ?? ""
      if (found.oss !== undefined && found.kms !== undefined) {
        return { ossEndpoint: found.oss, kmsEndpoint: found.kms }
      }
    }
  } finally {
    clearTimeout(timer)
    stdout.resume()
  }
  throw new Error(`the server did not start:\n${errors.join("")}`)
}
