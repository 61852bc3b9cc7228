import type { OperationName } from "../operation-names.ts"
import type { Operation } from "../operation.ts"
import { abortMultipartUpload } from "./abort-multipart-upload.ts"
import { appendObject } from "./append-object.ts"
import { completeMultipartUpload } from "./complete-multipart-upload.ts"
import { copyObject } from "./copy-object.ts"
import { deleteBucket } from "./delete-bucket.ts"
import { deleteBucketEncryption } from "./delete-bucket-encryption.ts"
import { deleteBucketPolicy } from "./delete-bucket-policy.ts"
import { deleteMultipleObjects } from "./delete-multiple-objects.ts"
import { deleteObject } from "./delete-object.ts"
import { getBucketAcl } from "./get-bucket-acl.ts"
import { getBucketEncryption } from "./get-bucket-encryption.ts"
import { getBucketInfo } from "./get-bucket-info.ts"
import { getBucketLocation } from "./get-bucket-location.ts"
import { getBucketPolicy } from "./get-bucket-policy.ts"
import { getBucketStat } from "./get-bucket-stat.ts"
import { getBucketVersioning } from "./get-bucket-versioning.ts"
import { getObject } from "./get-object.ts"
import { getObjectAcl } from "./get-object-acl.ts"
import { getObjectMeta } from "./get-object-meta.ts"
import { headBucket } from "./head-bucket.ts"
import { headObject } from "./head-object.ts"
import { initiateMultipartUpload } from "./initiate-multipart-upload.ts"
import { listBuckets } from "./list-buckets.ts"
import { listLiveChannel } from "./list-live-channel.ts"
import { listMultipartUploads } from "./list-multipart-uploads.ts"
import { listObjectVersions } from "./list-object-versions.ts"
import { listObjects } from "./list-objects.ts"
import { listObjectsV2 } from "./list-objects-v2.ts"
import { listParts } from "./list-parts.ts"
import { putBucket } from "./put-bucket.ts"
import { putBucketAcl } from "./put-bucket-acl.ts"
import { putBucketEncryption } from "./put-bucket-encryption.ts"
import { putBucketVersioning } from "./put-bucket-versioning.ts"
import { putObject } from "./put-object.ts"
import { putObjectAcl } from "./put-object-acl.ts"
import { uploadPart } from "./upload-part.ts"
import { uploadPartCopy } from "./upload-part-copy.ts"

/** Every operation under its name; a name without an operation does not compile. */
export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  AbortMultipartUpload: abortMultipartUpload,
  AppendObject: appendObject,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  DeleteBucket: deleteBucket,
  DeleteBucketEncryption: deleteBucketEncryption,
  DeleteBucketPolicy: deleteBucketPolicy,
  DeleteMultipleObjects: deleteMultipleObjects,
  DeleteObject: deleteObject,
  GetBucketAcl: getBucketAcl,
  GetBucketEncryption: getBucketEncryption,
  GetBucketInfo: getBucketInfo,
  GetBucketLocation: getBucketLocation,
  GetBucketPolicy: getBucketPolicy,
  GetBucketStat: getBucketStat,
  GetBucketVersioning: getBucketVersioning,
  GetObject: getObject,
  GetObjectAcl: getObjectAcl,
  GetObjectMeta: getObjectMeta,
  HeadBucket: headBucket,
  HeadObject: headObject,
  InitiateMultipartUpload: initiateMultipartUpload,
  ListBuckets: listBuckets,
  ListLiveChannel: listLiveChannel,
  ListMultipartUploads: listMultipartUploads,
  ListObjectVersions: listObjectVersions,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PutBucket: putBucket,
  PutBucketAcl: putBucketAcl,
  PutBucketEncryption: putBucketEncryption,
  PutBucketVersioning: putBucketVersioning,
  PutObject: putObject,
  PutObjectAcl: putObjectAcl,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
}
