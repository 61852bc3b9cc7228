import { type Demand, judge } from "../identity/judge.ts"
import { AdminError } from "./errors.ts"
import type { SignedInCall } from "./operation.ts"

type Needs<Input> = (call: SignedInCall, input: Input) => readonly Demand[]

/** The operation names a CMK or an alias, which the key service checks once it is found; or it concerns the session. */
export const askedOfWhatIsNamed: Needs<unknown> = () => []

function ossDemand({ scope }: SignedInCall, action: string, path: string): Demand {
  return { action, resource: `acs:oss:*:${scope.accountId}:${path}` }
}

export function ofAccount(action: `oss:${string}`): Needs<unknown> {
  return (call) => [ossDemand(call, action, "*")]
}

export function ofBucket(action: `oss:${string}`): Needs<{ readonly bucket: string }> {
  return (call, { bucket }) => [ossDemand(call, action, bucket)]
}

interface NamedVersion {
  readonly bucket: string
  readonly objectKey: string
  readonly versionId?: string | undefined
}

export function ofObject(action: `oss:${string}`): Needs<NamedVersion> {
  return (call, { bucket, objectKey }) => [ossDemand(call, action, `${bucket}/${objectKey}`)]
}

/** A named version requires another action. */
export const ofReading: Needs<NamedVersion> = (call, input) =>
  ofObject(input.versionId === undefined ? "oss:GetObject" : "oss:GetObjectVersion")(call, input)

/** For what only administration does. */
export function ofServer(action: `osseal:${string}`): Needs<unknown> {
  return ({ scope }) => [{ action, resource: `acs:osseal:${scope.region}:${scope.accountId}:*` }]
}

/** Throws AdminError AccessDenied unless the caller is allowed everything. */
export function checkNeeds({ caller, scope }: SignedInCall, demands: readonly Demand[]): void {
  for (const demand of demands) {
    if (judge(caller, demand, scope.accountId) === "allowed") continue
    throw new AdminError("AccessDenied", `This needs the permission ${demand.action}.`)
  }
}
