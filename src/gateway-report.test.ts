import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "./base/clock.ts"
import { createDamageNotes } from "./base/damage-notes.ts"
import { addReport, createReporting } from "./gateway-report.ts"
import { createRecentRequests, type RecentRequest } from "./identity/recent-requests.ts"
import { createTraffic } from "./http/traffic.ts"
import type { CmkId } from "./kms/cmk.ts"
import { createLastUses } from "./kms/last-uses.ts"

const REQUEST: RecentRequest = {
  requestId: "1",
  atMs: 5,
  door: "oss",
  action: "oss:PutBucketAcl",
  caller: "key",
  sourceAddress: "::1",
  cmkId: undefined,
  status: 200,
  errorCode: undefined,
  ms: 1,
}

const CMK = "7906979c-8e06-46a2-be2d-68e3ccbc40d4" as CmkId

test("a report contains every request, the latest use of each CMK and all damage, and is sent once", () => {
  const clock = fakeClock(0)
  const traffic = createTraffic(clock)
  const lastUses = createLastUses(0)
  const reporting = createReporting(0)
  for (const status of [200, 200, 500, 500]) reporting.traffic.note({ door: "oss", status, ms: 2 })
  reporting.lastUses.note(CMK, 70)
  for (const name of ["row 12", "bucket/object", "row 12"]) reporting.damage.note(name)
  const damage = createDamageNotes()
  reporting.requests.add(REQUEST)
  const report = reporting.take()
  assert(report !== undefined)
  lastUses.note(CMK, 90)
  const requests = createRecentRequests(clock)
  addReport(report, { traffic, lastUses, damage, requests })
  const page = requests.list({ filter: {}, before: 100, limit: 10 })
  assert.deepEqual(page.items, [REQUEST])
  assert.equal(damage.count(), 2)
  assert.equal(lastUses.of(CMK), 90)
  assert.equal(reporting.take(), undefined)
  clock.advance(10_000)
  const [point] = traffic.points(10).points
  assert.deepEqual([point?.oss, point?.failures], [4, 2])
})
