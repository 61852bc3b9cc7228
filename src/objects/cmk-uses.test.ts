import assert from "node:assert/strict"
import { test } from "node:test"
import { KEEPER } from "../../test/kms/key-service-fixture.ts"
import {
  ATTRIBUTES,
  BUCKET,
  incomingOf,
  openBucket,
  openStore,
  put,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { setDefaultEncryption } from "./buckets.ts"
import { usesOfCmk } from "./cmk-uses.ts"
import { deleteObject } from "./delete.ts"
import { initiateUpload, loadUpload, uploadPart } from "./uploads.ts"

test("the uses of a CMK are reported by bucket and key version, with the bucket defaults that name it", async () => {
  const { store, keyService } = openStore()
  const bucket = await openBucket(store, "enabled")
  const cmk = await keyService.createCmk(KEEPER, { description: "" })
  const other = await keyService.createCmk(KEEPER, { description: "" })
  const encryption = { method: "KMS", cmk: cmk.cmkId, suite: "aes-256-gcm" } as const
  const asked = {
    keyVersionIds: [cmk.primaryKeyVersionId],
    isNamed: (named: string | undefined) => named === cmk.cmkId,
  }
  assert.deepEqual(await usesOfCmk(store, asked), { uses: [], defaultOf: [] })

  const target = await targetOf(store, "object")
  await put(store, target, Buffer.alloc(10), { encryption })
  await put(store, target, Buffer.alloc(7), { encryption })
  await put(store, target, Buffer.alloc(1))
  await put(store, await targetOf(store, "other"), Buffer.alloc(5), {
    encryption: { ...encryption, cmk: other.cmkId },
  })
  const gone = await targetOf(store, "gone")
  const { versionId } = await put(store, gone, Buffer.alloc(100), { encryption })
  await deleteObject(store, gone, versionId)
  const input = {
    attributes: ATTRIBUTES,
    encryption,
    forbidOverwrite: false,
    partOrder: "any",
  } as const
  const { uploadId } = await initiateUpload(store, target, input)
  const upload = await loadUpload(store, target, uploadId)
  await uploadPart(store, upload, 1, incomingOf(Buffer.alloc(30)))
  await setDefaultEncryption(store, bucket, encryption)

  assert.deepEqual(await usesOfCmk(store, asked), {
    uses: [
      {
        bucketName: BUCKET,
        keyVersionId: cmk.primaryKeyVersionId,
        versionCount: 2,
        versionBytes: 17,
        uploadCount: 1,
        partCount: 1,
        partBytes: 30,
      },
    ],
    defaultOf: [BUCKET],
  })
})
