import { isoTime } from "../../base/clock.ts"
import type { ObjectAttributes, ObjectVersion } from "../../objects/rows/records.ts"
import { type NewObject, putObject } from "../../objects/write.ts"
import {
  namesStoredHeaders,
  readAttributes,
  readForbidOverwrite,
  readNamedAcl,
} from "../attributes.ts"
import { chunksOf, closeBody } from "../../objects/read.ts"
import { checkClientEncryptionOfCopy } from "../client-encryption.ts"
import { type CopySource, openCopySource, sourceVersionHeaders } from "../copy-source.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { invalidArgument, OssError } from "../errors.ts"
import { pacedAsAsked, UPLOAD_BYTES_MAX } from "../incoming.ts"
import { quoted } from "../object-headers.ts"
import { ofCopy } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import { versionHeaders } from "../version-id.ts"
import type { XmlElement } from "../../base/xml-write.ts"

/**
 * The source's encryption is never inherited. The header decides, then the target bucket's default; without either, no
 * encryption is reported.
 */
export const copyObject: ObjectOperation = {
  name: "CopyObject",
  target: "object",
  match: { method: "PUT", subresource: null, copySource: true },
  needs: ofCopy,
  acl: "object-write",
  body: { kind: "none" },
  encryptionHeader: "accepted",
  async run(call) {
    const { request, store, bucket, objectKey, encryption } = call
    const requested = readAttributes(request, bucket.record)
    checkTaggingDirective(request)
    const forbidOverwrite = readForbidOverwrite(request)
    const source = await openCopySource(call, (record) => {
      if (record.sizeBytes > UPLOAD_BYTES_MAX) throw new OssError("EntityTooLarge")
      return undefined
    })
    try {
      const isOntoItself = source.bucket.name === bucket.name && source.objectKey === objectKey
      const record = await putObject(store, call, {
        ...(isOntoItself
          ? attributesOntoItself(request, requested, source)
          : { attributes: copiedAttributes(request, requested, source.record) }),
        encryption,
        forbidOverwrite,
        incoming: {
          chunks: pacedAsAsked(call.request, chunksOf(source.body)),
          bytesMax: UPLOAD_BYTES_MAX,
        },
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

/** The headers come from the source, or with REPLACE from the request. */
function copiedAttributes(
  request: OssRequest,
  requested: ObjectAttributes,
  source: ObjectVersion,
): ObjectAttributes {
  const isReplacing = readDirective(request) === "REPLACE"
  if (isReplacing) checkClientEncryptionOfCopy(source.headers, requested.headers)
  const headers = isReplacing ? requested.headers : source.headers
  return { ...requested, headers }
}

/**
 * An object that is copied onto itself gets the request's headers whatever the directive says (source: the suites of
 * the C++ and PHP SDKs). It keeps its own when the request has none and no REPLACE (source: the suite of oss2). It
 * keeps everything else that the request does not name. An older version that is restored keeps its headers too.
 */
function attributesOntoItself(
  request: OssRequest,
  requested: ObjectAttributes,
  { record, isNewest }: CopySource,
): Pick<NewObject, "attributes" | "keptAcl"> {
  const directive = readDirective(request)
  const isReplacing = directive === "REPLACE" || (isNewest && namesStoredHeaders(request))
  if (isReplacing) checkClientEncryptionOfCopy(record.headers, requested.headers)
  const namesAcl = readNamedAcl(request) !== undefined
  const namesClass = request.headers.has("x-oss-storage-class")
  const attributes = {
    acl: namesAcl ? requested.acl : record.acl,
    headers: isReplacing ? requested.headers : record.headers,
    storageClass: namesClass ? requested.storageClass : record.storageClass,
  }
  return namesAcl || !isNewest ? { attributes } : { attributes, keptAcl: record.acl }
}

function checkTaggingDirective({ headers }: OssRequest): void {
  const name = "x-oss-tagging-directive"
  const value = headers.get(name) ?? "Copy"
  if (/^(copy|replace)$/i.test(value)) return
  throw invalidArgument("The tagging directive is Copy or Replace.", { name, value })
}

/** Throws InvalidArgument for another value. */
function readDirective({ headers }: OssRequest): "COPY" | "REPLACE" {
  const value = headers.get("x-oss-metadata-directive") ?? "COPY"
  const directive = value.toUpperCase()
  if (directive === "COPY" || directive === "REPLACE") return directive
  throw invalidArgument("The metadata directive is COPY or REPLACE.", {
    name: "x-oss-metadata-directive",
    value,
  })
}
