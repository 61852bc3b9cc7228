import type { Incoming } from "../objects/content-write.ts"
import { readContentMd5 } from "./content-md5.ts"
import { invalidArgument, OssError } from "./errors.ts"
import type { Call } from "./operation.ts"
import type { OssRequest } from "./request.ts"
import { paced, readTrafficLimit } from "./traffic-limit.ts"

/** The most that one request may store: an object by PutObject or CopyObject, or a part. */
export const UPLOAD_BYTES_MAX: number = 5 * 1024 ** 3

/** The body of an upload with what the client claims about it. Throws OssError. */
export function readIncoming({ request, body }: Pick<Call, "request" | "body">): Incoming {
  const { headers } = request
  const isChunked = headers.has("transfer-encoding")
  if (body.declaredBytes === undefined && !isChunked) throw new OssError("MissingContentLength")
  if ((body.declaredBytes ?? 0) > UPLOAD_BYTES_MAX) throw new OssError("EntityTooLarge")
  const md5 = readContentMd5(request)
  const crc64 = readCrc64(headers.get("x-oss-hash-crc64ecma"))
  return {
    chunks: pacedAsAsked(request, body.chunks),
    bytesMax: UPLOAD_BYTES_MAX,
    ...(body.declaredBytes === undefined ? {} : { announcedBytes: body.declaredBytes }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(crc64 === undefined ? {} : { crc64 }),
  }
}

/** The chunks as fast as they arrive, or as slow as the request asks for. Throws InvalidArgument. */
export function pacedAsAsked(
  request: OssRequest,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const bytesPerSecond = readTrafficLimit(request)
  return bytesPerSecond === undefined ? chunks : paced(chunks, bytesPerSecond)
}

function readCrc64(value: string | undefined): bigint | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,20}$/.test(value)) {
    throw invalidArgument("The CRC-64 must be an unsigned decimal number.", {
      name: "x-oss-hash-crc64ecma",
      value,
    })
  }
  return BigInt(value)
}
