import { isoTime } from "../../base/clock.ts"
import type { ObjectAttributes, ObjectVersion } from "../../objects/rows/records.ts"
import { putObject } from "../../objects/write.ts"
import { readAttributes, readForbidOverwrite } from "../attributes.ts"
import { chunksOf, closeBody } from "../../objects/read.ts"
import { openCopySource, sourceVersionHeaders } from "../copy-source.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { invalidArgument, OssError } from "../errors.ts"
import { UPLOAD_BYTES_MAX } from "../incoming.ts"
import { quoted } from "../object-headers.ts"
import type { ObjectOperation } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import { versionHeaders } from "../version-id.ts"
import type { XmlElement } from "../../base/xml-write.ts"

/** The source's encryption is never inherited: the header decides, else the target bucket's default, else nothing is reported. */
export const copyObject: ObjectOperation = {
  name: "CopyObject",
  target: "object",
  match: { method: "PUT", subresource: null, copySource: true },
  permission: "oss:PutObject",
  acl: "object-write",
  body: { kind: "none" },
  encryptionHeader: "accepted",
  async run(call) {
    const { request, store, bucket, encryption } = call
    const requested = readAttributes(request)
    const forbidOverwrite = readForbidOverwrite(request)
    const source = await openCopySource(call, (record) => {
      if (record.sizeBytes > UPLOAD_BYTES_MAX) throw new OssError("EntityTooLarge")
      return undefined
    })
    try {
      const record = await putObject(store, call, {
        attributes: copiedAttributes(request, requested, source.record),
        encryption,
        forbidOverwrite,
        incoming: { chunks: chunksOf(source.body), bytesMax: UPLOAD_BYTES_MAX },
      })
      const root: XmlElement = [
        "CopyObjectResult",
        [
          ["ETag", quoted(record.etag)],
          ["LastModified", isoTime(record.lastModifiedMs)],
        ],
      ]
      return {
        status: 200,
        headers: [
          ["ETag", quoted(record.etag)],
          ["x-oss-hash-crc64ecma", record.crc64],
          ...versionHeaders(bucket, record),
          ...sourceVersionHeaders(source),
          ...encryptionHeaders(record.encryption),
        ],
        body: { kind: "xml", root },
      }
    } finally {
      await closeBody(source.body)
    }
  },
}

/** The headers come from the source, or with REPLACE from the request; the storage class from the request when it names one. */
function copiedAttributes(
  { headers }: OssRequest,
  requested: ObjectAttributes,
  source: ObjectVersion,
): ObjectAttributes {
  const value = headers.get("x-oss-metadata-directive") ?? "COPY"
  const directive = value.toUpperCase()
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw invalidArgument("The metadata directive is COPY or REPLACE.", {
      name: "x-oss-metadata-directive",
      value,
    })
  }
  return {
    acl: requested.acl,
    headers: directive === "COPY" ? source.headers : requested.headers,
    storageClass: headers.has("x-oss-storage-class") ? requested.storageClass : source.storageClass,
  }
}
