import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "./base/clock.ts"
import { addReport, createReporting } from "./gateway-report.ts"
import { createTraffic } from "./http/traffic.ts"
import type { CmkId } from "./kms/cmk.ts"
import { createLastUses } from "./kms/last-uses.ts"

const CMK = "7906979c-8e06-46a2-be2d-68e3ccbc40d4" as CmkId

test("a report contains every request and the latest use of each CMK, and is returned once", () => {
  const clock = fakeClock(0)
  const traffic = createTraffic(clock)
  const lastUses = createLastUses(0)
  const reporting = createReporting(0)
  for (const status of [200, 200, 500, 500]) reporting.traffic.note({ door: "oss", status, ms: 2 })
  reporting.lastUses.note(CMK, 70)
  const report = reporting.take()
  assert(report !== undefined)
  lastUses.note(CMK, 90)
  addReport(report, { traffic, lastUses })
  assert.equal(lastUses.of(CMK), 90)
  assert.equal(reporting.take(), undefined)
  clock.advance(10_000)
  const [point] = traffic.points(10).points
  assert.deepEqual([point?.oss, point?.failures], [4, 2])
})
