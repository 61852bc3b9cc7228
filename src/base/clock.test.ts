import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { isoTime } from "./clock.ts"

test("the time of an instant is its whole second in ISO 8601, on every day that has one", () => {
  assert.equal(isoTime(1_330_072_987_999), "2012-02-24T08:43:07.000Z")
  assert.equal(isoTime(-1), "1969-12-31T23:59:59.000Z")
  const everyMs = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 })
  fc.assert(
    fc.property(everyMs, (ms) => {
      const second = new Date(Math.floor(ms / 1000) * 1000)
      assert.equal(isoTime(ms), second.toISOString())
    }),
  )
})
