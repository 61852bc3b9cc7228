import assert from "node:assert/strict"
import { test } from "node:test"
import { parseRequest, type OssRequest } from "./request.ts"
import { paced, pacedBody, readTrafficLimit } from "./traffic-limit.ts"

function request(headers: readonly string[], query = ""): OssRequest {
  const rawHeaders = ["Host", "127.0.0.1", ...headers]
  return parseRequest({ method: "GET", target: `/bucket/a${query}`, rawHeaders }, [])
}

test("a limit is a number of bits from 819,200 to 838,860,800, in the header or in the query", () => {
  const name = "x-oss-traffic-limit"
  assert.equal(readTrafficLimit(request([])), undefined)
  assert.equal(readTrafficLimit(request([name, "819200"])), 102_400)
  assert.equal(readTrafficLimit(request([], `?${name}=838860800`)), 104_857_600)
  for (const value of ["819199", "838860801", "", "-1", "1e6", "fast"]) {
    assert.throws(() => readTrafficLimit(request([name, value])), { code: "InvalidArgument" })
  }
  const both = request([name, "819200"], `?${name}=819200`)
  assert.throws(() => readTrafficLimit(both), { code: "InvalidArgument" })
})

test("bytes arrive in slices, each of which waits until the slices before it have taken their time", async () => {
  let nowMs = 0
  const pacing = {
    nowMs: () => nowMs,
    wait: (ms: number) => {
      nowMs += ms
      return Promise.resolve()
    },
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.alloc(200 * 1024, 1))
    yield Buffer.alloc(100 * 1024, 2)
  }
  const slices: Buffer[] = []
  for await (const slice of paced(chunks(), 100 * 1024, pacing)) {
    assert.ok(slice.length <= 64 * 1024)
    slices.push(slice)
  }
  const bytes = Buffer.concat(slices)
  assert.deepEqual([bytes.length, bytes.at(0), bytes.at(-1)], [300 * 1024, 1, 2])
  assert.equal(Math.round(nowMs), Math.round(((300 - 36) / 100) * 1000))
})

test("a response that is abandoned before its first byte releases what it reads", async () => {
  let isReleased = false
  async function* batches(): AsyncGenerator<readonly Buffer[], void, undefined> {
    yield await Promise.resolve([Buffer.alloc(100_000)])
  }
  const source = batches()
  source.return = () => {
    isReleased = true
    return Promise.resolve({ done: true, value: undefined })
  }
  const body = pacedBody({ kind: "stream", sizeBytes: 100_000, batches: source }, 102_400)
  assert.ok(body.kind === "stream")
  await body.batches.return()
  assert.equal(isReleased, true)
})
