import { endpoints } from "../endpoints.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

export const getBucketLocation: BucketOperation = {
  name: "GetBucketLocation",
  target: "bucket",
  match: { method: "GET", subresource: "location" },
  needs: ofBucket("oss:GetBucketLocation"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run({ settings }) {
    const { location } = endpoints(settings)
    return Promise.resolve({
      status: 200,
      body: { kind: "xml", root: ["LocationConstraint", location] },
    })
  },
}
