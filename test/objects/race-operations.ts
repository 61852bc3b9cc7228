import assert from "node:assert/strict"
import type { Caller } from "../../src/identity/caller.ts"
import type { KeyService } from "../../src/kms/key-service.ts"
import { LeaseLost } from "../../src/keeper/job.ts"
import { appendObject } from "../../src/objects/append.ts"
import {
  type Bucket,
  deleteBucket,
  findBucket,
  loadBucket,
  setBucketAcl,
  setVersioning,
} from "../../src/objects/buckets.ts"
import { setObjectAcl } from "../../src/objects/change.ts"
import { completeUpload } from "../../src/objects/complete-upload.ts"
import { type Deletion, deleteObject } from "../../src/objects/delete.ts"
import type { ObjectStore } from "../../src/objects/object-store.ts"
import { chunksOf, openObject } from "../../src/objects/read.ts"
import type {
  EncryptionChoice,
  ObjectVersion,
  PartRecord,
  VersionId,
  Versioning,
} from "../../src/objects/rows/records.ts"
import { CURRENT, findVersion } from "../../src/objects/rows/version-rows.ts"
import { RuleBroken } from "../../src/objects/rule-broken.ts"
import {
  abortUpload,
  loadParts,
  loadUpload,
  placeOf,
  type Upload,
  uploadPart,
} from "../../src/objects/uploads.ts"
import { allVersions } from "./soundness.ts"
import {
  ATTRIBUTES,
  BUCKET,
  incomingOf,
  joinAppends,
  put,
  sweep,
  targetOf,
} from "./store-fixture.ts"
import { KEEPER } from "../kms/key-service-fixture.ts"

/** What the operations of a race find. */
export interface World {
  readonly versioning: Versioning
  readonly caller: Caller
  /** How whatever is new is encrypted. */
  readonly encryption: EncryptionChoice
  readonly keyService: KeyService
  readonly cmkId: string
  readonly uploadId: string
  readonly partEtags: readonly string[]
  /** The size of the object that is appended to. */
  readonly position: number
  /** The version that is deleted for good. */
  readonly doomed: { readonly versionId: VersionId; readonly etag: string } | undefined
}

/** What an operation is about, as far as another one can undo it or must fail after it. */
type Effect =
  | "object"
  | "append"
  | "complete"
  | "part"
  | "abort"
  | "remove"
  | "objectAcl"
  | "bucketAcl"
  | "versioning"
  | "bucketGone"
  | "cmk"
  | "join"
  | "none"

export interface Acknowledged {
  /** Whether what was acknowledged is still so. */
  readonly stands: (store: ObjectStore) => Promise<boolean>
  /** The version that it is about. */
  readonly versionId: VersionId | undefined
}

export interface Operation {
  readonly effect: Effect
  run(store: ObjectStore, world: World, bytes: Bytes): Promise<Acknowledged>
}

/** What the operations of one side write. */
export interface Bytes {
  readonly small: Buffer
  readonly large: Buffer
  readonly appended: Buffer
}

export const RACED = "raced"

const NOTHING: Acknowledged = { stands: () => Promise.resolve(true), versionId: undefined }

function bucketOf(store: ObjectStore): Promise<Bucket> {
  return loadBucket(store, BUCKET)
}

function written({ versionId, etag }: ObjectVersion): Acknowledged {
  return {
    versionId,
    stands: async (store) =>
      (await allVersions(store, await bucketOf(store))).some(
        ({ record }) =>
          record.kind === "object" &&
          record.versionId === versionId &&
          record.etag.text === etag.text,
      ),
  }
}

function removed(deletion: Deletion, world: World): Acknowledged {
  const { versionId } = deletion
  return {
    versionId: versionId ?? "null",
    stands: async (store) => {
      const versions = await allVersions(store, await bucketOf(store))
      if (deletion.kind === "marked") {
        return versions.some(
          ({ record }) => record.kind === "marker" && record.versionId === versionId,
        )
      }
      if (versionId === undefined) return versions.length === 0
      return !versions.some(
        ({ record }) =>
          record.kind === "object" &&
          record.versionId === versionId &&
          record.etag.text === world.doomed?.etag,
      )
    },
  }
}

function uploadOf(store: ObjectStore, world: World): Promise<Upload> {
  return targetOf(store, RACED, world.caller).then((target) =>
    loadUpload(store, target, world.uploadId),
  )
}

async function isUploadGone(store: ObjectStore, world: World): Promise<boolean> {
  try {
    await uploadOf(store, world)
    return false
  } catch (error) {
    if (error instanceof RuleBroken && error.code === "UploadNotFound") return true
    throw error
  }
}

function putting(which: "small" | "large", forbidOverwrite = false): Operation {
  return {
    effect: "object",
    run: async (store, { caller, encryption }, bytes) =>
      written(
        await put(store, await targetOf(store, RACED, caller), bytes[which], {
          encryption,
          forbidOverwrite,
        }),
      ),
  }
}

function uploadingPart(partNumber: number): Operation {
  return {
    effect: "part",
    run: async (store, world, bytes) => {
      const upload = await uploadOf(store, world)
      const part = await uploadPart(store, upload, partNumber, incomingOf(bytes.large))
      return partOf(upload, world, part)
    },
  }
}

function partOf(upload: Upload, world: World, { partNumber, etag }: PartRecord): Acknowledged {
  return {
    versionId: undefined,
    stands: async (later) => {
      if (await isUploadGone(later, world)) return false
      const parts = await loadParts(later, placeOf(upload))
      return parts.some((part) => part.partNumber === partNumber && part.etag === etag)
    },
  }
}

