import { deleteObject as removeObject, type Deletion } from "../../objects/delete.ts"
import { ofObjectOrVersion } from "../needs.ts"
import type { Bucket } from "../../objects/buckets.ts"
import type { Headers, ObjectOperation } from "../operation.ts"

export const deleteObject: ObjectOperation = {
  name: "DeleteObject",
  target: "object",
  match: { method: "DELETE", subresource: null, versionId: true },
  needs: ofObjectOrVersion("oss:DeleteObject", "oss:DeleteObjectVersion"),
  acl: "object-write",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { store, selector } = call
    const versionId = selector.kind === "version" ? selector.versionId : undefined
    const deletion = await removeObject(store, call, versionId)
    return { status: 204, headers: deletionHeaders(call.bucket, deletion) }
  },
}

/** Where versions were never kept there is no version to report, whatever the request names. Source: Go v2's suite. */
function deletionHeaders({ record }: Bucket, deletion: Deletion): Headers {
  if (record.versioning === "never") return []
  const { versionId } = deletion
  const isMarker = deletion.kind === "marked" || deletion.wasMarker
  return [
    ...(isMarker ? [["x-oss-delete-marker", "true"] as const] : []),
    ...(versionId === undefined ? [] : [["x-oss-version-id", versionId] as const]),
  ]
}
