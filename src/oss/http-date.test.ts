import assert from "node:assert/strict"
import { test } from "node:test"
import { parseHttpDate } from "./http-date.ts"

const AT_MS = Date.UTC(2024, 0, 2, 3, 4, 5)

test("a date has one of HTTP's three forms, and is UTC whatever the server's time zone", () => {
  const zone = process.env["TZ"]
  try {
    for (const each of ["UTC", "Asia/Shanghai", "America/New_York"]) {
      process.env["TZ"] = each
      for (const text of [
        "Tue, 02 Jan 2024 03:04:05 GMT",
        "Tue, 2 Jan 2024 03:04:05 GMT",
        "Tuesday, 02-Jan-24 03:04:05 GMT",
        "Tue Jan  2 03:04:05 2024",
        "Tue, 02 Jan 2024 11:04:05 +0800",
        "Tue, 02 Jan 2024 03:04:05 +0000",
        "2024-01-02T03:04:05.000Z",
      ]) {
        assert.equal(parseHttpDate(text), AT_MS, `${text} in ${each}`)
      }
    }
  } finally {
    if (zone === undefined) delete process.env["TZ"]
    else process.env["TZ"] = zone
  }
  assert.equal(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), Date.UTC(1994, 10, 6, 8, 49, 37))
})

test("anything else is not a date", () => {
  for (const text of [
    "",
    "yesterday",
    "yesterday 1",
    "1704164645",
    "Tue, 30 Feb 2024 03:04:05 GMT",
    "Tue, 02 Jon 2024 03:04:05 GMT",
    "Tue, 02 Jan 2024 25:04:05 GMT",
    "Tue, 02 Jan 2024 03:04:05",
    "2024-01-02T03:04:05",
    "2024-01-02",
  ]) {
    assert.equal(parseHttpDate(text), undefined, text)
  }
})
