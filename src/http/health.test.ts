import assert from "node:assert/strict"
import { test } from "node:test"
import { sendPackets, startEchoServer } from "../../test/http/raw-connection.ts"
import { HEALTH_TARGETS, type HealthReason, withHealth } from "./health.ts"

const DOOR_ANSWER = "HTTP/1.1 204"

async function ask(target: string, reasons: readonly HealthReason[], method = "GET") {
  const server = await startEchoServer({
    urgentTargets: HEALTH_TARGETS,
    handle: withHealth(
      ({ send }) => send({ status: 204, headers: [], body: { kind: "none" } }),
      () => reasons,
    ),
  })
  const request = `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
  const answer = await sendPackets(server.port, [request])
  await server.close(0)
  const [head = "", body = ""] = answer.split("\r\n\r\n")
  return { status: head.slice(0, DOOR_ANSWER.length), body }
}

test("a server without trouble is live and ready", async () => {
  for (const target of ["/-/health", "/-/health/live", "/-/health/ready"]) {
    const { status, body } = await ask(target, [])
    assert.equal(status, "HTTP/1.1 200")
    assert.deepEqual(JSON.parse(body), { status: "ok", reasons: [] })
  }
})

test("one that does not accept every request is live, is not ready, and says why", async () => {
  const reasons = ["draining", "full"] as const
  const told = { status: "unavailable", reasons: ["draining", "full"] }
  for (const [target, status] of [
    ["/-/health/live", "HTTP/1.1 200"],
    ["/-/health/ready", "HTTP/1.1 503"],
    ["/-/health", "HTTP/1.1 503"],
  ] as const) {
    const answer = await ask(target, reasons)
    assert.equal(answer.status, status)
    assert.deepEqual(JSON.parse(answer.body), told)
  }
})

test("HEAD returns only the status, and other targets are passed on", async () => {
  assert.deepEqual(await ask("/-/health/ready", ["read-only"], "HEAD"), {
    status: "HTTP/1.1 503",
    body: "",
  })
  for (const target of ["/-/healthy", "/-/health/", "/-/health/live?x", "/"]) {
    assert.equal((await ask(target, [])).status, DOOR_ANSWER)
  }
})
