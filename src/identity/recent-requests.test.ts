import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { createRecentRequests, type RecentRequest } from "./recent-requests.ts"

function request(requestId: string, change: Partial<RecentRequest> = {}): RecentRequest {
  return {
    requestId,
    atMs: 0,
    door: "kms",
    action: "kms:Encrypt",
    caller: "one",
    sourceAddress: "192.0.2.1",
    cmkId: undefined,
    status: 200,
    errorCode: undefined,
    ms: 1,
    ...change,
  }
}

const ALL = { filter: {}, before: Infinity, limit: 10_000 }

test("the newest come first, page by page, and new ones meanwhile move nothing", () => {
  const requests = createRecentRequests(fakeClock(0))
  for (const id of ["a", "b", "c"]) requests.add(request(id))
  const first = requests.list({ ...ALL, limit: 2 })
  assert.deepEqual(
    first.items.map(({ requestId }) => requestId),
    ["c", "b"],
  )
  requests.add(request("d"))
  const rest = requests.list({ ...ALL, before: first.next ?? 0 })
  assert.deepEqual(
    rest.items.map(({ requestId }) => requestId),
    ["a"],
  )
  assert.equal(rest.next, undefined)
})

test("each filter leaves out what it says", () => {
  const requests = createRecentRequests(fakeClock(0))
  requests.add(request("a"))
  requests.add(request("b", { action: "console:disableKey", caller: "two", cmkId: "x" }))
  requests.add(request("c", { status: 403, errorCode: "Forbidden" }))
  for (const [filter, expected] of [
    [{ action: "DISABLE" }, "b"],
    [{ caller: "one" }, "ca"],
    [{ cmkId: "x" }, "b"],
    [{ result: "failure" }, "c"],
    [{ result: "success", caller: "one" }, "a"],
  ] as const) {
    const found = requests.list({ ...ALL, filter }).items.map(({ requestId }) => requestId)
    assert.equal(found.join(""), expected)
  }
})

test("as many are kept as it says, with short texts, and the oldest go", () => {
  const requests = createRecentRequests(fakeClock(0))
  for (let index = 0; index < requests.keptMax + 10; index += 1) {
    requests.add(request(String(index), { cmkId: "x".repeat(10_000) }))
  }
  const { items, next } = requests.list(ALL)
  assert.deepEqual([items.length, next], [requests.keptMax, undefined])
  assert.deepEqual([items.at(-1)?.requestId, items[0]?.cmkId?.length], ["10", 256])
})
