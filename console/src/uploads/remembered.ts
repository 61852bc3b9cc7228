// What a tab remembers of its uploads in parts, so that they can continue after a reload: names, sizes and upload ids.
import type { Upload } from "./upload.ts"

// Per tab, not per browser: two tabs must not send the same parts.
const STORED = "osseal.uploads"

/** Stores the uploads that have parts on the server. */
export function remember(uploads: readonly Upload[]): void {
  const open = uploads.filter((each) => each.state !== "done" && each.uploadId !== undefined)
  sessionStorage.setItem(
    STORED,
    JSON.stringify(open.map((each) => ({ ...each, failure: undefined }))),
  )
}

function isUpload(value: unknown): value is Upload {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof Reflect.get(value, "metadata") === "object" &&
    ["id", "bucket", "objectKey", "fileName", "uploadId"].every(
      (name) => typeof Reflect.get(value, name) === "string",
    )
  )
}

/** The uploads that the page had before the reload; each needs its file again. */
export function recall(): readonly Upload[] {
  try {
    const parsed: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? "[]")
    if (!Array.isArray(parsed)) return []
    return parsed.filter(isUpload).map((each) => ({ ...each, state: "lost" }))
  } catch {
    return []
  }
}
