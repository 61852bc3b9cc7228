import { type Demand, judge } from "../identity/judge.ts"
import { copySourceOf } from "./copy-source.ts"
import { OssError } from "./errors.ts"
import type { BucketCall, BucketNameCall, Call, Needs, ObjectCall } from "./operation.ts"

// What operations demand, as the service's overview of RAM policies has it: a bucket is acs:oss:*:ACCOUNT:BUCKET, an object
// acs:oss:*:ACCOUNT:BUCKET/OBJECT with its name as it is, not encoded.

type Action = `oss:${string}`

/** Everything here belongs to one account. */
function resource({ settings }: Call, path: string): string {
  return `acs:oss:*:${settings.owner.id}:${path}`
}

function demand(call: Call, action: Action, path: string): Demand {
  return { action, resource: resource(call, path) }
}

/** The operation is about everything that the account has. */
export function ofAccount(action: Action): Needs<Call> {
  return (call) => [demand(call, action, "*")]
}

export function ofBucket(action: Action): Needs<BucketNameCall> {
  return (call) => [demand(call, action, call.bucketName)]
}

/** A bucket is made; with a default encryption, that is set too. */
export const ofNewBucket: Needs<BucketNameCall> = (call) => [
  demand(call, "oss:PutBucket", call.bucketName),
  ...(call.encryption === undefined
    ? []
    : [demand(call, "oss:PutBucketEncryption", call.bucketName)]),
]

export function ofObject(action: Action): (call: ObjectCall) => readonly Demand[] {
  return (call) => [demand(call, action, `${call.bucketName}/${call.objectKey}`)]
}

/** The operation takes versionId: a version that is named is another action's, also the version "null". */
export function ofObjectOrVersion(action: Action, versionAction: Action): Needs<ObjectCall> {
  return (call) => ofObject(call.selector.kind === "version" ? versionAction : action)(call)
}

/** To write the target and to read the source. */
export const ofCopy: Needs<ObjectCall> = (call) => [
  ...ofObject("oss:PutObject")(call),
  ...ofSource(call),
]

function ofSource(call: ObjectCall): Demand[] {
  const source = copySourceOf(call.request)
  // One that cannot be read is refused before anything is looked at.
  if (source === undefined) return []
  const path = `${source.bucketName}/${source.objectKey}`
  const read = demand(call, "oss:GetObject", path)
  return source.versionId === undefined
    ? [read]
    : [read, demand(call, "oss:GetObjectVersion", path)]
}

interface NamedVersion {
  readonly objectKey: string
  readonly versionId: string | undefined
}

/** Each object that is to be deleted, or the version of it. */
export function ofDoomed(
  doomedOf: (call: BucketCall) => Promise<readonly NamedVersion[]>,
): Needs<BucketCall> {
  return async (call) =>
    (await doomedOf(call)).map(({ objectKey, versionId }) =>
      demand(
        call,
        versionId === undefined ? "oss:DeleteObject" : "oss:DeleteObjectVersion",
        `${call.bucketName}/${objectKey}`,
      ),
    )
}

/**
 * Throws AccessDenied unless the caller is allowed everything that the operation needs. Asked of whoever acts for the account
 * that owns everything; all others were let in by an ACL, or not.
 */
export async function checkNeeds<Target extends Call>(
  operation: { readonly needs: Needs<Target> },
  call: Target,
): Promise<void> {
  const { caller, settings } = call
  const { principal } = caller
  if (principal.kind === "account" && principal.accountId !== settings.owner.id) return
  if (principal.kind === "anonymous") return
  for (const each of await operation.needs(call)) {
    if (judge(caller, each, settings.owner.id) === "allowed") continue
    throw new OssError("AccessDenied", {
      message: `This operation needs the permission ${each.action}.`,
    })
  }
}
