import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { get, type IncomingMessage } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { once } from "node:events"
import { startProgram } from "../../scripts/server-process.ts"
import { presignedTarget } from "../oss/presigned.ts"
import { startLocalServer, type TestServer } from "../oss/running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "../oss/signed-client.ts"
import { raceDisable } from "./disable-race.ts"

const BUCKET = "gateways-bucket"
const OBJECT = { bucketName: BUCKET, objectKey: "object" }
/** Enough connections that each gateway gets some. */
const CONNECTIONS = 9

describe("three gateways", () => {
  let server: TestServer
  const send = (request: SignedRequest): Promise<SignedAnswer> =>
    sendSigned(server, { bucketName: BUCKET, isAlone: true, ...request })

  before(async () => {
    server = await startLocalServer({}, { gateways: 3 })
    await send({ method: "PUT" })
  })

  after(() => server.stop())

  test("each read what any of them acknowledged, whatever they have cached", async () => {
    for (let round = 0; round < 60; round += 1) {
      const body = `round ${round}`
      assert.equal((await send({ method: "PUT", ...OBJECT, body })).status, 200)
      const reads = Array.from({ length: CONNECTIONS }, () => send({ method: "GET", ...OBJECT }))
      const read = (await Promise.all(reads)).map((answer) => answer.body.toString())
      assert.deepEqual(new Set(read), new Set([body]))
    }
  })

  test("each refuse what an ACL that was changed on another no longer allows", async () => {
    await send({ method: "PUT", ...OBJECT, body: "object" })
    const anonymous = { method: "GET", ...OBJECT, anonymous: true }
    for (let round = 0; round < 20; round += 1) {
      for (const [acl, status] of [
        ["public-read", 200],
        ["private", 403],
      ] as const) {
        await send({ method: "PUT", query: { acl: "" }, headers: { "x-oss-acl": acl } })
        const answers = await Promise.all(
          Array.from({ length: CONNECTIONS }, () => send(anonymous)),
        )
        assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([status]))
      }
    }
  })

  test("keep what another has deleted for those still reading it", async () => {
    const body = Buffer.alloc(16 * 1024 * 1024, 7)
    assert.equal((await send({ method: "PUT", ...OBJECT, body })).status, 200)
    const path = presignedTarget({ method: "GET", ...OBJECT })
    const { port } = new URL(server.ossEndpoint)
    const open = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        get({ port, path, agent: false }, resolve).on("error", reject)
      })
    const responses = await Promise.all(Array.from({ length: CONNECTIONS }, open))
    assert.equal((await send({ method: "DELETE", ...OBJECT })).status, 204)
    for (const response of responses) {
      let sizeBytes = 0
      for await (const chunk of response) sizeBytes += (chunk as Buffer).length
      assert.equal(sizeBytes, body.length)
    }
    await server.data.store.reclaimer.drained()
  })
})

test("a CMK that is disabled on one gateway is refused on every other at once", async () => {
  await raceDisable(100)
})

describe("osseal server --gateways", () => {
  let directory = ""

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "osseal-gateways-"))
  })

  after(() => rm(directory, { recursive: true, force: true }))

  const ports = ["--oss-port", "0", "--kms-port", "0"]

  test("does not share a port with another osseal", async () => {
    const first = await startProgram([
      "server",
      join(directory, "one"),
      ...ports,
      "--gateways",
      "2",
    ])
    const taken = new URL(first.endpoints[0] ?? "").port
    const args = ["--oss-port", taken, "--kms-port", "0", "--gateways", "2"]
    const second = startProgram(["server", join(directory, "two"), ...args])
    await assert.rejects(second, /--oss-port/)
    assert.equal(await first.stop(), 0)
  })

  test("ends with 1 when one of its threads ends", async () => {
    const preload = join(directory, "ends.mjs")
    const trigger = join(directory, "now")
    await writeFile(
      preload,
      `import { existsSync } from "node:fs"
import { threadName } from "node:worker_threads"
if (threadName === "gateway") setInterval(() => {
  if (existsSync(${JSON.stringify(trigger)})) throw new Error("ended for a test")
}, 50)
`,
    )
    const env = { NODE_OPTIONS: `--import ${preload}` }
    const args = ["server", join(directory, "three"), ...ports, "--gateways", "2"]
    const program = await startProgram(args, env)
    const exited = once(program.process, "exit")
    await writeFile(trigger, "")
    const [code] = (await exited) as [number]
    assert.equal(code, 1)
  })
})
