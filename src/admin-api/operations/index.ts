import type { Operation } from "../operation.ts"
import { abortUpload } from "./abort-upload.ts"
import { acknowledgeDamage } from "./acknowledge-damage.ts"
import { cancelKeyDeletion } from "./cancel-key-deletion.ts"
import { completeUpload } from "./complete-upload.ts"
import { copyObject } from "./copy-object.ts"
import { createAlias } from "./create-alias.ts"
import { createBucket } from "./create-bucket.ts"
import { createChallenge } from "./create-challenge.ts"
import { createKey } from "./create-key.ts"
import { createPreview } from "./create-preview.ts"
import { createRecoveryCode } from "./create-recovery-code.ts"
import { decrypt } from "./decrypt.ts"
import { deleteAlias } from "./delete-alias.ts"
import { deleteBucket } from "./delete-bucket.ts"
import { deleteObjects } from "./delete-objects.ts"
import { describeActivation } from "./describe-activation.ts"
import { describeBucket } from "./describe-bucket.ts"
import { describeBucketStatistics } from "./describe-bucket-statistics.ts"
import { describeDependants } from "./describe-dependants.ts"
import { describeHealth } from "./describe-health.ts"
import { describeKey } from "./describe-key.ts"
import { describeObject } from "./describe-object.ts"
import { describeOverview } from "./describe-overview.ts"
import { describeRootOfTrust } from "./describe-root-of-trust.ts"
import { describeServer } from "./describe-server.ts"
import { describeSession } from "./describe-session.ts"
import { describeStoredForm } from "./describe-stored-form.ts"
import { describeTraffic } from "./describe-traffic.ts"
import { disableKey } from "./disable-key.ts"
import { enableKey } from "./enable-key.ts"
import { encrypt } from "./encrypt.ts"
import { generateDataKey } from "./generate-data-key.ts"
import { initiateUpload } from "./initiate-upload.ts"
import { listAliases } from "./list-aliases.ts"
import { listBuckets } from "./list-buckets.ts"
import { listJobs } from "./list-jobs.ts"
import { listKeyVersions } from "./list-key-versions.ts"
import { listKeys } from "./list-keys.ts"
import { listObjects } from "./list-objects.ts"
import { listParts } from "./list-parts.ts"
import { listRequests } from "./list-requests.ts"
import { listUploads } from "./list-uploads.ts"
import { listVersions } from "./list-versions.ts"
import { moveAlias } from "./move-alias.ts"
import { openKmsService } from "./open-kms-service.ts"
import { presignDownload } from "./presign-download.ts"
import { presignParts } from "./presign-parts.ts"
import { presignPut } from "./presign-put.ts"
import { reauthenticate } from "./reauthenticate.ts"
import { scheduleKeyDeletion } from "./schedule-key-deletion.ts"
import { setBucketAcl } from "./set-bucket-acl.ts"
import { setBucketEncryption } from "./set-bucket-encryption.ts"
import { setBucketVersioning } from "./set-bucket-versioning.ts"
import { setKeyDescription } from "./set-key-description.ts"
import { setObjectHeaders } from "./set-object-headers.ts"
import { signIn } from "./sign-in.ts"
import { signInByLink } from "./sign-in-by-link.ts"
import { signOut } from "./sign-out.ts"

/** Every operation, in the order of the OpenAPI document. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  createChallenge,
  signIn,
  signInByLink,
  describeSession,
  reauthenticate,
  signOut,
  listKeys,
  createKey,
  describeKey,
  setKeyDescription,
  enableKey,
  disableKey,
  scheduleKeyDeletion,
  cancelKeyDeletion,
  listKeyVersions,
  describeDependants,
  listAliases,
  createAlias,
  moveAlias,
  deleteAlias,
  encrypt,
  decrypt,
  generateDataKey,
  listBuckets,
  createBucket,
  describeBucket,
  setBucketEncryption,
  setBucketAcl,
  setBucketVersioning,
  deleteBucket,
  describeBucketStatistics,
  listObjects,
  listVersions,
  describeObject,
  describeStoredForm,
  copyObject,
  setObjectHeaders,
  deleteObjects,
  createPreview,
  presignDownload,
  presignPut,
  initiateUpload,
  presignParts,
  completeUpload,
  listUploads,
  listParts,
  abortUpload,
  describeServer,
  describeActivation,
  openKmsService,
  describeRootOfTrust,
  createRecoveryCode,
  describeHealth,
  listJobs,
  listRequests,
  describeOverview,
  acknowledgeDamage,
  describeTraffic,
}
