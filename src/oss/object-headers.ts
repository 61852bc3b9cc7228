import { httpDate } from "../base/clock.ts"
import { onceEach } from "../base/once-each.ts"
import type { Etag, ObjectVersion } from "../objects/rows/records.ts"
import { md5OfPlaintext } from "../objects/sequential-md5.ts"
import { META_PREFIX } from "../objects/stored-headers.ts"
import { encryptionHeaders } from "./encryption-answer.ts"
import type { Headers } from "./operation.ts"

export function quoted(etag: Pick<Etag, "text">): string {
  return `"${etag.text}"`
}

/** The x-oss-object-type of an object, which follows from how it was created. */
export const TYPE_OF_ETAG = {
  md5: "Normal",
  composite: "Multipart",
  appended: "Appendable",
} as const

/** What GetObject and HeadObject report about an object, apart from Content-Length. */
export const objectHeaders: (record: ObjectVersion) => Headers = onceEach((record) => [
  ["Last-Modified", httpDate(record.lastModifiedMs)],
  ["ETag", quoted(record.etag)],
  ["Accept-Ranges", "bytes"],
  ["x-oss-object-type", TYPE_OF_ETAG[record.etag.kind]],
  ["x-oss-storage-class", record.storageClass],
  ["x-oss-hash-crc64ecma", record.crc64],
  ...contentMd5Header(record),
  ...(record.etag.kind === "appended"
    ? [["x-oss-next-append-position", String(record.sizeBytes)] as const]
    : []),
  ...Object.entries(record.headers).map(([name, value]) => [headerName(name), value] as const),
  ...encryptionHeaders(record.encryption),
])

/** For a Normal object the ETag is the MD5; for a Multipart object it is known when its upload was sequential. */
function contentMd5Header({ etag }: ObjectVersion): Headers {
  const md5 = md5OfPlaintext(etag)
  return md5 === undefined ? [] : [["Content-MD5", contentMd5(md5)]]
}

/** The base64 form of an ETag that is an MD5. */
export function contentMd5(etag: string): string {
  return Buffer.from(etag, "hex").toString("base64")
}

/** `content-type` becomes `Content-Type`; metadata names stay in lower case. */
function headerName(name: string): string {
  if (name.startsWith(META_PREFIX)) return name
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}
