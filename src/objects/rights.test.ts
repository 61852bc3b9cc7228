import assert from "node:assert/strict"
import { test } from "node:test"
import {
  appendOf,
  ATTRIBUTES,
  incomingOf,
  openBucket,
  openStore,
  overtaken,
  OWNER,
  put,
  readBytes,
  STRANGER,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { appendObject } from "./append.ts"
import { setBucketAcl } from "./buckets.ts"
import { completeUpload } from "./complete-upload.ts"
import { deleteObject, deleteObjects } from "./delete.ts"
import { parseObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import type { Versioning } from "./rows/records.ts"
import { setObjectAcl } from "./change.ts"
import { CURRENT } from "./rows/version-rows.ts"
import { initiateUpload, loadUpload, type Upload, uploadPart } from "./uploads.ts"

const VERSIONINGS: readonly Versioning[] = ["never", "enabled", "suspended"]
const REFUSED = { code: "ObjectForbiddenByItself" }

async function putWithAcl(store: ObjectStore, acl: "private" | "public-read"): Promise<void> {
  const attributes = { ...ATTRIBUTES, acl }
  await put(store, await targetOf(store, "object"), Buffer.from("mine"), { attributes })
}

for (const versioning of VERSIONINGS) {
  for (const acl of ["private", "public-read"] as const) {
    test(`a public bucket (versions ${versioning}) does not let everyone change a ${acl} object`, async () => {
      const { store } = openStore()
      await openBucket(store, versioning)
      await putWithAcl(store, acl)
      const target = await targetOf(store, "object", STRANGER)
      await assert.rejects(deleteObject(store, target, undefined), REFUSED)
      await assert.rejects(put(store, target, Buffer.from("theirs")), REFUSED)
      const doomed = ["free", "object"].map((name) => ({
        objectKey: parseObjectKey(name),
        versionId: undefined,
      }))
      await assert.rejects(deleteObjects(store, STRANGER, target.bucket, doomed), REFUSED)
      const own = await targetOf(store, "object", OWNER)
      assert.equal((await readBytes(store, own)).toString(), "mine")
    })
  }
}

test("an object that becomes private while a stranger deletes or replaces it is kept", async () => {
  for (const versioning of VERSIONINGS) {
    const fixture = openStore()
    const { store } = fixture
    await openBucket(store, versioning)
    const own = await targetOf(store, "object", OWNER)
    await put(store, own, Buffer.from("mine"))
    const target = await targetOf(store, "object", STRANGER)
    const steps: ((slow: ObjectStore) => Promise<unknown>)[] = [
      (slow) => deleteObject(slow, target, undefined),
      (slow) => put(slow, target, Buffer.from("theirs")),
    ]
    for (const step of steps) {
      await setObjectAcl(store, own, CURRENT, "public-read-write")
      const slow = overtaken(fixture, () => setObjectAcl(store, own, CURRENT, "private"))
      await assert.rejects(step(slow), REFUSED)
    }
    assert.equal((await readBytes(store, own)).toString(), "mine")
  }
})

test("a bucket that becomes private while a stranger's bytes arrive refuses them", async () => {
  const { store } = openStore()
  await openBucket(store, "never")
  const own = await targetOf(store, "object", OWNER)
  await put(store, own, Buffer.from("mine"))
  const target = await targetOf(store, "object", STRANGER)
  await setBucketAcl(store, own.bucket, "private")
  await assert.rejects(put(store, target, Buffer.from("theirs")), {
    code: "ObjectForbiddenByBucket",
  })
  await assert.rejects(deleteObject(store, target, undefined), { code: "ObjectForbiddenByBucket" })
  assert.equal((await readBytes(store, own)).toString(), "mine")
})

/** Every other way in which a stranger changes an object or prepares to, begun while everyone was allowed. */
const ROADS: Readonly<Record<string, (store: ObjectStore) => Promise<() => Promise<unknown>>>> = {
  "begins an upload": async (store) => {
    const target = await targetOf(store, "object", STRANGER)
    return () => initiateUpload(store, target, NEW_UPLOAD)
  },
  "uploads a part": async (store) => {
    const upload = await beginUpload(store)
    return () => uploadPart(store, upload, 1, incomingOf(Buffer.from("theirs")))
  },
  "completes an upload": async (store) => {
    const upload = await beginUpload(store)
    await uploadPart(store, upload, 1, incomingOf(Buffer.from("theirs")))
    return () => completeUpload(store, upload, "all", { forbidOverwrite: false })
  },
  appends: async (store) => {
    const target = await targetOf(store, "log", STRANGER)
    return () => appendObject(store, target, appendOf(4, "theirs"))
  },
  "deletes a version": async (store) => {
    const target = await targetOf(store, "object", STRANGER)
    return () => deleteObject(store, target, "null")
  },
}

const NEW_UPLOAD = {
  attributes: ATTRIBUTES,
  partOrder: "any" as const,
  encryption: undefined,
  forbidOverwrite: false,
}

async function beginUpload(store: ObjectStore): Promise<Upload> {
  const target = await targetOf(store, "object", STRANGER)
  const { uploadId } = await initiateUpload(store, target, NEW_UPLOAD)
  return await loadUpload(store, target, uploadId)
}

const FORBIDDEN_BY = {
  object: "ObjectForbiddenByItself",
  bucket: "ObjectForbiddenByBucket",
} as const

for (const [does, begin] of Object.entries(ROADS)) {
  for (const made of ["object", "bucket"] as const) {
    test(`a stranger who ${does} is refused once the ${made} was made private`, async () => {
      const { store } = openStore()
      await openBucket(store, "never")
      const own = await targetOf(store, "object", OWNER)
      const log = await targetOf(store, "log", OWNER)
      await put(store, own, Buffer.from("mine"))
      await appendObject(store, log, appendOf(0, "mine"))
      const act = await begin(store)
      if (made === "bucket") await setBucketAcl(store, own.bucket, "private")
      else for (const target of [own, log]) await setObjectAcl(store, target, CURRENT, "private")
      await assert.rejects(act(), { code: FORBIDDEN_BY[made] })
      for (const target of [own, log]) {
        assert.equal((await readBytes(store, target)).toString(), "mine")
      }
    })
  }
}
