import { deleteObjects } from "../../objects/delete.ts"
import { type ObjectKey, parseObjectKey } from "../../objects/names.ts"
import { OssError } from "../errors.ts"
import { readNameEncoding } from "../list-parameters.ts"
import type { BucketOperation } from "../operation.ts"
import { childrenOf, type ReadElement, readXml, requiredTextOf, textOf } from "../xml-read.ts"
import type { XmlElement } from "../xml-write.ts"

const OBJECTS_MAX = 1000

export const deleteMultipleObjects: BucketOperation = {
  name: "DeleteMultipleObjects",
  target: "bucket",
  match: { method: "POST", subresource: "delete" },
  permission: "oss:DeleteObject",
  acl: "bucket-write",
  body: { kind: "xml", bytesMax: 2 * 1024 * 1024 },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, xml }) {
    if (!request.headers.has("content-md5")) throw new OssError("MissingArgument")
    const encoding = readNameEncoding(request)
    const root = readXml(xml, "Delete")
    const objectKeys = readObjectKeys(root)
    await deleteObjects(store, bucket, objectKeys)
    if (readQuiet(root)) return { status: 200 }
    const result: XmlElement = [
      "DeleteResult",
      [
        ["EncodingType", encoding.element],
        ...objectKeys.map((objectKey): XmlElement => [
          "Deleted",
          [["Key", encoding.encode(objectKey)]],
        ]),
      ],
    ]
    return { status: 200, body: { kind: "xml", root: result } }
  },
}

function readObjectKeys(root: ReadElement): ObjectKey[] {
  const objects = childrenOf(root, "Object")
  if (objects.length === 0 || objects.length > OBJECTS_MAX) throw new OssError("MalformedXML")
  return objects.map((object) => {
    if ((textOf(object, "VersionId") ?? "") !== "") {
      throw new OssError("NotImplemented", {
        message: "Deleting versions is not implemented.",
      })
    }
    return parseObjectKey(requiredTextOf(object, "Key"))
  })
}

function readQuiet(root: ReadElement): boolean {
  const text = textOf(root, "Quiet") ?? "false"
  if (text !== "true" && text !== "false") throw new OssError("MalformedXML")
  return text === "true"
}
