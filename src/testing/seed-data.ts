import { Readable } from "node:stream"
import type { Caller } from "../identity/caller.ts"
import type { OpenedData } from "../data-directory.ts"
import { createBucket, loadBucket, setVersioning } from "../objects/buckets.ts"
import { type BucketName, parseBucketName, parseObjectKey } from "../objects/names.ts"
import type { EncryptionChoice } from "../objects/rows/records.ts"
import { RuleBroken } from "../objects/rule-broken.ts"
import { putObject } from "../objects/write.ts"
import type { Seed, SeedBucket, Seeded, SeedEncryption, SeedObject } from "./seed.ts"

/** Throws an Error that names what could not be created; what was created before it stays. */
export async function seedData(data: OpenedData, seed: Seed): Promise<Seeded> {
  const { keyService, store, accountId } = data
  const caller: Caller = {
    principal: { kind: "account", accountId },
    sourceAddress: "local",
    isSecure: true,
    atMs: store.clock.nowMs(),
  }
  const { cmks = [], buckets = [] } = seed
  const cmkIds: string[] = []
  for (const { alias, description = "" } of cmks) {
    const { cmkId } = await keyService.createCmk(caller, { description })
    if (alias !== undefined) await keyService.createAlias(caller, alias, cmkId)
    cmkIds.push(cmkId)
  }
  for (const bucket of buckets) {
    await named(`the bucket ${bucket.name}`, () => seedBucket(data, caller, bucket))
  }
  for (const [index, { state }] of cmks.entries()) {
    const cmkId = cmkIds[index]
    if (state === "Disabled" && cmkId !== undefined) await keyService.disableCmk(caller, cmkId)
  }
  return { cmkIds }
}

async function seedBucket(
  { store, accountId }: OpenedData,
  caller: Caller,
  { name: text, acl, encryption, versioning, objects = {} }: SeedBucket,
): Promise<void> {
  const name: BucketName = parseBucketName(text)
  await createBucket(store, {
    name,
    ownerId: accountId,
    storageClass: "Standard",
    dataRedundancyType: "LRS",
    ...(acl === undefined ? {} : { acl }),
    ...(encryption === undefined ? {} : { defaultEncryption: choiceOf(encryption) }),
  })
  if (versioning !== undefined)
    await setVersioning(store, await loadBucket(store, name), versioning)
  const bucket = await loadBucket(store, name)
  for (const [objectName, given] of Object.entries(objects)) {
    const object: SeedObject =
      typeof given === "string" || given instanceof Uint8Array ? { body: given } : given
    await named(`the object ${objectName}`, async () => {
      const objectKey = parseObjectKey(objectName)
      const chunks = Readable.from([Buffer.from(object.body ?? "")])
      await putObject(
        store,
        { caller, bucket, objectKey },
        {
          attributes: {
            headers: headersOf(object),
            acl: object.acl ?? "default",
            storageClass: bucket.record.storageClass,
          },
          encryption: object.encryption && choiceOf(object.encryption),
          forbidOverwrite: false,
          incoming: { chunks, bytesMax: Infinity },
        },
      )
    })
  }
}

function choiceOf(encryption: SeedEncryption): EncryptionChoice {
  if (encryption.method !== "KMS") return { method: encryption.method }
  const { cmk, dataEncryption } = encryption
  const suite = dataEncryption === "SM4" ? "sm4-gcm" : "aes-256-gcm"
  return { method: "KMS", suite, ...(cmk === undefined ? {} : { cmk }) }
}

/** Throws TypeError for what no HTTP header could carry. */
function headersOf({ contentType, metadata = {} }: SeedObject): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": contentType ?? "application/octet-stream",
  }
  for (const [name, value] of Object.entries(metadata)) {
    headers[`x-oss-meta-${name.toLowerCase()}`] = value
  }
  for (const [name, value] of Object.entries(headers)) {
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue
    throw new TypeError(`${name}: ${value} cannot be a header`)
  }
  return headers
}

async function named<T>(what: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const reason = error instanceof RuleBroken ? `${error.code} ${error.message}` : error.message
    throw new Error(`${what}: ${reason.trim()}`, { cause: error })
  }
}
