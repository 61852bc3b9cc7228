type BucketAcl = "private" | "public-read" | "public-read-write"

/** The key that protects an object. `cmk` is an id, an ARN or an alias; the default CMK when omitted. */
export type SeedEncryption =
  | { readonly method: "AES256" | "SM4" }
  | { readonly method: "KMS"; readonly cmk?: string; readonly dataEncryption?: "SM4" }

export interface SeedObject {
  /** Text is stored in UTF-8; when omitted, the object is empty. */
  readonly body?: string | Uint8Array
  /** Default: application/octet-stream. */
  readonly contentType?: string
  /** Without the prefix x-oss-meta-. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly acl?: "default" | BucketAcl
  /** The bucket's default when omitted. */
  readonly encryption?: SeedEncryption
}

export interface SeedBucket {
  readonly name: string
  /** Default: private. */
  readonly acl?: BucketAcl
  readonly encryption?: SeedEncryption
  readonly versioning?: "enabled" | "suspended"
  /**
   * By their names; text or bytes alone are a body. A name that already exists is overwritten, or gets a new version.
   */
  readonly objects?: Readonly<Record<string, string | Uint8Array | SeedObject>>
}

export interface SeedCmk {
  /** `alias/NAME` */
  readonly alias?: string
  readonly description?: string
  /** Default: Enabled. It is set after everything else, so that objects can be under a disabled CMK. */
  readonly state?: "Enabled" | "Disabled"
}

/** What a store should contain; CMKs are created before buckets. */
export interface Seed {
  readonly cmks?: readonly SeedCmk[]
  readonly buckets?: readonly SeedBucket[]
}

export interface Seeded {
  /** The ids of the CMKs, in the order of the seed. */
  readonly cmkIds: readonly string[]
}
