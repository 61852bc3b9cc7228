import assert from "node:assert/strict"
import { test } from "node:test"
import { sampleDemands } from "../../test/oss/sample-demands.ts"
import type { Caller } from "../identity/caller.ts"
import type { Principal } from "../identity/principal.ts"

import { checkNeeds } from "./needs.ts"
import type { BucketOperation, Call, ObjectOperation } from "./operation.ts"
import { OPERATIONS } from "./operations/index.ts"

async function linesOf(isVersion: boolean): Promise<Record<string, string>> {
  const lines = Object.values(OPERATIONS).map(
    async (operation) =>
      [
        operation.name,
        (await sampleDemands(operation, { isVersion }))
          .map(({ action, resource }) => `${action} ${resource.replace("acs:oss:*:1:", "")}`)
          .join(", "),
      ] as const,
  )
  return Object.fromEntries(await Promise.all(lines))
}

const DELETED = "oss:DeleteObject BUCKET/first, oss:DeleteObjectVersion BUCKET/second"

const DEMANDS = {
  AbortMultipartUpload: "oss:AbortMultipartUpload BUCKET/KEY",
  AppendObject: "oss:PutObject BUCKET/KEY",
  CompleteMultipartUpload: "oss:PutObject BUCKET/KEY",
  CopyObject: "oss:PutObject BUCKET/KEY, oss:GetObject SOURCE/a b",
  DeleteBucket: "oss:DeleteBucket BUCKET",
  DeleteBucketEncryption: "oss:DeleteBucketEncryption BUCKET",
  DeleteMultipleObjects: DELETED,
  DeleteObject: "oss:DeleteObject BUCKET/KEY",
  GetBucketAcl: "oss:GetBucketAcl BUCKET",
  GetBucketEncryption: "oss:GetBucketEncryption BUCKET",
  GetBucketInfo: "oss:GetBucketInfo BUCKET",
  GetBucketLocation: "oss:GetBucketLocation BUCKET",
  GetBucketStat: "oss:GetBucketStat BUCKET",
  GetBucketVersioning: "oss:GetBucketVersioning BUCKET",
  GetObject: "oss:GetObject BUCKET/KEY",
  GetObjectAcl: "oss:GetObjectAcl BUCKET/KEY",
  GetObjectMeta: "oss:GetObject BUCKET/KEY",
  HeadBucket: "oss:ListObjects BUCKET",
  HeadObject: "oss:GetObject BUCKET/KEY",
  InitiateMultipartUpload: "oss:PutObject BUCKET/KEY",
  ListBuckets: "oss:ListBuckets *",
  DeleteBucketPolicy: "oss:DeleteBucketPolicy BUCKET",
  GetBucketPolicy: "oss:GetBucketPolicy BUCKET",
  ListLiveChannel: "oss:ListLiveChannel BUCKET",
  ListMultipartUploads: "oss:ListMultipartUploads BUCKET",
  ListObjectVersions: "oss:ListObjectVersions BUCKET",
  ListObjects: "oss:ListObjects BUCKET",
  ListObjectsV2: "oss:ListObjects BUCKET",
  ListParts: "oss:ListParts BUCKET/KEY",
  PutBucket: "oss:PutBucket BUCKET",
  PutBucketAcl: "oss:PutBucketAcl BUCKET",
  PutBucketEncryption: "oss:PutBucketEncryption BUCKET",
  PutBucketVersioning: "oss:PutBucketVersioning BUCKET",
  PutObject: "oss:PutObject BUCKET/KEY",
  PutObjectAcl: "oss:PutObjectAcl BUCKET/KEY",
  UploadPart: "oss:PutObject BUCKET/KEY",
  UploadPartCopy: "oss:PutObject BUCKET/KEY, oss:GetObject SOURCE/a b",
}

/** Where a request names a version: that of its target, or that of the source of a copy. */
const VERSION_DEMANDS = {
  ...DEMANDS,
  CopyObject: `${DEMANDS.CopyObject}, oss:GetObjectVersion SOURCE/a b`,
  DeleteObject: "oss:DeleteObjectVersion BUCKET/KEY",
  GetObject: "oss:GetObjectVersion BUCKET/KEY",
  GetObjectAcl: "oss:GetObjectVersionAcl BUCKET/KEY",
  GetObjectMeta: "oss:GetObjectVersion BUCKET/KEY",
  HeadObject: "oss:GetObjectVersion BUCKET/KEY",
  PutObjectAcl: "oss:PutObjectVersionAcl BUCKET/KEY",
  UploadPartCopy: `${DEMANDS.UploadPartCopy}, oss:GetObjectVersion SOURCE/a b`,
}

test("every operation demands what the service's table of permissions states", async () => {
  assert.deepEqual(await linesOf(false), DEMANDS)
})

test("where a version is named, the actions for versions are demanded", async () => {
  assert.deepEqual(await linesOf(true), VERSION_DEMANDS)
})

test("an operation that takes versionId demands another action for it", async () => {
  for (const operation of Object.values(OPERATIONS)) {
    if (operation.match.versionId !== true) continue
    const [first] = await sampleDemands(operation, { isVersion: true })
    assert.match(first?.action ?? "", /Version(Acl)?$/)
  }
})

function callOf(principal: Principal): Call {
  const caller: Pick<Caller, "principal"> = { principal }
  return { caller, settings: { owner: { id: "1", displayName: "1" } } } as Call
}

test("the service's own principals need everything that an operation demands, and ACLs decide for strangers", async () => {
  let asked = 0
  const operation = {
    needs: () => {
      asked += 1
      return [{ action: "oss:GetObject", resource: "acs:oss:*:1:BUCKET/KEY" }]
    },
  }
  await checkNeeds(operation, callOf({ kind: "account", accountId: "1" }))
  assert.equal(asked, 1)
  await checkNeeds(operation, callOf({ kind: "anonymous" }))
  await checkNeeds(operation, callOf({ kind: "account", accountId: "2" }))
  assert.equal(asked, 1)
})

test("an operation without demands, or with an ACL that its target cannot have, does not compile", () => {
  const { needs: _needs, ...without } = OPERATIONS.GetObject as ObjectOperation
  // @ts-expect-error -- `needs` is missing
  const missing: ObjectOperation = without
  const bucketOperation = OPERATIONS.GetBucketInfo as BucketOperation
  // @ts-expect-error -- no object is addressed whose ACL could let somebody in
  const foreign: BucketOperation = { ...bucketOperation, acl: "object-read" }
  assert.deepEqual([missing.name, foreign.name], ["GetObject", "GetBucketInfo"])
})
