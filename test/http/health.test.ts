// Health as an operator's probe requests it: on every port of a running server.
import assert from "node:assert/strict"
import { once } from "node:events"
import { connect } from "node:net"
import { test } from "node:test"
import { makeBucket } from "../oss/bucket-client.ts"
import { startMemoryServer } from "../oss/running-server.ts"

const head = (...lines: string[]): string => [...lines, "Host: 127.0.0.1", "", ""].join("\r\n")

test("both APIs report that they are live and ready", async () => {
  const server = await startMemoryServer()
  for (const endpoint of [server.ossEndpoint, server.kmsEndpoint]) {
    for (const path of ["/-/health", "/-/health/live", "/-/health/ready"]) {
      const answer = await fetch(endpoint + path)
      assert.equal(answer.status, 200)
      assert.deepEqual(await answer.json(), { status: "ok", reasons: [] })
    }
  }
  await server.stop()
})

test("a stopping server is not ready while a request is in progress, and reports that it is draining", async () => {
  const server = await startMemoryServer()
  const bucket = await makeBucket(server, "draining")
  await bucket.send({
    method: "PUT",
    query: { acl: "" },
    headers: { "x-oss-acl": "public-read-write" },
  })
  const socket = connect({ port: Number(new URL(server.ossEndpoint).port), host: "127.0.0.1" })
  let received = ""
  socket.on("data", (piece: Buffer) => (received += piece.toString()))
  socket.write(head("PUT /draining/slow HTTP/1.1", "Content-Length: 5", "Expect: 100-continue"))
  while (!received.includes("100 Continue")) await once(socket, "data")
  const stopped = server.stop()
  socket.write(`hello${head("GET /-/health/ready HTTP/1.1")}`)
  await once(socket, "close")
  await stopped
  assert.match(received, /HTTP\/1\.1 200 OK\r\n/)
  assert.match(received, /HTTP\/1\.1 503 [^]*\{"status":"unavailable","reasons":\["draining"\]\}/)
})
