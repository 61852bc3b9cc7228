// What the KMS listener accepts from a sender of whom nothing is known yet.
import assert from "node:assert/strict"
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { test } from "node:test"
import { sendPackets } from "../../test/http/raw-connection.ts"
import { START_MS } from "../../test/kms/key-service-fixture.ts"
import { ACCESS_KEY_ID, openKmsDoor, sendRaw } from "../../test/kms/kms-door.ts"
import { fakeClock, isoTime } from "../base/clock.ts"

const FORM = { "content-type": "application/x-www-form-urlencoded" }
const SYSTEM = `Action=ListKeys&Version=2016-01-20&Timestamp=${isoTime(START_MS)}`
const SIGNED = `${SYSTEM}&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&Signature=AAAA`

function codeOf(body: string): unknown {
  return (JSON.parse(body) as { Code: unknown }).Code
}

test("at most 64 KiB are read from a sender whose head names no existing access key", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  const post = (target: string, sizeBytes: number): ReturnType<typeof sendRaw> =>
    sendRaw(door, { method: "POST", target, body: Buffer.alloc(sizeBytes) })
  const query = (accessKeyId: string): string => `/?${SIGNED}&AccessKeyId=${accessKeyId}`
  const within = await post(query("nobody"), 65_536)
  assert.equal(codeOf(within.body), "InvalidAccessKeyId.NotFound")
  const beyond = await post(query("nobody"), 65_537)
  assert.equal(codeOf(beyond.body), "InvalidParameter")
  assert.match(beyond.body, /larger than 65536 bytes/)
  const known = await post(query(ACCESS_KEY_ID), 65_537)
  assert.equal(codeOf(known.body), "SignatureDoesNotMatch")
})

test("at most 128 KiB are read from any sender; a larger body is refused before it ends, and the connection is closed", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  const target = `/?${SIGNED}&AccessKeyId=${ACCESS_KEY_ID}`
  const body = Buffer.alloc(131_073)
  const fits = await sendRaw(door, { method: "POST", target, body: body.subarray(1) })
  assert.equal(codeOf(fits.body), "SignatureDoesNotMatch")
  const headers = { "content-length": "9999999" }
  const beyond = await sendRaw(door, { method: "POST", target, headers, body })
  assert.equal(codeOf(beyond.body), "InvalidParameter")
  assert.equal(beyond.headers.connection, "close")
})

test("the string to sign is returned if it has at most 32 KiB", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  const body = `${SIGNED}&AccessKeyId=${ACCESS_KEY_ID}&Description=${"%25".repeat(10_000)}`
  const answer = await sendRaw(door, { method: "POST", target: "/", headers: FORM, body })
  assert.equal(codeOf(answer.body), "SignatureDoesNotMatch")
  assert(answer.body.length < 1000)
})

test("the body of a sender who names no existing access key must arrive at a minimum rate, and another's need not", async (t) => {
  const clock = fakeClock(0)
  const door = await openKmsDoor(t, fakeClock(START_MS), clock)
  const begin = async (accessKeyId: string): Promise<Socket> => {
    const socket = connect(door.port, "127.0.0.1")
    const target = `/?${SIGNED}&AccessKeyId=${accessKeyId}`
    socket.write(`POST ${target} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n`)
    socket.write("Content-Length: 60000\r\n\r\n")
    await once(socket, "data")
    return socket
  }
  const known = await begin(ACCESS_KEY_ID)
  const unknown = await begin("nobody")
  // The checks run by the real time, and what they check depends on the fake clock.
  for (let looks = 0; looks < 50 && !unknown.destroyed; looks += 1) {
    await sleep(100)
    clock.advance(1000)
  }
  assert.deepEqual([known.destroyed, unknown.destroyed], [false, true])
  assert.ok(clock.nowMs() >= 10_000)
  unknown.destroy()
  known.destroy()
})

test("Expect: 100-continue is answered before the body comes", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  const head =
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" +
    `Content-Type: ${FORM["content-type"]}\r\nContent-Length: ${SIGNED.length}\r\n\r\n`
  const answer = await sendPackets(door.port, [head, SIGNED], 100)
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 [^]*MissingAccessKeyId/)
})
