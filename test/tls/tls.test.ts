// TLS on every port: what official clients see, what a new certificate changes, and what stops.
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { X509Certificate } from "node:crypto"
import { once } from "node:events"
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { Agent, request } from "node:https"
import { type AddressInfo, connect as connectPlain } from "node:net"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { after, before, describe, test } from "node:test"
import { connect, type TLSSocket } from "node:tls"
import { promisify } from "node:util"
import { pino } from "pino"
import { startProgram, startServerProcess } from "../../scripts/server-process.ts"
import { systemClock } from "../../src/base/clock.ts"
import { createMemoryBudget } from "../../src/base/memory-budget.ts"
import { caLines, issueDevCertificate } from "../../src/cli/dev-certificate.ts"
import { createLog } from "../../src/cli/log.ts"
import { startHttpServer } from "../../src/http/server.ts"
import { fixedPair, openPairFiles, type SecureContextSource } from "../../src/http/tls.ts"
import { followLines } from "../clients/scenario.ts"
import { TEST_CONFIG } from "../oss/running-server.ts"

const run = promisify(execFile)
const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts")
const ANY_PORT = [
  "--oss-port",
  "0",
  "--kms-port",
  "0",
  "--oss-tls-port",
  "0",
  "--kms-tls-port",
  "0",
]

let directory = ""
let certFile = ""
let keyFile = ""
let ca = ""

async function writeNewPair(): Promise<void> {
  const { pair, caFile } = await issueDevCertificate(join(directory, "ca"), TEST_CONFIG)
  await writeFile(certFile, pair.cert)
  await writeFile(keyFile, pair.key, { mode: 0o600 })
  ca = await readFile(caFile, "utf8")
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "osseal-tls-"))
  certFile = join(directory, "cert.pem")
  keyFile = join(directory, "key.pem")
  await writeNewPair()
})

after(async () => {
  await rm(directory, { recursive: true, force: true })
})

/** The serial number that a new connection sees. */
async function serialOf(port: number): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", ca })
  await once(socket, "secureConnect")
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}

function portOf(endpoint: string): string {
  return new URL(endpoint).port
}

describe("dev --tls", () => {
  test("serves the quick starts of the KMS clients and ali-oss over https, by name and by address", async () => {
    const caDir = join(directory, "dev-ca")
    const server = await startProgram(["dev", "--tls", "--ca-dir", caDir, ...ANY_PORT])
    try {
      const https = server.endpoints.filter((each) => each.startsWith("https:"))
      assert.equal(https.length, 2)
      assert.equal(server.endpoints.length, 4)
      assert.equal((await stat(join(caDir, "ca.key"))).mode & 0o777, 0o600)
      const { stdout } = await run(
        process.execPath,
        [join(import.meta.dirname, "quick-starts.ts"), ...https.map(portOf)],
        {
          env: { ...process.env, NODE_EXTRA_CA_CERTS: join(caDir, "ca.pem") },
          timeout: 60_000,
        },
      )
      assert.equal(stdout, "fine\n")
    } finally {
      await server.kill()
    }
  })

  test("covers the service's names, and keeps its CA from start to start", async () => {
    const config = { ...TEST_CONFIG, domains: ["store.example"] }
    const first = await issueDevCertificate(join(directory, "ca"), config)
    assert.equal(await readFile(first.caFile, "utf8"), ca)
    const names = [
      "localhost",
      "store.example",
      "bucket.store.example",
      "bucket.oss-cn-hangzhou.aliyuncs.com",
      "oss-cn-hangzhou.aliyuncs.com",
      "kms.cn-hangzhou.aliyuncs.com",
      "kms.aliyuncs.com",
    ]
    const certificate = new X509Certificate(first.pair.cert)
    for (const name of names) assert.equal(certificate.checkHost(name) !== undefined, true, name)
    for (const ip of ["127.0.0.1", "::1"]) assert.notEqual(certificate.checkIP(ip), undefined, ip)
    assert.equal(certificate.verify(new X509Certificate(ca).publicKey), true)
  })
})

