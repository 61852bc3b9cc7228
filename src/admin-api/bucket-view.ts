import { isoTime } from "../base/clock.ts"
import { type Bucket, loadBucket } from "../objects/buckets.ts"
import { type Census, takeCensus } from "../objects/census.ts"
import { parseBucketName } from "../objects/names.ts"
import { checkBucketRight } from "../objects/rights.ts"
import { fieldsOfChoice } from "./object-view.ts"
import type { SignedInCall } from "./operation.ts"
import type { BucketView, EncryptionShare } from "./schemas/bucket.ts"

/** The bucket, for its owner. Throws RuleBroken and NameRefused. */
export async function ownBucket({ caller, store }: SignedInCall, name: string): Promise<Bucket> {
  const bucket = await loadBucket(store, parseBucketName(name))
  checkBucketRight(caller, bucket, "own")
  return bucket
}

export async function viewOfBucket(call: SignedInCall, bucket: Bucket): Promise<BucketView> {
  const { name, record } = bucket
  const census = await takeCensus(call.store, bucket)
  const sums = [...census.byMethod.values()]
  return {
    name,
    createdAt: isoTime(record.createdMs),
    acl: record.acl,
    versioning: record.versioning,
    defaultEncryption: fieldsOfChoice(record.defaultEncryption),
    defaultCmkId: await defaultCmkOf(call, bucket),
    storageClass: record.storageClass,
    dataRedundancyType: record.dataRedundancyType,
    objectVersions: sums.reduce((sum, { versionCount }) => sum + versionCount, 0),
    objectBytes: sums.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    uploads: census.uploadCount,
  }
}

/** The bucket of that name in its current state. */
export async function viewOfBucketNamed(call: SignedInCall, name: string): Promise<BucketView> {
  return viewOfBucket(call, await ownBucket(call, name))
}

/** null where the default names no CMK, or one that does not exist. */
async function defaultCmkOf(
  { caller, keyService }: SignedInCall,
  { record: { defaultEncryption } }: Bucket,
): Promise<string | null> {
  if (defaultEncryption.method !== "KMS") return null
  try {
    const named = defaultEncryption.cmk ?? "alias/acs/oss"
    return (await keyService.describeCmk(caller, named)).cmkId
  } catch {
    return null
  }
}

const METHODS = ["none", "AES256", "KMS", "SM4"] as const

/** Every method once. */
export function sharesOf({ byMethod }: Census): EncryptionShare[] {
  return METHODS.map((method) => {
    const { versionCount, sizeBytes } = byMethod.get(method) ?? { versionCount: 0, sizeBytes: 0 }
    return { method, objectVersions: versionCount, objectBytes: sizeBytes }
  })
}
