import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { type RequestOptions, request as sendRequest } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { systemClock } from "../../src/base/clock.ts"
import { issueDevCertificate } from "../../src/cli/dev-certificate.ts"
import { createLog } from "../../src/cli/log.ts"
import type { Config } from "../../src/config.ts"
import { openMemory } from "../../src/data-directory.ts"
import { fixedPair } from "../../src/http/tls.ts"
import { fixedAccessKeys } from "../../src/identity/access-keys.ts"
import { startServer } from "../../src/server.ts"
import { CONSOLE_CONFIG, TEST_ACCESS_KEY } from "../oss/running-server.ts"

interface SecureAnswer {
  readonly cookie: string
  readonly json: Readonly<Record<string, unknown>>
}

function send(options: RequestOptions, body?: unknown): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest(options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
      incoming.on("end", () => {
        const json = JSON.parse(Buffer.concat(chunks).toString()) as SecureAnswer["json"]
        resolve({ cookie: incoming.headers["set-cookie"]?.[0] ?? "", json })
      })
    })
    outgoing.on("error", reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

test("over TLS the cookie is for TLS and this host only, and links lead to the TLS port of OSS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "osseal-console-tls-"))
  const config: Config = {
    ...CONSOLE_CONFIG,
    doors: CONSOLE_CONFIG.doors.flatMap((door) => [door, { ...door, isTls: true }]),
  }
  const { pair, caFile } = await issueDevCertificate(folder, config)
  const log = createLog("silent")
  const data = await openMemory({ region: config.region, clock: systemClock, log })
  const principal = { kind: "account", accountId: data.accountId } as const
  const accessKeys = fixedAccessKeys([{ ...TEST_ACCESS_KEY, principal }])
  const server = await startServer(config, accessKeys, data, log, fixedPair(pair))
  try {
    const portOf = (protocol: "oss" | "console"): number =>
      server.doors.find((door) => door.protocol === protocol && door.isTls)?.port ?? 0
    const { accessKeyId, accessKeySecret } = TEST_ACCESS_KEY
    const port = portOf("console")
    const ca = readFileSync(caFile)
    const headers = { "content-type": "application/json", origin: `https://localhost:${port}` }
    const to = { host: "localhost", port, ca, headers, method: "POST", agent: false } as const
    const asked = { accessKeyId, purpose: "sign-in" }
    const challenge = await send({ ...to, path: "/api/session/challenge" }, asked)
    const { challengeId, message } = challenge.json
    const proof = createHmac("sha256", accessKeySecret).update(String(message)).digest("hex")
    const signedIn = await send(
      { ...to, path: "/api/session" },
      { accessKeyId, challengeId, proof },
    )
    assert.match(
      signedIn.cookie,
      new RegExp(`^__Host-osseal-session-${port}=.*; HttpOnly; SameSite=Strict; Secure$`),
    )
    const cookie = String(signedIn.cookie.split(";", 1)[0])
    const get = { ...to, method: "GET", path: "/api/server", headers: { cookie } }
    const { json } = await send(get)
    assert.equal(json["ossEndpoint"], `https://localhost:${portOf("oss")}`)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
})
