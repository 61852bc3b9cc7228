import { percentEncodePath } from "../../base/percent-encode.ts"
import { turns } from "../../base/turns.ts"
import { completeUpload, type ListedPart, type WantedParts } from "../../objects/complete-upload.ts"
import { readForbidOverwrite, readNamedAcl } from "../attributes.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { endpoints } from "../endpoints.ts"
import { invalidArgument, OssError } from "../errors.ts"
import { namesDocument, readNameEncoding } from "../list-parameters.ts"
import { quoted } from "../object-headers.ts"
import { ofObject } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import { uploadOfCall } from "../upload-of-call.ts"
import { versionHeaders } from "../version-id.ts"
import { childrenOf, type ReadElement, readLongXml, requiredTextOf } from "../xml-read.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const completeMultipartUpload: ObjectOperation = {
  name: "CompleteMultipartUpload",
  target: "object",
  match: { method: "POST", subresource: "uploadId" },
  needs: ofObject("oss:PutObject"),
  acl: "object-write",
  body: { kind: "xml", bytesMax: 4 * 1024 * 1024 },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store, bucket, objectKey, settings, xml } = call
    const encoding = readNameEncoding(request)
    const upload = await uploadOfCall(call, "0042-00000203")
    const wanted = await readWantedParts(request, xml)
    const forbidOverwrite = readForbidOverwrite(request)
    const acl = readNamedAcl(request)
    const options = acl === undefined ? { forbidOverwrite } : { forbidOverwrite, acl }
    const record = await completeUpload(store, upload, wanted, options)
    const host = `${bucket.name}.${endpoints(settings).extranet}`
    const root = namesDocument(encoding, (names): XmlElement => [
      "CompleteMultipartUploadResult",
      [
        ["EncodingType", names.element],
        ["Location", locationOf(host, objectKey)],
        ["Bucket", bucket.name],
        ["Key", names.encode(objectKey)],
        ["ETag", quoted(record.etag)],
      ],
    ])
    return {
      status: 200,
      headers: [
        ["ETag", quoted(record.etag)],
        ["x-oss-hash-crc64ecma", record.crc64],
        ...versionHeaders(bucket, record),
        ...encryptionHeaders(record.encryption),
      ],
      body: { kind: "xml", root },
    }
  },
}

/** "~" is encoded, unlike in RFC 3986, and "/" is kept. Source: the C++ suite. */
function locationOf(host: string, objectKey: string): string {
  const path = percentEncodePath(objectKey).replaceAll("~", "%7E")
  return `http://${host}/${path}`
}

/** Word for word: suites compare it. */
const BOTH_GIVEN = "Should not speficy both complete all header and http body."

async function readWantedParts({ headers }: OssRequest, xml: Buffer): Promise<WantedParts> {
  const all = headers.get("x-oss-complete-all")
  if (all === undefined) return await readParts(xml)
  const argument = { name: "x-oss-complete-all", value: all }
  if (all.toLowerCase() !== "yes") {
    throw invalidArgument("The header x-oss-complete-all takes yes.", argument)
  }
  if (xml.length === 0) return "all"
  throw invalidArgument(BOTH_GIVEN, argument, "0042-00000216")
}

async function readParts(xml: Buffer): Promise<ListedPart[]> {
  const parts: ListedPart[] = []
  for (const element of childrenOf(await readList(xml), "Part")) {
    if (turns.isSpent()) await turns.next()
    parts.push(readPart(element))
  }
  return parts
}

async function readList(xml: Buffer): Promise<ReadElement> {
  try {
    return await readLongXml(xml, "CompleteMultipartUpload")
  } catch (error) {
    if (!(error instanceof OssError)) throw error
    throw new OssError("MalformedXML", { ec: "0042-00000205" })
  }
}

/** ETags come quoted or not, in either case. */
function readPart(element: ReadElement): ListedPart {
  const number = requiredTextOf(element, "PartNumber").trim()
  const partNumber = /^\d{1,5}$/.test(number) ? Number(number) : 0
  if (partNumber < 1 || partNumber > 10_000) {
    throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive.", {
      name: "PartNumber",
      value: number,
    })
  }
  const etag = requiredTextOf(element, "ETag")
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .toUpperCase()
  return { partNumber, etag }
}
