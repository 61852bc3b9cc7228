import { z } from "zod"
import { listWholeObjects } from "../../objects/list.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofBucket } from "../needs.ts"
import { createAliasFinder, summaryOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { listName, next } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { listing, objectEntry } from "../schemas/object.ts"
import type { ObjectEntry } from "../schemas/object.ts"

export const listObjects: Operation = defineOperation({
  name: "listObjects",
  tag: "objects",
  summary: "The newest versions of a bucket's objects, in byte order",
  method: "GET",
  path: "/api/buckets/{bucket}/objects",
  parameters: z.strictObject({ ...listing, after: listName }),
  output: named("ObjectPage", z.object({ items: z.array(objectEntry), next })),
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:ListObjects"),
  run: async (call, { bucket: name, prefix, delimiter, after, limit: most }) => {
    const bucket = await ownBucket(call, name)
    const options = { prefix, delimiter, after, limit: most }
    const { entries, isTruncated } = await listWholeObjects(call.store, bucket, options)
    const aliasOf = createAliasFinder(call)
    const items = await Promise.all(
      entries.map(async (entry): Promise<ObjectEntry> =>
        entry.kind === "prefix"
          ? { kind: "folder", prefix: entry.prefix }
          : summaryOf("object", entry.objectKey, entry.record, aliasOf),
      ),
    )
    const last = items.at(-1)
    if (!isTruncated || last === undefined) return { items, next: null }
    return { items, next: last.kind === "folder" ? last.prefix : last.objectKey }
  },
})
