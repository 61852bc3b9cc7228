import type { Conditions } from "../objects/conditions.ts"
import { parseHttpDate } from "./http-date.ts"
import type { OssRequest } from "./request.ts"

/** The conditions of a read (prefix "") or of a copy's source. A date that is none is ignored, as HTTP says. */
export function readConditions(
  { headers }: OssRequest,
  prefix: "" | "x-oss-copy-source-",
): Conditions {
  const ifMatch = headers.get(`${prefix}if-match`)
  const ifNoneMatch = headers.get(`${prefix}if-none-match`)
  const ifModifiedSinceMs = readDate(headers.get(`${prefix}if-modified-since`))
  const ifUnmodifiedSinceMs = readDate(headers.get(`${prefix}if-unmodified-since`))
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSinceMs === undefined ? {} : { ifModifiedSinceMs }),
    ...(ifUnmodifiedSinceMs === undefined ? {} : { ifUnmodifiedSinceMs }),
  }
}

function readDate(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseHttpDate(text)
}
