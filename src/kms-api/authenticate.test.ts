import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock, isoTime } from "../base/clock.ts"
import { fixedAccessKeys } from "../identity/access-keys.ts"
import { authenticate } from "./authenticate.ts"
import { ApiError } from "./errors.ts"
import { createNonceMemory } from "./nonces.ts"
import type { KmsRequest } from "./request.ts"
import { signatureV1, stringToSignV1 } from "./signature-v1.ts"

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
const UNSIGNED = new Map([
  ["Action", "ListKeys"],
  ["AccessKeyId", "ak"],
  ["SignatureMethod", "HMAC-SHA1"],
  ["SignatureVersion", "1.0"],
  ["Timestamp", isoTime(NOW_MS)],
])
const PRINCIPAL = { kind: "account", accountId: "1" } as const

function attempt(signature: Buffer): ReturnType<typeof authenticate> {
  const parameters = new Map([...UNSIGNED, ["Signature", signature.toString("base64")]])
  const request: KmsRequest = {
    method: "GET",
    query: parameters,
    parameters,
    headers: new Map(),
    body: Buffer.alloc(0),
    signedBy: "parameters",
  }
  const accessKeys = fixedAccessKeys([
    { accessKeyId: "ak", accessKeySecret: "sk", principal: PRINCIPAL },
  ])
  const clock = fakeClock(NOW_MS)
  return authenticate(request, { accessKeys, nonces: createNonceMemory(10), clock })
}

test("a signature is verified in every byte and in its length", async () => {
  const right = signatureV1("sk", stringToSignV1("GET", UNSIGNED))
  assert.deepEqual(await attempt(right), PRINCIPAL)
  const flipped = Buffer.from(right)
  flipped.writeUInt8(flipped.readUInt8(19) ^ 1, 19)
  for (const wrong of [
    Buffer.alloc(0),
    right.subarray(0, 1),
    right.subarray(0, 19),
    flipped,
    Buffer.concat([right, Buffer.of(0)]),
  ]) {
    await assert.rejects(
      attempt(wrong),
      (error) => error instanceof ApiError && error.code === "SignatureDoesNotMatch",
    )
  }
})
