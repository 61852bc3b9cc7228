import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { listVersions as listVersionsOf, type ListedVersion } from "../../objects/list-versions.ts"
import { type VersionId } from "../../objects/rows/records.ts"
import { ownBucket } from "../bucket-view.ts"
import { readContinuation, writeContinuation } from "../continuation.ts"
import { AdminError } from "../errors.ts"
import { ofBucket } from "../needs.ts"
import { createAliasFinder, summaryOf } from "../object-view.ts"
import type { AliasFinder } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { continuation, next, versionId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { listing, versionEntry } from "../schemas/object.ts"
import type { VersionEntry } from "../schemas/object.ts"

function parseMarker(text: string | null | undefined): VersionId | undefined {
  if (text === undefined || text === null) return undefined
  const parsed = versionId.safeParse(text)
  if (!parsed.success)
    throw new AdminError("InvalidRequest", "after: not a value that an earlier page returned")
  return parsed.data as VersionId
}

async function entryOf(entry: ListedVersion, aliasOf: AliasFinder): Promise<VersionEntry> {
  if (entry.kind === "prefix") return { kind: "folder", prefix: entry.prefix }
  const { objectKey, record, isLatest } = entry
  if (record.kind === "object") {
    return { ...(await summaryOf("version", objectKey, record, aliasOf)), isLatest }
  }
  const { versionId: id, lastModifiedMs } = record
  const lastModifiedAt = isoTime(lastModifiedMs)
  return { kind: "marker", objectKey, versionId: id, lastModifiedAt, isLatest }
}

/** The name "null" would lead nowhere once that version is deleted; its order still does. */
function placeOf(entry: ListedVersion): [string, string | null] {
  return entry.kind === "prefix" ? [entry.prefix, null] : [entry.objectKey, entry.record.order]
}

export const listVersions: Operation = defineOperation({
  name: "listVersions",
  tag: "objects",
  summary: "All versions and delete markers, by name, newest first within a name",
  method: "GET",
  path: "/api/buckets/{bucket}/versions",
  parameters: z.strictObject({
    ...listing,
    after: continuation,
  }),
  output: named(
    "VersionPage",
    z.object({
      items: z.array(versionEntry),
      next,
    }),
  ),
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:ListObjectVersions"),
  run: async (call, { bucket: name, prefix, delimiter, after, limit: most }) => {
    const bucket = await ownBucket(call, name)
    const [keyMarker = "", versionIdMarker] = readContinuation(after)
    const { entries, isTruncated } = await listVersionsOf(call.store, bucket, {
      prefix,
      delimiter,
      keyMarker: keyMarker ?? "",
      versionIdMarker: parseMarker(versionIdMarker),
      limit: most,
    })
    const aliasOf = createAliasFinder(call)
    const items = await Promise.all(entries.map((entry) => entryOf(entry, aliasOf)))
    const last = entries.at(-1)
    if (!isTruncated || last === undefined) return { items, next: null }
    return { items, next: writeContinuation(placeOf(last)) }
  },
})
