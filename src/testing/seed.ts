type BucketAcl = "private" | "public-read" | "public-read-write"

/** Whose key protects an object. `cmk` is an id, an ARN or an alias; the default CMK when it is left out. */
export type SeedEncryption =
  | { readonly method: "AES256" | "SM4" }
  | { readonly method: "KMS"; readonly cmk?: string; readonly dataEncryption?: "SM4" }

export interface SeedObject {
  /** A text is stored in UTF-8; nothing is an empty object. */
  readonly body?: string | Uint8Array
  /** application/octet-stream unless it is given. */
  readonly contentType?: string
  /** Without their prefix x-oss-meta-. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly acl?: "default" | BucketAcl
  /** What the bucket's default says when it is left out. */
  readonly encryption?: SeedEncryption
}

export interface SeedBucket {
  readonly name: string
  /** private unless it is given. */
  readonly acl?: BucketAcl
  readonly encryption?: SeedEncryption
  readonly versioning?: "enabled" | "suspended"
  /** By their names; a text or bytes alone are a body. A name that is there already is overwritten, or has a new version. */
  readonly objects?: Readonly<Record<string, string | Uint8Array | SeedObject>>
}

export interface SeedCmk {
  /** `alias/NAME` */
  readonly alias?: string
  readonly description?: string
  /** Enabled unless it is given. It is set after everything else, so that objects can be under a disabled CMK. */
  readonly state?: "Enabled" | "Disabled"
}

/** What a store is to hold; CMKs are made before buckets. */
export interface Seed {
  readonly cmks?: readonly SeedCmk[]
  readonly buckets?: readonly SeedBucket[]
}

export interface Seeded {
  /** Of the CMKs, in the order of the seed. */
  readonly cmkIds: readonly string[]
}
