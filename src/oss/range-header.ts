import type { ByteRange } from "../base/byte-range.ts"
import { OssError } from "./errors.ts"
import type { OssRequest } from "./request.ts"

/**
 * The one range that a request asks for, undefined for the whole object. For a range that is malformed or reaches past
 * the end, the service returns the whole object. With `x-oss-range-behavior: standard`, the end is cut to the object's
 * end, and a range outside the object is refused with 416 InvalidRange. The last zero bytes (`bytes=-0`) are always
 * refused so.
 */
export function readRange({ headers }: OssRequest, sizeBytes: number): ByteRange | undefined {
  const text = headers.get("range")
  if (text === undefined) return undefined
  const isStandard = headers.get("x-oss-range-behavior") === "standard"
  const wanted = parseRange(text, sizeBytes)
  if (wanted === undefined) return undefined
  const range = { first: wanted.first, last: Math.min(wanted.last, sizeBytes - 1) }
  if (range.first <= range.last && (isStandard || wanted.last === range.last)) return range
  if (isStandard || /^bytes=-0+$/.test(text)) {
    throw new OssError("InvalidRange", {
      fields: { ActualObjectSize: String(sizeBytes), RangeRequested: text },
      headers: { "Content-Range": `bytes */${sizeBytes}` },
    })
  }
  return undefined
}

/** As requested, perhaps outside the object; undefined for anything but a single range. */
function parseRange(text: string, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,16})-(\d{0,16})$/.exec(text)
  const [, first = "", last = ""] = match ?? []
  if (first === "" && last === "") return undefined
  if (first === "") {
    const suffixBytes = Number(last)
    return suffixBytes === 0
      ? { first: sizeBytes, last: sizeBytes }
      : { first: Math.max(sizeBytes - suffixBytes, 0), last: sizeBytes - 1 }
  }
  const range = { first: Number(first), last: last === "" ? sizeBytes - 1 : Number(last) }
  return last !== "" && range.last < range.first ? undefined : range
}
