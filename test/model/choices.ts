// What a step works on: names that are difficult for listings, and the other choices of a request.
import { type Acl, type BucketModel, DEFAULT_CMK } from "./bucket-model.ts"
import { BUCKETS, type EncryptionChoice, type Run } from "./run.ts"

const ODD_NAMES = [
  "a",
  "a/",
  "a//b",
  "a/b",
  "a/b/",
  "a/b/c",
  "a/b/d",
  "a0",
  "a b",
  "a+b",
  "a%2Fb",
  "a&b<c>\"'",
  "b",
  "b/\u{fffd}",
  "b/\u{10000}",
  "\u{e9}",
  "\u{65e5}\u{672c}/x",
  "z/\u{7f}",
] as const

export function randomName({ random }: Run): string {
  if (random.chance(0.4)) return random.pick(ODD_NAMES)
  return `dir${random.below(4)}/file${random.below(6)}`
}

/** Usually a name that the bucket has. */
export function likelyName(run: Run, bucket: BucketModel): string {
  const known = run.random.chance(0.85) ? run.random.pick([...bucket.versions.keys()]) : undefined
  return known ?? randomName(run)
}

export function randomBucket({ random }: Run): string {
  return random.chance(0.85) ? BUCKETS[0] : BUCKETS[1]
}

export function randomEncryption({ random, world }: Run): EncryptionChoice {
  const choice = random.below(8)
  if (choice < 4) return undefined
  if (choice === 4) return { method: "AES256" }
  if (choice === 5) return { method: "KMS", cmkId: DEFAULT_CMK }
  return { method: "KMS", cmkId: random.pick([...world.cmks.keys()]) ?? DEFAULT_CMK }
}

export const BUCKET_ACLS = ["private", "public-read", "public-read-write"] as const
export const OBJECT_ACLS: readonly Acl[] = ["default", ...BUCKET_ACLS]

export interface AttributeChoice {
  readonly attributes: {
    readonly contentType: string
    readonly metadata: ReadonlyMap<string, string>
    readonly acl: Acl
  }
  readonly headers: Record<string, string>
}

export function randomAttributes({ random }: Run): AttributeChoice {
  const headers: Record<string, string> = {}
  const metadata = new Map<string, string>()
  if (random.chance(0.3)) {
    metadata.set("x-oss-meta-mark", `m${random.below(1000)}`)
    headers["x-oss-meta-mark"] = metadata.get("x-oss-meta-mark") ?? ""
  }
  const contentType = random.chance(0.3) ? "text/plain" : undefined
  if (contentType !== undefined) headers["content-type"] = contentType
  const acl = random.chance(0.15) ? (random.pick(OBJECT_ACLS) ?? "default") : "default"
  if (acl !== "default") headers["x-oss-object-acl"] = acl
  const stored = contentType ?? "application/octet-stream"
  return { attributes: { contentType: stored, metadata, acl }, headers }
}

export const PREFIXES = ["", "", "", "a", "a/", "dir", "dir1/", "b/", "none", "\u{65e5}"] as const
export const DELIMITERS = ["", "/", "/", "b", "//"] as const
