import { type Demand, judge } from "../identity/judge.ts"
import { copySourceOf } from "./copy-source.ts"
import { OssError } from "./errors.ts"
import type { BucketCall, BucketNameCall, Call, Needs, ObjectCall } from "./operation.ts"

// What operations demand, as in the service's overview of RAM policies: a bucket is acs:oss:*:ACCOUNT:BUCKET, and an
// object is acs:oss:*:ACCOUNT:BUCKET/OBJECT with its name as it is, not encoded.

type Action = `oss:${string}`

/** Everything here belongs to one account. */
function resource({ settings }: Call, path: string): string {
  return `acs:oss:*:${settings.owner.id}:${path}`
}

function demand(call: Call, action: Action, path: string): Demand {
  return { action, resource: resource(call, path) }
}

/** The operation concerns everything in the account. */
export function ofAccount(action: Action): Needs<Call> {
  return (call) => [demand(call, action, "*")]
}

export function ofBucket(action: Action): Needs<BucketNameCall> {
  return (call) => [demand(call, action, call.bucketName)]
}

/** Creates a bucket; with a default encryption, also sets that. */
export const ofNewBucket: Needs<BucketNameCall> = (call) => [
  demand(call, "oss:PutBucket", call.bucketName),
  ...(call.encryption === undefined
    ? []
    : [demand(call, "oss:PutBucketEncryption", call.bucketName)]),
]

export function ofObject(action: Action): (call: ObjectCall) => readonly Demand[] {
  return (call) => [demand(call, action, `${call.bucketName}/${call.objectKey}`)]
}

/** For an operation that takes versionId: a named version requires another action, and so does the version "null". */
export function ofObjectOrVersion(action: Action, versionAction: Action): Needs<ObjectCall> {
  return (call) => ofObject(call.selector.kind === "version" ? versionAction : action)(call)
}

/** Writing the target and reading the source. */
export const ofCopy: Needs<ObjectCall> = (call) => [
  ...ofObject("oss:PutObject")(call),
  ...ofSource(call),
]

function ofSource(call: ObjectCall): Demand[] {
  const source = copySourceOf(call.request)
  // A source that cannot be parsed is refused before anything is looked up.
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

/** Each object, or version of it, that is to be deleted. */
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
 * Throws AccessDenied unless the caller is allowed everything that the operation needs. This concerns callers of the
 * account that owns everything; for all others, the ACLs have decided already.
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
