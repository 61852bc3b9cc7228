import { deleteObject as removeObject, type Deletion } from "../../objects/delete.ts"
import { ofObjectOrVersion } from "../needs.ts"
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
    return { status: 204, headers: deletionHeaders(deletion) }
  },
}

function deletionHeaders(deletion: Deletion): Headers {
  const { versionId } = deletion
  const isMarker = deletion.kind === "marked" || deletion.wasMarker
  return [
    ...(isMarker ? [["x-oss-delete-marker", "true"] as const] : []),
    ...(versionId === undefined ? [] : [["x-oss-version-id", versionId] as const]),
  ]
}
