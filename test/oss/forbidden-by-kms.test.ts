import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { ANONYMOUS } from "../../src/identity/principal.ts"
import { loadBucket } from "../../src/objects/buckets.ts"
import { parseBucketName, parseObjectKey } from "../../src/objects/names.ts"
import { openObject } from "../../src/objects/read.ts"
import { RuleBroken } from "../../src/objects/rule-broken.ts"
import { errorOfRule } from "../../src/oss/rule-errors.ts"
import { CURRENT } from "../../src/objects/rows/version-rows.ts"
import { callerOf } from "../kms/key-service-fixture.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"
import { sendSigned } from "./signed-client.ts"

let server: TestServer

before(async () => {
  server = await startMemoryServer()
})

after(async () => {
  await server.stop()
})

test("an object under a CMK that its reader may not use is forbidden by kms, read before or not", async () => {
  const bucketName = "forbidden-bucket"
  const object = { bucketName, objectKey: "object" }
  const headers = { "x-oss-server-side-encryption": "KMS" }
  await sendSigned(server, { method: "PUT", bucketName })
  await sendSigned(server, { method: "PUT", ...object, headers, body: "text" })
  const { store } = server.data
  const bucket = await loadBucket(store, parseBucketName(bucketName))
  const open = (): Promise<unknown> =>
    openObject(
      store,
      { caller: callerOf(ANONYMOUS), bucket, objectKey: parseObjectKey("object") },
      CURRENT,
      () => undefined,
    )
  const refused = (error: unknown): boolean => {
    assert.ok(error instanceof RuleBroken)
    const { code, message } = errorOfRule(error)
    assert.deepEqual([code, message], ["AccessDenied", "This request is forbidden by kms."])
    return true
  }
  await assert.rejects(open(), refused)
  assert.equal((await sendSigned(server, { method: "GET", ...object })).status, 200)
  await assert.rejects(open(), refused)
})
