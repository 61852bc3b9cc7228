// Whole buckets: deleted with everything in them, and created again as buckets that were never versioned.
import { EMPTY_BUCKET } from "./bucket-model.ts"
import { randomBucket } from "./choices.ts"
import { BUCKETS, bucketOf, isCarriedOut, type Run, setBucket } from "./run.ts"

/** A bucket with more versions than this is replaced, so that a step costs the same at the end of a long run. */
const VERSIONS_MAX = 200

/** Deletes every version and upload, and then the bucket, which is only then empty. */
export async function deleteBucket(run: Run, bucketName: string): Promise<void> {
  const { versions, uploads } = bucketOf(run, bucketName)
  const isEmpty = versions.size === 0 && uploads.size === 0
  if (!isEmpty) isCarriedOut(await run.send({ method: "DELETE", bucketName }), ["BucketNotEmpty"])
  for (const [objectKey, each] of versions) {
    for (const { versionId } of each) {
      const query: Record<string, string> = run.features.versioning ? { versionId } : {}
      const answer = await run.send({ method: "DELETE", bucketName, objectKey, query })
      isCarriedOut(answer, [], 204)
    }
  }
  for (const [uploadId, { objectKey }] of uploads) {
    const query = { uploadId }
    const answer = await run.send({ method: "DELETE", bucketName, objectKey, query })
    isCarriedOut(answer, [], 204)
  }
  isCarriedOut(await run.send({ method: "DELETE", bucketName }), [], 204)
}

async function replace(run: Run, bucketName: string): Promise<void> {
  await deleteBucket(run, bucketName)
  isCarriedOut(await run.send({ method: "GET", bucketName }), ["NoSuchBucket"])
  isCarriedOut(await run.send({ method: "PUT", bucketName }), [])
  setBucket(run, bucketName, EMPTY_BUCKET)
}

export async function replaceBucket(run: Run): Promise<void> {
  await replace(run, randomBucket(run))
}

export async function replaceFullBuckets(run: Run): Promise<void> {
  for (const bucketName of BUCKETS) {
    const each = [...bucketOf(run, bucketName).versions.values()]
    const count = each.reduce((sum, versions) => sum + versions.length, 0)
    if (count > VERSIONS_MAX) await replace(run, bucketName)
  }
}