/** Every operation that is raced against every other. Each runs through the store that it is given. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "put small": putting("small"),
  "put large": putting("large"),
  "put, never over another": putting("small", true),
  complete: {
    effect: "complete",
    run: async (store, world) => {
      const listed = world.partEtags.map((etag, index) => ({ partNumber: index + 1, etag }))
      const upload = await uploadOf(store, world)
      return written(await completeUpload(store, upload, listed, { forbidOverwrite: false }))
    },
  },
  "upload a new part": uploadingPart(3),
  "upload a part again": uploadingPart(1),
  "copy the object into a part": {
    effect: "part",
    run: async (store, world) => {
      const upload = await uploadOf(store, world)
      const { body } = await openObject(store, upload, CURRENT, () => undefined)
      const incoming = { chunks: chunksOf(body), bytesMax: 1024 ** 2 }
      return partOf(upload, world, await uploadPart(store, upload, 3, incoming))
    },
  },
  abort: {
    effect: "abort",
    run: async (store, world) => {
      await abortUpload(store, await uploadOf(store, world))
      return { versionId: undefined, stands: (later) => isUploadGone(later, world) }
    },
  },
  append: {
    effect: "append",
    run: async (store, { caller, encryption, position }, { appended }) =>
      written(
        await appendObject(store, await targetOf(store, RACED, caller), {
          position,
          attributes: ATTRIBUTES,
          encryption,
          incoming: incomingOf(appended),
        }),
      ),
  },
  delete: {
    effect: "remove",
    run: async (store, world) => {
      const target = await targetOf(store, RACED, world.caller)
      return removed(await deleteObject(store, target, undefined), world)
    },
  },
  "delete a version": {
    effect: "remove",
    run: async (store, world) => {
      const target = await targetOf(store, RACED, world.caller)
      return removed(await deleteObject(store, target, world.doomed?.versionId ?? "null"), world)
    },
  },
  "set an object's ACL": {
    effect: "objectAcl",
    run: async (store, { caller }) => {
      const target = await targetOf(store, RACED, caller)
      const { versionId } = await setObjectAcl(store, target, CURRENT, "public-read-write")
      return {
        versionId,
        stands: async (later) => {
          const found = await findVersion(later, await bucketOf(later), target.objectKey, {
            kind: "version",
            versionId,
          })
          return found?.record.kind === "object" && found.record.acl === "public-read-write"
        },
      }
    },
  },
  "make the bucket private": {
    effect: "bucketAcl",
    run: async (store) => {
      await setBucketAcl(store, await bucketOf(store), "private")
      const stands = async (later: ObjectStore): Promise<boolean> =>
        (await bucketOf(later)).record.acl === "private"
      return { versionId: undefined, stands }
    },
  },
  "keep versions": {
    effect: "versioning",
    run: async (store) => {
      await setVersioning(store, await bucketOf(store), "enabled")
      const stands = async (later: ObjectStore): Promise<boolean> =>
        (await bucketOf(later)).record.versioning === "enabled"
      return { versionId: undefined, stands }
    },
  },
  "delete the bucket": {
    effect: "bucketGone",
    run: async (store) => {
      await deleteBucket(store, (await targetOf(store, RACED)).bucket)
      const stands = async (later: ObjectStore): Promise<boolean> =>
        (await findBucket(later, BUCKET)) === undefined
      return { versionId: undefined, stands }
    },
  },
  "disable the CMK": {
    effect: "cmk",
    run: async (_store, { keyService, cmkId }) => {
      await keyService.disableCmk(KEEPER, cmkId)
      return NOTHING
    },
  },
  "join what was appended": {
    effect: "join",
    run: async (store) => {
      await joinAppends(store)
      return NOTHING
    },
  },
  sweep: {
    effect: "none",
    run: async (store) => {
      // Of two keepers the older one frees nothing any more.
      await sweep(store).catch((error: unknown) => assert(error instanceof LeaseLost))
      return NOTHING
    },
  },
}

/** Whether `later`, when it was acknowledged after `earlier`, may have undone what that did. */
export function mayUndo(
  later: Operation,
  laterDone: Acknowledged,
  earlier: Operation,
  earlierDone: Acknowledged,
): boolean {
  const isWriter = ["object", "complete", "append"].includes(later.effect)
  switch (earlier.effect) {
    case "object":
    case "complete":
    case "append":
    case "remove":
    case "objectAcl":
      if (later.effect === "bucketGone") return earlier.effect === "remove"
      if (later.effect !== "remove" && !isWriter) return false
      return laterDone.versionId === earlierDone.versionId
    case "part":
      return ["part", "complete", "abort"].includes(later.effect)
    case "bucketAcl":
    case "versioning":
    case "abort":
      return later.effect === "bucketGone"
    case "bucketGone":
    case "cmk":
    case "join":
    case "none":
      return false
  }
}

/** What cannot be acknowledged after the other was. */
export const EXCLUDED_AFTER: Partial<Readonly<Record<Effect, readonly Effect[]>>> = {
  complete: ["complete", "abort", "part"],
  abort: ["complete", "abort", "part"],
  append: ["append"],
  bucketAcl: ["object", "complete", "append", "part", "abort", "remove"],
  cmk: ["object", "complete", "append", "part"],
  bucketGone: ["object", "complete", "append", "part", "abort", "versioning", "bucketAcl"],
}
