import assert from "node:assert/strict"
import { test } from "node:test"
import { ANONYMOUS, type Principal } from "../identity/principal.ts"
import { OssError } from "./errors.ts"
import { parseRequest } from "./request.ts"
import { applyOverrides, readResponseOverrides } from "./response-overrides.ts"

const ACCOUNT: Principal = { kind: "account", accountId: "1" }

function read(query: string, principal: Principal): ReturnType<typeof readResponseOverrides> {
  const rawHeaders = ["Host", "127.0.0.1"]
  const request = parseRequest({ method: "GET", target: `/bucket/a?${query}`, rawHeaders }, [])
  return readResponseOverrides(request, principal)
}

test("a signed request may name other headers for the response, and they replace the object's own", () => {
  const overrides = read("response-content-type=text%2Fplain&response-expires=never", ACCOUNT)
  const own = [
    ["Content-Type", "image/png"],
    ["ETag", "x"],
  ] as const
  assert.deepEqual(applyOverrides(own, overrides), [
    ["ETag", "x"],
    ["Content-Type", "text/plain"],
    ["Expires", "never"],
  ])
})

test("an anonymous request may not", () => {
  assert.deepEqual(read("", ANONYMOUS), [])
  assert.throws(
    () => read("response-content-type=text%2Fhtml", ANONYMOUS),
    (error) => error instanceof OssError && error.code === "InvalidRequest",
  )
})

test("a value never ends its header", () => {
  assert.throws(() => read("response-expires=a%0D%0AX%3A%20b", ACCOUNT), OssError)
})