test("the lines of dev --tls can be pasted, for a CA in a folder of any name and from any other folder", async () => {
  const caDir = join(directory, "Jo's $HOME (1)")
  const { caFile } = await issueDevCertificate(relative(".", caDir), TEST_CONFIG)
  for (const client of ["Node", "Python", "Go", "Rust", "ossutil"]) {
    const shown = { command: "env", env: { PATH: process.env["PATH"] ?? "" } }
    const { program, args, env } = followLines(client, { caFile }, shown)
    const { stdout } = await run(program, args, { env, cwd: directory })
    for (const [, name = "", path = ""] of stdout.matchAll(
      /^(\w+_(?:CERTS?|BUNDLE|FILE))=(.*)$/gm,
    )) {
      assert.equal(path, join(caDir, "ca.pem"), `${client}: ${name}`)
    }
    assert.match(stdout, /\/ca\.pem$/m)
  }
  const { args } = followLines("curl", { caFile }, { command: "--version", env: {} })
  assert.match((await run("bash", args, { cwd: directory })).stdout, /^curl /)
})

test("the lines of dev --tls name, for Python, the variable that each of its HTTP clients reads", () => {
  const [line = ""] = caLines("/ca.pem").match(/^ {2}Python .*$/m) ?? []
  for (const name of ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "ALIBABA_CLOUD_CA_BUNDLE"]) {
    assert.ok(line.includes(` ${name}=/ca.pem`), name)
  }
})

describe("a TLS listener", () => {
  const logged: string[] = []
  const secure: boolean[] = []

  async function open() {
    const log = pino({}, { write: (line: string) => logged.push(line) })
    const source = openPairFiles({ certFile, keyFile }, { log, compareMs: 3_600_000 })
    const server = await startHttpServer({
      host: "127.0.0.1",
      port: 0,
      maxHeaderBytes: 16_384,
      tls: source,
      clock: systemClock,
      log: createLog("silent"),
      memory: createMemoryBudget(2 ** 30),
      handle({ isSecure, send }) {
        secure.push(isSecure)
        return send({ status: 200, headers: [], body: { kind: "none" } })
      },
    })
    return { source, server }
  }

  test("uses a new pair for new connections and keeps those that are open", async () => {
    const { source, server } = await open()
    const before = await serialOf(server.port)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = async (): Promise<TLSSocket> => {
      const sent = request({ port: server.port, host: "127.0.0.1", ca, agent }).end()
      const [answer] = (await once(sent, "response")) as [{ resume(): void; statusCode: number }]
      answer.resume()
      await once(sent, "close")
      assert.equal(answer.statusCode, 200)
      return sent.socket as TLSSocket
    }
    const socket = await ask()
    assert.deepEqual(secure, [true], "the handler is told that the request came over TLS")
    await writeNewPair()
    source.reload()
    assert.equal(await ask(), socket)
    assert.notEqual(await serialOf(server.port), before)
    agent.destroy()
    await server.close(0)
    source.close()
  })

  test("keeps its pair, with a warning, when the new one cannot be used", async () => {
    const { source, server } = await open()
    const before = await serialOf(server.port)
    const cert = await readFile(certFile)
    const other = await issueDevCertificate(join(directory, "ca"), TEST_CONFIG)
    for (const bad of ["", "no certificate", other.pair.cert]) {
      await writeFile(certFile, bad)
      logged.length = 0
      source.reload()
      assert.match(logged.join(""), /the new TLS certificate cannot be used/)
      assert.equal(await serialOf(server.port), before)
    }
    await writeFile(certFile, cert)
    await server.close(0)
    source.close()
  })

  test("accepts no private key from a file that others may read", async () => {
    const log = createLog("silent")
    await chmod(keyFile, 0o644)
    assert.throws(() => openPairFiles({ certFile, keyFile }, { log }), /--tls-key: .* chmod 600/)
    await chmod(keyFile, 0o440)
    openPairFiles({ certFile, keyFile }, { log }).close()
    await chmod(keyFile, 0o600)
  })

  test("refuses TLS 1.1 and plain HTTP, and keeps serving", async () => {
    const { source, server } = await open()
    const old = connect({
      port: server.port,
      host: "127.0.0.1",
      ca,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    })
    const [error] = (await once(old, "error")) as [NodeJS.ErrnoException]
    assert.match(error.code ?? "", /PROTOCOL_VERSION|ECONNRESET/)
    const plain = connectPlain(server.port, "127.0.0.1")
    plain.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    plain.resume()
    await once(plain, "close")
    await serialOf(server.port)
    await server.close(0)
    source.close()
  })

  test("does not wait for a handshake that never ends when it stops", async () => {
    const { source, server } = await open()
    const silent = connectPlain(server.port, "127.0.0.1")
    await once(silent, "connect")
    await serialOf(server.port)
    await server.close(3_600_000)
    source.close()
    silent.destroy()
  })
})

