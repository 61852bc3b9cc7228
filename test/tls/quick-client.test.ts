// A client that reuses its connection before the server knows that its response has left, as it may under TLS, where a
// write ends a turn of the event loop later than its bytes leave.
import assert from "node:assert/strict"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import { Worker } from "node:worker_threads"
import { issueDevCertificate } from "../../src/cli/dev-certificate.ts"
import { fixedPair } from "../../src/http/tls.ts"
import { startEchoServer } from "../http/raw-connection.ts"
import { TEST_CONFIG } from "../oss/running-server.ts"
import type { QuickClient } from "./quick-client.ts"

const PATIENCE_MS = 20_000

test("a request with both framings, sent at once after a response, is served", async () => {
  const directory = await mkdtemp(join(tmpdir(), "osseal-quick-client-"))
  const { pair, caFile } = await issueDevCertificate(directory, TEST_CONFIG)
  const sent = new Int32Array(new SharedArrayBuffer(4))
  const server = await startEchoServer({
    tls: fixedPair(pair),
    async handle({ head, body, send }) {
      const bytes = await body.whole({ bytesMax: 100 })
      const text = Buffer.from(`${head.target} ${bytes.toString()};`)
      // So that the write is begun where its end is a turn away.
      await turn()
      await send({ status: 200, headers: [], body: { kind: "pieces", pieces: [text] } })
      assert.notEqual(Atomics.wait(sent, 0, 0, PATIENCE_MS), "timed-out")
    },
  })
  try {
    const workerData: QuickClient = { port: server.port, ca: await readFile(caFile, "utf8"), sent }
    const client = new Worker(join(import.meta.dirname, "quick-client.ts"), { workerData })
    const [received] = (await once(client, "message")) as [string]
    assert.deepEqual(received.match(/^\/[^;]*;/gm), ["/first ;", "/second hello;"])
  } finally {
    await server.close(0)
    await rm(directory, { recursive: true })
  }
})
