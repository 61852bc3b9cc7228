import { prefixBounds } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"
import { bucketOf } from "./buckets.ts"
import type { BucketName } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { BUCKET_ROWS } from "./rows/keyspace.ts"
import { type CountedKind, countedOf } from "./rows/tally.ts"

/** A CMK: its key versions, and a test whether the name in a bucket's default encryption is one of its names. */
export interface CmkAsked {
  readonly keyVersionIds: readonly string[]
  /** `cmk` is an id, an ARN or an alias; undefined is the default CMK. */
  readonly isNamed: (cmk: string | undefined) => boolean
}

/** The objects of a bucket under one key version. */
export interface KeyVersionUse {
  /** undefined when the bucket's row does not open. */
  readonly bucketName: BucketName | undefined
  readonly keyVersionId: string
  /** All objects: newest and older versions. */
  readonly versionCount: number
  readonly versionBytes: number
  readonly uploadCount: number
  readonly partCount: number
  readonly partBytes: number
}

export interface CmkUses {
  readonly uses: readonly KeyVersionUse[]
  /** The buckets whose default encryption names the CMK, so that new objects may use it. */
  readonly defaultOf: readonly BucketName[]
}

/** What is stored under all CMKs, and the buckets that use a CMK by default. */
export interface AllCmkUses {
  readonly uses: readonly KeyVersionUse[]
  /** `cmk` is an id, an ARN or an alias; undefined is the default CMK. */
  readonly defaults: readonly {
    readonly bucketName: BucketName
    readonly cmk: string | undefined
  }[]
}

/**
 * The objects under a CMK, as the store counts them with every commit. Reads only the rows of buckets. A bucket whose
 * row does not open is reported only by its contents.
 */
export async function usesOfCmk(
  store: ObjectStore,
  { keyVersionIds, isNamed }: CmkAsked,
): Promise<CmkUses> {
  const asked = new Set(keyVersionIds)
  const { uses, defaults } = await usesOfAllCmks(store)
  return {
    uses: uses.filter(({ keyVersionId }) => asked.has(keyVersionId)),
    defaultOf: defaults.filter(({ cmk }) => isNamed(cmk)).map(({ bucketName }) => bucketName),
  }
}

/** The same for all CMKs at once. */
export async function usesOfAllCmks(store: ObjectStore): Promise<AllCmkUses> {
  const names = new Map<string, BucketName>()
  const defaults: { bucketName: BucketName; cmk: string | undefined }[] = []
  const onDamaged = (): void => undefined
  for await (const row of scanAll(store.metadata, prefixBounds(BUCKET_ROWS), { onDamaged })) {
    const { name, record } = bucketOf(row)
    const { instanceId, defaultEncryption } = record
    names.set(instanceId.toString("hex"), name)
    if (defaultEncryption.method !== "KMS") continue
    defaults.push({ bucketName: name, cmk: defaultEncryption.cmk })
  }
  const uses = new Map<string, KeyVersionUse>()
  for (const { group, rows, bytes } of await store.metadata.tallies(Buffer.alloc(0))) {
    const { bucketInstanceId, keyVersionId, kind } = countedOf(group)
    if (keyVersionId === undefined) continue
    const place = `${bucketInstanceId} ${keyVersionId}`
    const before = uses.get(place) ?? {
      ...NOTHING,
      bucketName: names.get(bucketInstanceId),
      keyVersionId,
    }
    uses.set(place, add(before, { kind, rows, bytes }))
  }
  return { uses: [...uses.values()], defaults }
}

const NOTHING = { versionCount: 0, versionBytes: 0, uploadCount: 0, partCount: 0, partBytes: 0 }

function add(
  use: KeyVersionUse,
  {
    kind,
    rows,
    bytes,
  }: { readonly kind: CountedKind; readonly rows: number; readonly bytes: number },
): KeyVersionUse {
  const { versionCount, versionBytes, uploadCount, partCount, partBytes } = use
  switch (kind) {
    case "current":
    case "older":
      return { ...use, versionCount: versionCount + rows, versionBytes: versionBytes + bytes }
    case "upload":
      return { ...use, uploadCount: uploadCount + rows }
    case "part":
      return { ...use, partCount: partCount + rows, partBytes: partBytes + bytes }
    case "marker":
      return use
  }
}
