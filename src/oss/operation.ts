import type { Clock } from "../base/clock.ts"
import type { BodyToSend } from "../http/answer.ts"
import type { Caller } from "../identity/caller.ts"
import type { Demand } from "../identity/judge.ts"
import type { Bucket } from "../objects/buckets.ts"
import type { BucketName, ObjectKey } from "../objects/names.ts"
import type { ObjectStore } from "../objects/object-store.ts"
import type { EncryptionChoice } from "../objects/rows/records.ts"
import type { VersionSelector } from "../objects/rows/version-rows.ts"
import type { OperationName } from "./operation-names.ts"
import type { OssRequest } from "./request.ts"
import type { XmlElement } from "../base/xml-write.ts"

export type Method = "GET" | "HEAD" | "PUT" | "POST" | "DELETE"

/** How a request is recognized, in addition to its target. */
export interface Match {
  readonly method: Method
  /** Another method that means the same. */
  readonly alsoMethod?: Method
  /** The query parameter that names the operation; null when none does. */
  readonly subresource: string | null
  /** With (true) or without (false) the header x-oss-copy-source, where both exist. */
  readonly copySource?: boolean
  /**
   * `true`: takes the parameter versionId. `passed`: allows it, because it repeats what another field says. Without
   * this, a request that names a version is refused.
   */
  readonly versionId?: true | "passed"
  /** With (true) or without (false) list-type=2, where both exist. */
  readonly listType2?: boolean
}

/**
 * Whom bucket and object ACLs let in besides the owner: readers or writers of the bucket, readers or writers of the
 * object. `owner`: nobody. `account`: anyone who signed.
 */
export interface AclAccess {
  readonly service: "account"
  readonly "bucket-name": "account"
  readonly bucket: "account" | "owner" | "bucket-read" | "bucket-write"
  readonly object: "owner" | "bucket-write" | "object-read" | "object-write"
}

export type BodyKind =
  | { readonly kind: "none" }
  /** Read whole, checked against Content-MD5. */
  | { readonly kind: "xml"; readonly bytesMax: number }
  /** Passed to `run` as it arrives. */
  | { readonly kind: "stream"; readonly bytesMax: number }

/**
 * Whether x-oss-server-side-encryption may be sent. The founding document names the three operations that accept it,
 * and refuses it everywhere else; `accepted-later` operations accept it when the setting encryptionHeaderOperations is
 * `current`.
 */
export type EncryptionHeaderRule = "accepted" | "accepted-later" | "rejected"

/** Everything that the caller of an operation must be allowed, in the terms of the policy language. Changes nothing. */
export type Needs<Target extends Call> = (
  call: Target,
) => readonly Demand[] | Promise<readonly Demand[]>

interface OperationData {
  readonly name: OperationName
  readonly match: Match
  readonly body: BodyKind
  readonly encryptionHeader: EncryptionHeaderRule
}

export interface ServiceOperation extends OperationData {
  readonly target: "service"
  readonly needs: Needs<Call>
  readonly acl: AclAccess["service"]
  run(call: Call): Promise<Answer>
}

/** Addresses a bucket that does not have to exist. */
export interface BucketNameOperation extends OperationData {
  readonly target: "bucket-name"
  readonly needs: Needs<BucketNameCall>
  readonly acl: AclAccess["bucket-name"]
  run(call: BucketNameCall): Promise<Answer>
}

export interface BucketOperation extends OperationData {
  readonly target: "bucket"
  readonly needs: Needs<BucketCall>
  readonly acl: AclAccess["bucket"]
  run(call: BucketCall): Promise<Answer>
}

export interface ObjectOperation extends OperationData {
  readonly target: "object"
  readonly needs: Needs<ObjectCall>
  readonly acl: AclAccess["object"]
  run(call: ObjectCall): Promise<Answer>
}

/** One operation of the API: data first, then what it does. */
export type Operation = ServiceOperation | BucketNameOperation | BucketOperation | ObjectOperation

export interface Settings {
  readonly region: string
  readonly domains: readonly string[]
  readonly encryptionHeaderOperations: "founding" | "current"
  readonly owner: { readonly id: string; readonly displayName: string }
}

/** One request, authenticated and authorized. */
export interface Call {
  readonly request: OssRequest
  readonly caller: Caller
  readonly store: ObjectStore
  readonly clock: Clock
  readonly settings: Settings
  /** The body of an operation that declares XML; empty otherwise. */
  readonly xml: Buffer
  /** The body of an operation that declares a stream. */
  readonly body: IncomingBody
  /** What the encryption headers ask for; undefined without them, and for operations that do not accept them. */
  readonly encryption: EncryptionChoice | undefined
}

export interface BucketNameCall extends Call {
  readonly bucketName: BucketName
}

export interface BucketCall extends BucketNameCall {
  readonly bucket: Bucket
}

export interface ObjectCall extends BucketCall {
  readonly objectKey: ObjectKey
  /** The version that the parameter versionId names, or the newest one. */
  readonly selector: VersionSelector
}

/** A request's body while it arrives. */
export interface IncomingBody {
  /** Content-Length, when the client sent one. */
  readonly declaredBytes: number | undefined
  readonly chunks: AsyncIterable<Uint8Array>
}

export type Headers = readonly (readonly [name: string, value: string])[]

export type AnswerBody = BodyToSend | { readonly kind: "xml"; readonly root: XmlElement }

export interface Answer {
  readonly status: number
  readonly headers?: Headers
  readonly body?: AnswerBody
}
