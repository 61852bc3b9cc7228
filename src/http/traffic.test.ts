import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { createTraffic } from "./traffic.ts"

test("requests are reported in the interval in which they ended, and the current interval is not reported", () => {
  const clock = fakeClock(1_700_000_000_000)
  const traffic = createTraffic(clock)
  traffic.note({ door: "oss", status: 200, ms: 4 })
  traffic.note({ door: "kms", status: 503, ms: 4 })
  traffic.note({ door: "console", status: 200, ms: 1000 })
  assert.equal(traffic.points(60).points.at(-1)?.oss, 0)
  clock.advance(10_000)
  traffic.note({ door: "oss", status: 200, ms: 1 })
  const { points, intervalSeconds } = traffic.points(60)
  const last = points.at(-1)
  assert.deepEqual([points.length, intervalSeconds], [6, 10])
  assert.deepEqual([last?.atMs, last?.oss, last?.kms], [1_700_000_000_000, 1, 1])
  assert.deepEqual([last?.console, last?.failures], [1, 1])
  assert(last?.p50Ms !== undefined && last.p50Ms > 3.5 && last.p50Ms < 4.5)
  assert.equal(points[0]?.p50Ms, undefined)
})

test("percentiles distinguish slow requests, within an eighth", () => {
  const clock = fakeClock(0)
  const traffic = createTraffic(clock)
  for (let index = 0; index < 98; index += 1) traffic.note({ door: "oss", status: 200, ms: 2 })
  traffic.note({ door: "oss", status: 200, ms: 900 })
  traffic.note({ door: "oss", status: 200, ms: 1e9 })
  clock.advance(10_000)
  const { p50Ms = 0, p99Ms = 0 } = traffic.points(10).points[0] ?? {}
  assert(Math.abs(p50Ms - 2) < 0.25 && Math.abs(p99Ms - 900) < 113)
})

test("what is older than an hour is dropped", () => {
  const clock = fakeClock(0)
  const traffic = createTraffic(clock)
  traffic.note({ door: "oss", status: 200, ms: 1 })
  clock.advance(3_600_000)
  const sum = (): number => traffic.points(3600).points.reduce((all, { oss }) => all + oss, 0)
  assert.equal(sum(), 1)
  clock.advance(10_000)
  traffic.note({ door: "oss", status: 200, ms: 1 })
  assert.equal(sum(), 0)
})
