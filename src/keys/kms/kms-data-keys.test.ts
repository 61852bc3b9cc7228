import assert from "node:assert/strict"
import { test } from "node:test"
import {
  openKeyService,
  OWNER as CALLER,
  reopenKeyService,
} from "../../../test/kms/key-service-fixture.ts"
import type { EncryptionContext } from "../../kms/encryption-context.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { DataKeyError, type DataKeyContext } from "../data-keys.ts"
import { createKmsDataKeys } from "./kms-data-keys.ts"

const SUITE = "aes-256-gcm"
const BUCKET = Buffer.alloc(16, 1)
const CONTEXT: DataKeyContext = {
  bucketInstanceId: BUCKET,
  objectKey: "secret/name",
  dataKeyId: "id",
}

test("a data key opens only for its object, its bucket and its id, in any process", async () => {
  const fixture = openKeyService()
  const { cmkId } = await fixture.keyService.createCmk(CALLER, { description: "" })
  const { dataKey, wrapped } = await createKmsDataKeys(fixture.keyService).generate(
    CALLER,
    CONTEXT,
    { cmk: cmkId, suite: SUITE },
  )
  assert(wrapped.provider === "kms")
  assert.equal(wrapped.cmkId, cmkId)
  const fresh = (): ReturnType<typeof createKmsDataKeys> =>
    createKmsDataKeys(reopenKeyService(fixture))
  assert((await fresh().unwrap(CALLER, wrapped, CONTEXT)).equals(dataKey))
  for (const other of [
    { objectKey: "other" },
    { dataKeyId: "other" },
    { bucketInstanceId: Buffer.alloc(16, 2) },
  ]) {
    await assert.rejects(fresh().unwrap(CALLER, wrapped, { ...CONTEXT, ...other }), SealBroken)
  }
})

test("the key service receives the bucket in clear and the object as a hash", async () => {
  const { keyService } = openKeyService()
  const contexts: EncryptionContext[] = []
  const listening: typeof keyService = {
    ...keyService,
    wrapDataKey(caller, input) {
      contexts.push(input.context)
      return keyService.wrapDataKey(caller, input)
    },
  }
  await createKmsDataKeys(listening).generate(CALLER, CONTEXT, { suite: SUITE })
  const [context] = contexts
  assert.equal(context?.get("acs:oss:bucket-instance"), BUCKET.toString("hex"))
  assert.match(context.get("acs:oss:object") ?? "", /^[0-9a-f]{64}$/)
})

test("the state of a CMK is read at every use, whether the data key is cached or not", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk(CALLER, { description: "" })
  const keys = createKmsDataKeys(keyService)
  const { wrapped } = await keys.generate(CALLER, CONTEXT, { cmk: cmkId, suite: SUITE })
  await keys.unwrap(CALLER, wrapped, CONTEXT)
  await keyService.disableCmk(CALLER, cmkId)
  for (const use of [
    () => keys.unwrap(CALLER, wrapped, CONTEXT),
    () => keys.unwrap(CALLER, wrapped, { ...CONTEXT, dataKeyId: "not remembered" }),
    () => keys.generate(CALLER, CONTEXT, { cmk: cmkId, suite: SUITE }),
    () => keys.check(CALLER, wrapped, BUCKET),
  ]) {
    await assert.rejects(
      use(),
      (error) => error instanceof DataKeyError && error.code === "KeyDisabled",
    )
  }
})
