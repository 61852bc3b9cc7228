// Every way in which a stop signal reaches the program, during an upload in progress.
import assert from "node:assert/strict"
import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, test, type TestContext } from "node:test"
import { startProgram, type StartedProgram } from "../scripts/server-process.ts"
import { DEV_ACCESS_KEY } from "../src/config.ts"
import { presignedTarget } from "./oss/presigned.ts"

const ARGS = ["dev", "--oss-port", "0", "--kms-port", "0", "--console", "off"]
const BUCKET = "stop-bucket"

/** Killed when the test ends, if it still exists. */
async function start(t: TestContext, through: "node" | "npm"): Promise<StartedProgram> {
  const program = await startProgram(ARGS, { OSSEAL_LOG_LEVEL: "info" }, through)
  t.after(() => {
    if (program.process.exitCode === null) signal(program, "SIGKILL", through === "npm")
  })
  return program
}

/** Signals the process, or with `group` all of its group, as a terminal does. */
function signal({ process: child }: StartedProgram, name: NodeJS.Signals, group: boolean): void {
  const { pid } = child
  assert.ok(pid !== undefined)
  process.kill(group ? -pid : pid, name)
}

/** Resolves when the log has this line. */
async function logged({ process: { stderr } }: StartedProgram, text: string): Promise<void> {
  assert.ok(stderr !== null)
  let seen = ""
  const found = Promise.withResolvers<undefined>()
  stderr.on("data", (piece: Buffer) => {
    seen += piece.toString()
    if (seen.includes(text)) found.resolve(undefined)
  })
  await found.promise
}

function target(objectKey: string): string {
  const named = { method: "PUT", bucketName: BUCKET, objectKey }
  return presignedTarget({ ...named, accessKey: DEV_ACCESS_KEY })
}

/** An upload whose head the server has received and whose body it has asked for. `rest` sends what is missing. */
async function beginUpload(program: StartedProgram) {
  const endpoint = program.endpoints[0] ?? ""
  const made = await fetch(`${endpoint}${target("")}`, { method: "PUT" })
  assert.equal(made.status, 200)
  const headers = { expect: "100-continue", "content-length": "200000" }
  const sent = request(`${endpoint}${target("slow")}`, { method: "PUT", headers })
  const answered = once(sent, "response") as Promise<[IncomingMessage]>
  const status = answered.then(([answer]) => {
    answer.resume()
    return answer.statusCode
  })
  // Awaited by the test; other code ignores a cut connection.
  status.catch(() => undefined)
  sent.flushHeaders()
  await once(sent, "continue")
  sent.write(Buffer.alloc(100_000))
  return {
    status,
    rest: () => void sent.end(Buffer.alloc(100_000)),
  }
}

describe("a stop signal lets an upload finish, and the exit code is 0", () => {
  const roads = [
    ["SIGTERM to the program", "node", "SIGTERM", false],
    ["SIGTERM to npm", "npm", "SIGTERM", false],
    ["SIGTERM to npm's group", "npm", "SIGTERM", true],
    ["Ctrl-C in the terminal of npm", "npm", "SIGINT", true],
  ] as const
  for (const [title, through, name, group] of roads) {
    test(title, async (t) => {
      const program = await start(t, through)
      const upload = await beginUpload(program)
      const exited = once(program.process, "exit")
      const stopping = logged(program, '"msg":"stopping')
      signal(program, name, group)
      await stopping
      upload.rest()
      assert.equal(await upload.status, 200)
      assert.deepEqual(await exited, [0, null])
    })
  }
})

test("a signal right after the program reported that it is ready stops it with 0", async (t) => {
  const program = await start(t, "node")
  assert.equal(await program.stop(), 0)
})

test("a second signal, a second after the first, cuts requests in progress", async (t) => {
  const program = await start(t, "node")
  const upload = await beginUpload(program)
  const exited = once(program.process, "exit")
  const stopping = logged(program, '"msg":"stopping')
  signal(program, "SIGINT", false)
  await stopping
  await sleep(1_200)
  signal(program, "SIGINT", false)
  assert.deepEqual(await exited, [1, null])
  await assert.rejects(upload.status)
})
