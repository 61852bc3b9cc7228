import { setVersioning } from "../../objects/buckets.ts"
import { invalidArgument, OssError } from "../errors.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import { readXml, textOf } from "../xml-read.ts"

const VERSIONING_OF_STATUS = { Enabled: "enabled", Suspended: "suspended" } as const

export const putBucketVersioning: BucketOperation = {
  name: "PutBucketVersioning",
  target: "bucket",
  match: { method: "PUT", subresource: "versioning" },
  needs: ofBucket("oss:PutBucketVersioning"),
  acl: "owner",
  body: { kind: "xml", bytesMax: 64 * 1024 },
  encryptionHeader: "rejected",
  async run({ store, bucket, xml }) {
    const status = textOf(readXml(xml, "VersioningConfiguration"), "Status")
    if (status === undefined) {
      throw invalidArgument("The Versioning element must be specified.", {
        name: "Status",
        value: "",
      })
    }
    if (status !== "Enabled" && status !== "Suspended") throw new OssError("MalformedXML")
    await setVersioning(store, bucket, VERSIONING_OF_STATUS[status])
    return { status: 200 }
  },
}