test("a TLS listener gets new certificates until it is closed", async () => {
  let users = 0
  const pair = { cert: await readFile(certFile, "utf8"), key: await readFile(keyFile, "utf8") }
  const source: SecureContextSource = {
    ...fixedPair(pair),
    subscribe() {
      users += 1
      return () => void (users -= 1)
    },
  }
  const options = {
    host: "127.0.0.1",
    maxHeaderBytes: 16_384,
    tls: source,
    clock: systemClock,
    log: createLog("silent"),
    memory: createMemoryBudget(2 ** 30),
    handle: () => Promise.resolve(),
  }
  const server = await startHttpServer({ ...options, port: 0 })
  assert.equal(users, 1)
  await assert.rejects(startHttpServer({ ...options, port: server.port }), { code: "EADDRINUSE" })
  assert.equal(users, 1)
  await server.close(0)
  assert.equal(users, 0)
})

describe("osseal server", () => {
  test("with a certificate opens TLS ports only, and reads it again on SIGHUP", async () => {
    const data = join(directory, "data")
    const args = ["--tls-cert", certFile, "--tls-key", keyFile]
    const ports = ["--oss-tls-port", "0", "--kms-tls-port", "0"]
    const env = { OSSEAL_ACCESS_KEY_ID: "tls-test", OSSEAL_ACCESS_KEY_SECRET: "tls-test-secret" }
    const server = await startProgram(["server", data, ...args, ...ports], env)
    try {
      const [oss = "", kms = "", ...others] = server.endpoints
      assert.deepEqual(
        [new URL(oss).protocol, new URL(kms).protocol, ...others],
        ["https:", "https:"],
      )
      const port = Number(portOf(oss))
      const before = await serialOf(port)
      await writeNewPair()
      server.process.kill("SIGHUP")
      const deadlineMs = performance.now() + 20_000
      while ((await serialOf(port)) === before) assert.ok(performance.now() < deadlineMs)
    } finally {
      assert.equal(await server.stop(), 0)
    }
  })

  test("opens every port or none: with a port in use it exits with 1 and names the flag", async () => {
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    const { port } = taken.address() as AddressInfo
    const data = join(directory, "taken")
    const args = [MAIN, "server", data, "--oss-port", "0", "--kms-port", String(port)]
    await assert.rejects(run(process.execPath, args, { timeout: 30_000 }), (error) => {
      const { code, stderr } = error as { code: number; stderr: string }
      assert.equal(code, 1)
      assert.match(stderr, new RegExp(`port ${port} of 127.0.0.1 is in use .* --kms-port`))
      return true
    })
    taken.close()
    const again = await startServerProcess(data)
    assert.equal(await again.stop(), 0)
  })
})
