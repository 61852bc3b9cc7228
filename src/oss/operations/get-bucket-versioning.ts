import type { Versioning } from "../../objects/rows/records.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

const STATUS_TEXT: Readonly<Record<Versioning, string | undefined>> = {
  never: undefined,
  enabled: "Enabled",
  suspended: "Suspended",
}

/** An empty element where versions were never kept. */
export const getBucketVersioning: BucketOperation = {
  name: "GetBucketVersioning",
  target: "bucket",
  match: { method: "GET", subresource: "versioning" },
  needs: ofBucket("oss:GetBucketVersioning"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run({ bucket }) {
    const status = STATUS_TEXT[bucket.record.versioning]
    const root = ["VersioningConfiguration", [["Status", status]]] as const
    return Promise.resolve({ status: 200, body: { kind: "xml", root } })
  },
}
