import assert from "node:assert/strict"
import { test } from "node:test"
import { type Caller, keeperCaller } from "./caller.ts"
import { judge } from "./judge.ts"
import { ANONYMOUS, type Principal } from "./principal.ts"

const demand = { action: "kms:Decrypt", resource: "acs:kms:cn-hangzhou:1:key/a" }

function callerOf(principal: Principal): Caller {
  return { principal, sourceAddress: "127.0.0.1", isSecure: true, atMs: 0 }
}

test("the owner and the keeper may do everything, other accounts and unsigned callers nothing", () => {
  assert.equal(judge(callerOf({ kind: "account", accountId: "1" }), demand, "1"), "allowed")
  assert.equal(judge(keeperCaller(0), demand, "1"), "allowed")
  assert.equal(judge(callerOf({ kind: "account", accountId: "2" }), demand, "1"), "denied")
  assert.equal(judge(callerOf(ANONYMOUS), demand, "1"), "denied")
})
