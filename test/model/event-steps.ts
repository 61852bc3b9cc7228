import assert from "node:assert/strict"
import { DEFAULT_CMK, type Encryption } from "./bucket-model.ts"
import { BUCKET_ACLS, randomBucket, randomEncryption } from "./choices.ts"
import { bucketOf, isCarriedOut, type Run, setBucket } from "./run.ts"

/** Usually back to enabled: a run in which every key is disabled proves little. */
export async function changeCmk(run: Run): Promise<void> {
  const cmks = new Map(run.world.cmks)
  const [cmkId, state] = run.random.pick([...cmks]) ?? []
  if (cmkId === undefined) return
  const keyService = run.keyService()
  if (state === "Disabled") {
    await keyService.enableCmk(run.owner(), cmkId)
    cmks.set(cmkId, "Enabled")
  } else if (state === "PendingDeletion") {
    await keyService.cancelDeletion(run.owner(), cmkId)
    cmks.set(cmkId, "Enabled")
  } else if (run.random.chance(0.5)) {
    await keyService.disableCmk(run.owner(), cmkId)
    cmks.set(cmkId, "Disabled")
  } else {
    await keyService.scheduleDeletion(run.owner(), cmkId, 7)
    cmks.set(cmkId, "PendingDeletion")
  }
  run.world = { ...run.world, cmks }
}

export async function enableAllCmks(run: Run): Promise<void> {
  for (const [cmkId, state] of run.world.cmks) {
    if (state === "Disabled") await run.keyService().enableCmk(run.owner(), cmkId)
    if (state === "PendingDeletion") await run.keyService().cancelDeletion(run.owner(), cmkId)
  }
  const cmks = new Map([...run.world.cmks].map(([cmkId]) => [cmkId, "Enabled"] as const))
  run.world = { ...run.world, cmks }
}

function ruleOf(encryption: Encryption): string {
  const cmkId = encryption.method === "KMS" ? encryption.cmkId : DEFAULT_CMK
  const named = cmkId === DEFAULT_CMK ? "" : `<KMSMasterKeyID>${cmkId}</KMSMasterKeyID>`
  return `<SSEAlgorithm>${encryption.method}</SSEAlgorithm>${named}`
}

export async function changeDefaultEncryption(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const encryption = randomEncryption(run)
  const query = { encryption: "" }
  if (encryption === undefined) {
    assert.equal((await run.send({ method: "DELETE", bucketName, query })).status, 204)
  } else {
    const inner = `<ApplyServerSideEncryptionByDefault>${ruleOf(encryption)}</ApplyServerSideEncryptionByDefault>`
    const body = `<ServerSideEncryptionRule>${inner}</ServerSideEncryptionRule>`
    isCarriedOut(await run.send({ method: "PUT", bucketName, query, body }), [])
  }
  setBucket(run, bucketName, { ...bucketOf(run, bucketName), defaultEncryption: encryption })
  const told = await run.send({ method: "GET", bucketName, query })
  if (encryption === undefined) isCarriedOut(told, ["NoSuchServerSideEncryptionRule"])
  else assert(told.body.toString().includes(ruleOf(encryption)))
}

export async function changeBucketAcl(run: Run): Promise<void> {
  const bucketName = randomBucket(run)
  const acl = run.random.pick(BUCKET_ACLS)
  const headers = { "x-oss-acl": acl }
  const query = { acl: "" }
  isCarriedOut(await run.send({ method: "PUT", bucketName, query, headers }), [])
  setBucket(run, bucketName, { ...bucketOf(run, bucketName), acl })
}

export async function restart(run: Run): Promise<void> {
  await run.restart()
}

/** Deletes or replaces something, and dies before that is freed; half of the time the keeper then runs. */
export async function crash(run: Run, step: (run: Run) => Promise<void>): Promise<void> {
  await run.crashBeforeFreeing()
  await step(run)
  await run.restart()
  if (run.random.chance(0.5)) await run.sweep()
}
