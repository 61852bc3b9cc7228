import assert from "node:assert/strict"
import { test } from "node:test"
import type { Conditions } from "../objects/conditions.ts"
import { readConditions } from "./conditional-headers.ts"
import { parseRequest } from "./request.ts"

const DATE = "Tue, 02 Jan 2024 03:04:05 GMT"
const DATE_MS = Date.UTC(2024, 0, 2, 3, 4, 5)
const OWN = [
  ["If-Match", "own"],
  ["If-None-Match", "none"],
  ["If-Modified-Since", DATE],
  ["If-Unmodified-Since", DATE],
]

function read(headers: readonly string[][], prefix: "" | "x-oss-copy-source-"): Conditions {
  const rawHeaders = ["Host", "127.0.0.1", ...headers.flat()]
  return readConditions(
    parseRequest({ method: "GET", target: "/bucket/a", rawHeaders }, []),
    prefix,
  )
}

const ALL: Conditions = {
  ifMatch: "own",
  ifNoneMatch: "none",
  ifModifiedSinceMs: DATE_MS,
  ifUnmodifiedSinceMs: DATE_MS,
}

test("each condition is read from its own header, and the absent ones are absent", () => {
  assert.deepEqual(read(OWN, ""), ALL)
  assert.deepEqual(read([], ""), {})
  const names = Object.keys(ALL)
  const alone = OWN.map((header) => Object.keys(read([header], "")))
  assert.deepEqual(
    alone,
    names.map((name) => [name]),
  )
})

test("a copy's source has its own conditions, separate from those of the request", () => {
  const ofSource = OWN.map(([name = "", value = ""]) => [`x-oss-copy-source-${name}`, value])
  assert.deepEqual(read(OWN, "x-oss-copy-source-"), {})
  assert.deepEqual(read(ofSource, "x-oss-copy-source-"), ALL)
  assert.deepEqual(read(ofSource, ""), {})
})

test("an invalid date is ignored", () => {
  assert.deepEqual(read([["If-Modified-Since", "yesterday"]], ""), {})
})
