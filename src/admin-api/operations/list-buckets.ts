import { z } from "zod"
import { isListName } from "../../objects/names.ts"
import { listBuckets as listBucketsOf } from "../../objects/buckets.ts"
import { viewOfBucket } from "../bucket-view.ts"
import { ofAccount } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketView } from "../schemas/bucket.ts"
import { limit, next } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

const bucketListName = z.string().max(63).refine(isListName, "holds a NUL").default("")

export const listBuckets: Operation = defineOperation({
  name: "listBuckets",
  tag: "buckets",
  summary: "The buckets by name",
  method: "GET",
  path: "/api/buckets",
  parameters: z.strictObject({
    prefix: bucketListName,
    after: bucketListName,
    limit,
  }),
  output: named("BucketPage", z.object({ items: z.array(bucketView), next })),
  needs: ofAccount("oss:ListBuckets"),
  run: async (call, { prefix, after, limit: most }) => {
    const ownerId = call.scope.accountId
    const page = await listBucketsOf(call.store, { ownerId, prefix, marker: after, limit: most })
    const items = await Promise.all(page.buckets.map((bucket) => viewOfBucket(call, bucket)))
    return { items, next: page.nextMarker ?? null }
  },
})
