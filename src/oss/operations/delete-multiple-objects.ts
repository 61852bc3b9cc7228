import { onceEach } from "../../base/once-each.ts"
import { turns } from "../../base/turns.ts"
import { deleteObjects, type Deletion, type Doomed } from "../../objects/delete.ts"
import { parseObjectKey } from "../../objects/names.ts"
import { OssError } from "../errors.ts"
import { namesDocument, readNameEncoding } from "../list-parameters.ts"
import { ofDoomed } from "../needs.ts"
import type { BucketCall, BucketOperation } from "../operation.ts"
import { childrenOf, type ReadElement, readLongXml, requiredTextOf, textOf } from "../xml-read.ts"
import { parseVersionId } from "../version-id.ts"
import type { XmlElement } from "../../base/xml-write.ts"

const OBJECTS_MAX = 1000

export const deleteMultipleObjects: BucketOperation = {
  name: "DeleteMultipleObjects",
  target: "bucket",
  match: { method: "POST", subresource: "delete" },
  needs: ofDoomed(async (call) => (await readDeletion(call)).doomed),
  acl: "bucket-write",
  body: { kind: "xml", bytesMax: 2 * 1024 * 1024 },
  encryptionHeader: "rejected",
  async run(call) {
    const { store, bucket, caller } = call
    const { encoding, doomed, isQuiet } = await readDeletion(call)
    const deletions = await deleteObjects(store, caller, bucket, doomed)
    if (isQuiet) return { status: 200 }
    const result = namesDocument(encoding, (names): XmlElement => [
      "DeleteResult",
      [
        ["EncodingType", names.element],
        ...doomed.map((each, index) =>
          deletedElement(names.encode(each.objectKey), each, deletions[index]),
        ),
      ],
    ])
    return { status: 200, body: { kind: "xml", root: result } }
  },
}

/** Read once, both for what is demanded and for what is done. */
const readDeletion = onceEach(async ({ request, xml }: BucketCall) => {
  if (!request.headers.has("content-md5")) throw new OssError("MissingArgument")
  const encoding = readNameEncoding(request)
  const root = await readLongXml(xml, "Delete")
  return { encoding, doomed: await readDoomed(root), isQuiet: readQuiet(root) }
})

function deletedElement(
  name: string,
  { versionId }: Doomed,
  deletion: Deletion | undefined,
): XmlElement {
  const marker =
    deletion?.kind === "marked" || deletion?.wasMarker === true ? deletion.versionId : undefined
  return [
    "Deleted",
    [
      ["Key", name],
      ["VersionId", versionId],
      ["DeleteMarker", marker === undefined ? undefined : true],
      ["DeleteMarkerVersionId", marker],
    ],
  ]
}

async function readDoomed(root: ReadElement): Promise<Doomed[]> {
  const objects = childrenOf(root, "Object")
  if (objects.length === 0 || objects.length > OBJECTS_MAX) throw new OssError("MalformedXML")
  const doomed: Doomed[] = []
  for (const object of objects) {
    if (turns.isSpent()) await turns.next()
    const versionId = textOf(object, "VersionId") ?? ""
    doomed.push({
      objectKey: parseObjectKey(requiredTextOf(object, "Key")),
      versionId: versionId === "" ? undefined : parseVersionId(versionId, "VersionId"),
    })
  }
  return doomed
}

function readQuiet(root: ReadElement): boolean {
  const text = textOf(root, "Quiet") ?? "false"
  if (text !== "true" && text !== "false") throw new OssError("MalformedXML")
  return text === "true"
}
