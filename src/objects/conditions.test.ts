import assert from "node:assert/strict"
import { test } from "node:test"
import { checkConditions, type Conditions } from "./conditions.ts"
import { RuleBroken } from "./rule-broken.ts"

const AT_MS = Date.UTC(2024, 0, 2, 3, 4, 5)
const OBJECT = { etag: { text: "A".repeat(32) }, lastModifiedMs: AT_MS + 999 }
const SAME = `"${"a".repeat(32)}"`
const OTHER = `"${"b".repeat(32)}"`

function outcome(conditions: Conditions): string {
  try {
    checkConditions(conditions, OBJECT)
    return "met"
  } catch (error) {
    if (error instanceof RuleBroken) return error.code
    throw error
  }
}

test("ETags are compared in any case, with or without quotes, in a list, and with *", () => {
  for (const ifMatch of [SAME, "A".repeat(32), `${OTHER}, ${SAME}`, "*"]) {
    assert.equal(outcome({ ifMatch }), "met")
    assert.equal(outcome({ ifNoneMatch: ifMatch }), "NotModified")
  }
  assert.equal(outcome({ ifMatch: OTHER }), "ConditionFailed")
  assert.equal(outcome({ ifNoneMatch: OTHER }), "met")
})

test("a weak ETag matches like a strong one for If-None-Match, and never for If-Match", () => {
  assert.equal(outcome({ ifNoneMatch: `W/${SAME}` }), "NotModified")
  assert.equal(outcome({ ifNoneMatch: `W/${OTHER}, W/${SAME}` }), "NotModified")
  assert.equal(outcome({ ifNoneMatch: `W/${OTHER}` }), "met")
  assert.equal(outcome({ ifMatch: `W/${SAME}` }), "ConditionFailed")
})

test("with If-Match, If-Unmodified-Since is ignored", () => {
  const ifUnmodifiedSinceMs = AT_MS - 1000
  assert.equal(outcome({ ifMatch: SAME, ifUnmodifiedSinceMs }), "met")
  assert.equal(outcome({ ifMatch: OTHER, ifUnmodifiedSinceMs: AT_MS }), "ConditionFailed")
})

test("times are compared in whole seconds", () => {
  assert.equal(outcome({ ifModifiedSinceMs: AT_MS }), "NotModified")
  assert.equal(outcome({ ifModifiedSinceMs: AT_MS - 1000 }), "met")
  assert.equal(outcome({ ifUnmodifiedSinceMs: AT_MS }), "met")
  assert.equal(outcome({ ifUnmodifiedSinceMs: AT_MS - 1000 }), "ConditionFailed")
})

test("with If-None-Match, If-Modified-Since is ignored", () => {
  assert.equal(outcome({ ifNoneMatch: OTHER, ifModifiedSinceMs: AT_MS }), "met")
  assert.equal(outcome({ ifNoneMatch: SAME, ifModifiedSinceMs: AT_MS - 1000 }), "NotModified")
})

test("a failed If-Match wins over everything", () => {
  assert.equal(outcome({ ifMatch: OTHER, ifNoneMatch: SAME }), "ConditionFailed")
})
