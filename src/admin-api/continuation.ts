import { isListName } from "../objects/names.ts"
import { AdminError } from "./errors.ts"

/** Where a list continues, as one text that clients send back. */
export function writeContinuation(fields: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify(fields)).toString("base64url")
}

/** Its fields; none for "". Throws AdminError InvalidRequest. */
export function readContinuation(text: string): readonly (string | null)[] {
  if (text === "") return []
  try {
    const fields: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"))
    if (Array.isArray(fields) && fields.every(isField)) return fields
  } catch {
    // Reported below.
  }
  throw new AdminError("InvalidRequest", "after: not a value that an earlier page returned", {
    field: "after",
  })
}

function isField(field: unknown): field is string | null {
  return field === null || (typeof field === "string" && isListName(field))
}
