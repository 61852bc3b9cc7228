import { isoTime } from "../../base/clock.ts"
import { listParts as listPage, loadUpload } from "../../objects/uploads.ts"
import { clientEncryptionElements } from "../client-encryption.ts"
import { invalidArgument } from "../errors.ts"
import { namesDocument, readNameEncoding, readPageSize } from "../list-parameters.ts"
import { quoted } from "../object-headers.ts"
import { ofObject } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const listParts: ObjectOperation = {
  name: "ListParts",
  target: "object",
  match: { method: "GET", subresource: "uploadId" },
  needs: ofObject("oss:ListParts"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store, bucket, objectKey } = call
    const encoding = readNameEncoding(request)
    const limit = readPageSize(request, "max-parts", { fallback: 1000, max: 1000 })
    const afterPartNumber = readMarker(request)
    const uploadId = request.parameter("uploadId") ?? ""
    const upload = await loadUpload(store, call, uploadId)
    const page = await listPage(store, upload, { afterPartNumber, limit })
    const root = namesDocument(encoding, (names): XmlElement => [
      "ListPartsResult",
      [
        ["EncodingType", names.element],
        ["Bucket", bucket.name],
        ["Key", names.encode(objectKey)],
        ["UploadId", uploadId],
        ["PartNumberMarker", afterPartNumber],
        // Empty where there are no parts: oss2 looks for the element, and the Java SDK takes any text as a number.
        ["NextPartNumberMarker", page.parts.at(-1)?.partNumber ?? ""],
        ["MaxParts", limit],
        ["StorageClass", upload.record.storageClass],
        ...clientEncryptionElements(upload.record.headers),
        ["IsTruncated", page.isTruncated],
        ...page.parts.map((part): XmlElement => [
          "Part",
          [
            ["PartNumber", part.partNumber],
            ["LastModified", isoTime(part.lastModifiedMs)],
            ["ETag", quoted({ text: part.etag })],
            ["Size", part.sizeBytes],
            ["HashCrc64ecma", part.crc64],
          ],
        ]),
      ],
    ])
    return { status: 200, body: { kind: "xml", root } }
  },
}

function readMarker(request: OssRequest): number {
  const value = request.parameter("part-number-marker") ?? ""
  if (value === "") return 0
  if (/^\d{1,5}$/.test(value)) return Math.min(Number(value), 65_535)
  throw invalidArgument("The marker must be a part number.", { name: "part-number-marker", value })
}
