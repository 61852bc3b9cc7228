import type { EncryptionHeaderRule } from "./operation.ts"

/** An operation of the service that gets NotImplemented. */
interface Unimplemented {
  readonly name: string
  readonly method: string
  readonly target: "service" | "bucket" | "object"
  readonly subresource: string | null
  readonly encryptionHeader: EncryptionHeaderRule
}

type Row = readonly [
  name: string,
  method: string,
  target: Unimplemented["target"],
  subresource: string | null,
]

const REJECTING: readonly Row[] = [
  ["DescribeRegions", "GET", "service", "regions"],
  ["GetUserQosInfo", "GET", "service", "qosInfo"],
  ["GetPublicAccessBlock", "GET", "service", "publicAccessBlock"],
  ["PutPublicAccessBlock", "PUT", "service", "publicAccessBlock"],
  ["DeletePublicAccessBlock", "DELETE", "service", "publicAccessBlock"],
  ["ListAccessPoints", "GET", "service", "accessPoint"],
  ["PutBucketPolicy", "PUT", "bucket", "policy"],
  ["GetBucketPolicyStatus", "GET", "bucket", "policyStatus"],
  ["PutBucketLifecycle", "PUT", "bucket", "lifecycle"],
  ["GetBucketLifecycle", "GET", "bucket", "lifecycle"],
  ["DeleteBucketLifecycle", "DELETE", "bucket", "lifecycle"],
  ["PutBucketCors", "PUT", "bucket", "cors"],
  ["GetBucketCors", "GET", "bucket", "cors"],
  ["DeleteBucketCors", "DELETE", "bucket", "cors"],
  ["PutBucketLogging", "PUT", "bucket", "logging"],
  ["GetBucketLogging", "GET", "bucket", "logging"],
  ["DeleteBucketLogging", "DELETE", "bucket", "logging"],
  ["PutUserDefinedLogFieldsConfig", "PUT", "bucket", "userDefinedLogFieldsConfig"],
  ["GetUserDefinedLogFieldsConfig", "GET", "bucket", "userDefinedLogFieldsConfig"],
  ["DeleteUserDefinedLogFieldsConfig", "DELETE", "bucket", "userDefinedLogFieldsConfig"],
  ["PutBucketWebsite", "PUT", "bucket", "website"],
  ["GetBucketWebsite", "GET", "bucket", "website"],
  ["DeleteBucketWebsite", "DELETE", "bucket", "website"],
  ["PutBucketReferer", "PUT", "bucket", "referer"],
  ["GetBucketReferer", "GET", "bucket", "referer"],
  ["PutBucketTags", "PUT", "bucket", "tagging"],
  ["GetBucketTags", "GET", "bucket", "tagging"],
  ["DeleteBucketTags", "DELETE", "bucket", "tagging"],
  ["PutBucketRequestPayment", "PUT", "bucket", "requestPayment"],
  ["GetBucketRequestPayment", "GET", "bucket", "requestPayment"],
  ["InitiateBucketWorm", "POST", "bucket", "worm"],
  ["GetBucketWorm", "GET", "bucket", "worm"],
  ["AbortBucketWorm", "DELETE", "bucket", "worm"],
  ["CompleteBucketWorm", "POST", "bucket", "wormId"],
  ["PutBucketInventory", "PUT", "bucket", "inventory"],
  ["GetBucketInventory", "GET", "bucket", "inventory"],
  ["DeleteBucketInventory", "DELETE", "bucket", "inventory"],
  ["PutBucketTransferAcceleration", "PUT", "bucket", "transferAcceleration"],
  ["GetBucketTransferAcceleration", "GET", "bucket", "transferAcceleration"],
  ["PutBucketReplication", "POST", "bucket", "replication"],
  ["GetBucketReplication", "GET", "bucket", "replication"],
  ["PutBucketRTC", "PUT", "bucket", "rtc"],
  ["GetBucketReplicationLocation", "GET", "bucket", "replicationLocation"],
  ["GetBucketReplicationProgress", "GET", "bucket", "replicationProgress"],
  ["PutCname", "POST", "bucket", "cname"],
  ["ListCname", "GET", "bucket", "cname"],
  ["PutStyle", "PUT", "bucket", "style"],
  ["GetStyle", "GET", "bucket", "style"],
  ["DeleteStyle", "DELETE", "bucket", "style"],
  ["PutBucketPublicAccessBlock", "PUT", "bucket", "publicAccessBlock"],
  ["GetBucketPublicAccessBlock", "GET", "bucket", "publicAccessBlock"],
  ["DeleteBucketPublicAccessBlock", "DELETE", "bucket", "publicAccessBlock"],
  ["PutBucketHttpsConfig", "PUT", "bucket", "httpsConfig"],
  ["GetBucketHttpsConfig", "GET", "bucket", "httpsConfig"],
  ["PutBucketResourceGroup", "PUT", "bucket", "resourceGroup"],
  ["GetBucketResourceGroup", "GET", "bucket", "resourceGroup"],
  ["PutBucketAccessMonitor", "PUT", "bucket", "accessmonitor"],
  ["GetBucketAccessMonitor", "GET", "bucket", "accessmonitor"],
  ["PutBucketArchiveDirectRead", "PUT", "bucket", "bucketArchiveDirectRead"],
  ["GetBucketArchiveDirectRead", "GET", "bucket", "bucketArchiveDirectRead"],
  ["CreateAccessPoint", "PUT", "bucket", "accessPoint"],
  ["GetAccessPoint", "GET", "bucket", "accessPoint"],
  ["DeleteAccessPoint", "DELETE", "bucket", "accessPoint"],
  ["MetaQuery", "POST", "bucket", "metaQuery"],
  ["SealAppendObject", "POST", "object", "seal"],
  ["PutSymlink", "PUT", "object", "symlink"],
  ["GetSymlink", "GET", "object", "symlink"],
  ["PutObjectTagging", "PUT", "object", "tagging"],
  ["GetObjectTagging", "GET", "object", "tagging"],
  ["DeleteObjectTagging", "DELETE", "object", "tagging"],
  ["RestoreObject", "POST", "object", "restore"],
  ["CleanRestoredObject", "POST", "object", "cleanRestoredObject"],
  ["ProcessObject", "GET", "object", "x-oss-process"],
  ["SelectObject", "POST", "object", "x-oss-process"],
  ["AsyncProcessObject", "POST", "object", "x-oss-async-process"],
  ["PutLiveChannel", "PUT", "object", "live"],
  ["GetLiveChannel", "GET", "object", "live"],
  ["DeleteLiveChannel", "DELETE", "object", "live"],
  ["PostAsyncFetchTask", "POST", "object", "asyncFetch"],
  ["GetAsyncFetchTask", "GET", "object", "asyncFetch"],
]

const ACCEPTING_LATER: readonly Row[] = [["PostObject", "POST", "bucket", null]]

function rows(list: readonly Row[], encryptionHeader: EncryptionHeaderRule): Unimplemented[] {
  return list.map(([name, method, target, subresource]) => ({
    name,
    method,
    target,
    subresource,
    encryptionHeader,
  }))
}

/** Every operation of the service that osseal knows and does not implement; the error names it. */
export const UNIMPLEMENTED: readonly Unimplemented[] = [
  ...rows(REJECTING, "rejected"),
  ...rows(ACCEPTING_LATER, "accepted-later"),
]
