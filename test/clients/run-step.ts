import { spawn } from "node:child_process"
import { createWriteStream } from "node:fs"
import { isAbsolute, join } from "node:path"
import type { Step } from "./suite.ts"

export interface StepResult {
  /** undefined: ended by a signal, for example at the time limit. */
  readonly code: number | undefined
  readonly isTimeOut: boolean
  /** Standard output and standard error in the order received. */
  readonly output: string
}

/** Secrets and settings of the user who runs this, which would change what a suite does. */
const NOT_INHERITED = /^(OSSEAL|OSS|ALICLOUD|ALIBABA|ALIYUN|AWS)_/

/**
 * Runs a step to its end below `folder`, with its output also in a log file; ends its whole process group at the time
 * limit.
 */
export async function runStep(
  step: Step,
  folder: string,
  options: { readonly logPath: string; readonly limitMs: number },
): Promise<StepResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name))
  const cwd = join(folder, step.cwd ?? ".")
  const isPath = step.program.includes("/") && !isAbsolute(step.program)
  const child = spawn(isPath ? join(cwd, step.program) : step.program, step.args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...step.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  })
  const log = createWriteStream(options.logPath, { flags: "a" })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk)
      log.write(chunk)
    })
  }
  let isTimeOut = false
  const timer = setTimeout(() => {
    isTimeOut = true
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
  }, options.limitMs)
  const code = await new Promise<number | undefined>((resolve) => {
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${error.message}\n`))
      resolve(undefined)
    })
    child.on("close", (exitCode) => resolve(exitCode ?? undefined))
  })
  clearTimeout(timer)
  await new Promise<void>((resolve) => log.end(resolve))
  return { code, isTimeOut, output: Buffer.concat(chunks).toString() }
}
