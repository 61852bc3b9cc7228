// The Host header of a request becomes part of policies and addresses.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { CONSOLE_CONFIG, startMemoryServer, type TestServer } from "../oss/running-server.ts"
import { type ConsoleAnswer, exchange, visitConsole } from "./console-client.ts"

let server: TestServer
before(async () => {
  server = await startMemoryServer(CONSOLE_CONFIG)
})
after(() => server.stop())

const ask = async (path: string, host: string): Promise<ConsoleAnswer> =>
  await exchange(visitConsole(server).port, {
    method: "GET",
    path,
    headers: { host },
    body: undefined,
  })

test("an invalid Host is refused, and changes no policy", async () => {
  for (const host of [
    "a; script-src *",
    "a b",
    "a,b",
    "a'unsafe-inline'",
    "<script>",
    "user@evil.example",
    "evil.example/path",
    "a:b",
    "a:123456",
    "[::1",
  ]) {
    for (const path of ["/", "/api/session"]) {
      const answer = await ask(path, host)
      assert.equal(answer.status, 400, host)
      const policy = String(answer.headers["content-security-policy"])
      assert.equal(policy, "default-src 'none'; frame-ancestors 'none'")
    }
  }
})

test("names, addresses and ports are accepted", async () => {
  for (const host of ["localhost:1", "127.0.0.1", "[::1]:9402", "console.example.com", "a_b.c"]) {
    assert.equal((await ask("/api/session", host)).status, 401, host)
  }
})
