import type { ByteRange } from "../../base/byte-range.ts"
import { isoTime } from "../../base/clock.ts"
import { uploadPart } from "../../objects/uploads.ts"
import { chunksOf, closeBody } from "../../objects/read.ts"
import { copySourceOf, openCopySource, sourceVersionHeaders } from "../copy-source.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { invalidArgument, OssError } from "../errors.ts"
import { pacedAsAsked, UPLOAD_BYTES_MAX } from "../incoming.ts"
import { quoted } from "../object-headers.ts"
import { ofCopy } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import { partNumberOfCall, uploadOfCall } from "../upload-of-call.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const uploadPartCopy: ObjectOperation = {
  name: "UploadPartCopy",
  target: "object",
  match: { method: "PUT", subresource: "uploadId", copySource: true, versionId: "passed" },
  needs: ofCopy,
  acl: "object-write",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const partNumber = partNumberOfCall(call)
    const upload = await uploadOfCall(call, "0042-00000311")
    checkVersionOfQuery(call.request)
    const source = await openCopySource(call, (record) => {
      const range = readCopyRange(call.request, record.sizeBytes)
      const sizeBytes = range === undefined ? record.sizeBytes : range.last - range.first + 1
      if (sizeBytes > UPLOAD_BYTES_MAX) throw new OssError("EntityTooLarge")
      return range
    })
    try {
      const incoming = {
        chunks: pacedAsAsked(call.request, chunksOf(source.body)),
        bytesMax: UPLOAD_BYTES_MAX,
      }
      const part = await uploadPart(call.store, upload, partNumber, incoming)
      const root: XmlElement = [
        "CopyPartResult",
        [
          ["LastModified", isoTime(part.lastModifiedMs)],
          ["ETag", quoted({ text: part.etag })],
        ],
      ]
      return {
        status: 200,
        headers: [
          ["ETag", quoted({ text: part.etag })],
          ...sourceVersionHeaders(source),
          ...encryptionHeaders(upload.record.encryption),
        ],
        body: { kind: "xml", root },
      }
    } finally {
      await closeBody(source.body)
    }
  },
}

/** oss2 repeats the source's version in the query. Throws InvalidArgument where the two differ. */
function checkVersionOfQuery(request: OssRequest): void {
  const value = request.parameter("versionId")
  if (value === undefined || value === copySourceOf(request)?.versionId) return
  throw invalidArgument("The version of the source belongs in x-oss-copy-source.", {
    name: "versionId",
    value,
  })
}

/**
 * A range that is not within the source means the whole source, as in the service. Throws InvalidArgument for a
 * malformed range.
 */
function readCopyRange({ headers }: OssRequest, sizeBytes: number): ByteRange | undefined {
  const name = "x-oss-copy-source-range"
  const value = headers.get(name)
  if (value === undefined) return undefined
  const match = /^bytes=(\d{1,16})-(\d{0,16})$/.exec(value)
  if (match === null)
    throw invalidArgument("The range of the source is not valid.", { name, value })
  const first = Number(match[1])
  const last = match[2] === "" ? sizeBytes - 1 : Number(match[2])
  if (match[2] !== "" && last < first) {
    throw invalidArgument("The range of the source is not valid.", { name, value })
  }
  return first <= last && last < sizeBytes ? { first, last } : undefined
}
