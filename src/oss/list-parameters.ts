import { invalidArgument } from "./errors.ts"
import { isListName } from "../objects/names.ts"
import type { OssRequest } from "./request.ts"
import { percentEncode } from "../base/percent-encode.ts"
import { isWritable, urlEncodeUnwritable, type XmlElement } from "../base/xml-write.ts"

/** How names are written into a response: as they are, or percent-encoded. */
export interface NameEncoding {
  readonly encode: (name: string) => string
  /** The content of the element EncodingType. */
  readonly element: string | undefined
}

/** Throws InvalidArgument for an encoding-type other than url. */
export function readNameEncoding(request: OssRequest): NameEncoding {
  const value = request.parameter("encoding-type") ?? ""
  if (value === "") return { encode: (name) => name, element: undefined }
  if (value === "url") return { encode: percentEncode, element: "url" }
  throw invalidArgument("Invalid Encoding Method specified in Request.", {
    name: "encoding-type",
    value,
  })
}

/**
 * A document with names as the request wants them. One name that XML cannot hold would make the whole document
 * unreadable, so the names of such a document are percent-encoded as far as necessary, and EncodingType says so.
 */
export function namesDocument(
  encoding: NameEncoding,
  build: (names: NameEncoding) => XmlElement,
): XmlElement {
  if (encoding.element !== undefined) return build(encoding)
  const unwritable: string[] = []
  const root = build({
    element: undefined,
    encode(name) {
      if (!isWritable(name)) unwritable.push(name)
      return name
    },
  })
  return unwritable.length === 0 ? root : build({ encode: urlEncodeUnwritable, element: "url" })
}

/** A page size from 1 to `max`. Throws InvalidArgument. */
export function readPageSize(
  request: OssRequest,
  name: string,
  { fallback, max }: { readonly fallback: number; readonly max: number },
): number {
  const value = request.parameter(name) ?? ""
  if (value === "") return fallback
  const size = /^\d{1,9}$/.test(value) ? Number(value) : NaN
  if (size >= 1 && size <= max) return size
  throw invalidArgument(`Argument ${name} must be an integer between 1 and ${max}.`, {
    name,
    value,
  })
}

/** A prefix, marker or delimiter; "" when absent. Throws InvalidArgument when it is too long or contains a NUL. */
export function readName(request: OssRequest, name: string): string {
  const value = request.parameter(name) ?? ""
  if (isListName(value)) return value
  throw invalidArgument(`Argument ${name} is longer than 1023 bytes or holds a NUL.`, {
    name,
    value,
  })
}
