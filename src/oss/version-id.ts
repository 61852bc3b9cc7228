import type { ObjectVersion, VersionId, VersionOrder } from "../objects/rows/records.ts"
import { CURRENT, type VersionSelector } from "../objects/rows/version-rows.ts"
import type { Bucket } from "../objects/buckets.ts"
import { invalidArgument } from "./errors.ts"
import type { Headers } from "./operation.ts"

/** Throws InvalidArgument for a value that no version id can have. */
export function parseVersionId(value: string, name = "versionId"): VersionId {
  if (value === "null") return "null"
  if (/^[0-9a-f]{32}$/.test(value)) return value as VersionOrder
  throw invalidArgument("Invalid version id specified", { name, value })
}

/** The version that a parameter names; the newest one when it is absent. Throws InvalidArgument. */
export function selectorOf(value: string | undefined): VersionSelector {
  return value === undefined ? CURRENT : { kind: "version", versionId: parseVersionId(value) }
}

/** Reported wherever the bucket keeps versions, or once did. */
export function versionHeaders(
  { record }: Bucket,
  { versionId }: Pick<ObjectVersion, "versionId">,
): Headers {
  return record.versioning === "never" ? [] : [["x-oss-version-id", versionId]]
}
