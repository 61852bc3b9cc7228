import { createBucket, findBucket, setBucketAcl } from "../../objects/buckets.ts"
import { checkBucketRight } from "../../objects/rights.ts"
import { readBucketAcl } from "../acl-xml.ts"
import { ofBucket } from "../needs.ts"
import type { BucketNameOperation } from "../operation.ts"

/** Creates the bucket when it does not exist, as the service does; without the header the ACL stays as it is. */
export const putBucketAcl: BucketNameOperation = {
  name: "PutBucketAcl",
  target: "bucket-name",
  match: { method: "PUT", subresource: "acl" },
  needs: ofBucket("oss:PutBucketAcl"),
  acl: "account",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, settings, caller, bucketName }) {
    const acl = readBucketAcl(request.headers.get("x-oss-acl"))
    const bucket = await findBucket(store, bucketName)
    if (bucket === undefined) {
      const labels = { storageClass: "Standard", dataRedundancyType: "LRS" }
      const given = acl === undefined ? {} : { acl }
      await createBucket(store, {
        name: bucketName,
        ownerId: settings.owner.id,
        ...labels,
        ...given,
      })
    } else {
      checkBucketRight(caller, bucket, "own")
      if (acl !== undefined) await setBucketAcl(store, bucket, acl)
    }
    return { status: 200, headers: [["Location", `/${bucketName}`]] }
  },
}
