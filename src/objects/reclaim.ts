import { setTimeout as delay } from "node:timers/promises"
import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import type { BlobId, BlobStore } from "../storage/blob-store.ts"
import { newCommit } from "../storage/commit.ts"
import type { MetadataStore, Write } from "../storage/metadata-store.ts"
import { prefixBounds } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"
import { blobRow, partRowsPrefix } from "./keyspace.ts"
import { manifestRows, readManifest } from "./manifest.ts"
import { decodePart, type Content } from "./records.ts"

type BlobContent = Exclude<Content, { kind: "parts" }>
type PartsContent = Extract<Content, { kind: "parts" }>

/**
 * Frees, in the background and one job after another, what no row names any more. Nothing waits for it; what a crash or
 * an error leaves behind is the sweeper's.
 */
export interface Reclaimer {
  /** A blob that is being written and that no row names yet; the sweeper leaves it alone until it ended. */
  blobStarted(blobId: BlobId): void
  blobEnded(blobId: BlobId): void
  isWriting(blobId: BlobId): boolean
  /** Keeps the parts of a completed upload while somebody reads them; call the result once. */
  pin(uploadId: string): () => void
  free(content: Content): void
  /** Removes the part rows of an upload that is over, and the blobs of those that are not in `kept`. */
  freeParts(uploadId: string, kept: ReadonlySet<BlobId> | "all"): void
  /** Resolves when nothing waits to be freed. false when something could not be. */
  drained(): Promise<boolean>
}

const WRITES_PER_COMMIT = 500
const PIN_WAIT_MS = 200

interface Parts {
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly log: Log
}

export function createReclaimer(parts: Parts): Reclaimer {
  const writing = new Set<BlobId>()
  const pins = new Map<string, number>()
  const deferred = new Set<Promise<void>>()
  let waiting: BlobContent[] = []
  let jobs: Promise<void> = Promise.resolve()
  let complete = true

  function enqueue(job: () => Promise<void>): void {
    jobs = jobs.then(job).catch((error: unknown) => {
      complete = false
      parts.log.warn({ error }, "could not free storage; the next sweep will")
    })
  }

  async function freeWaiting(): Promise<void> {
    const batch = waiting
    waiting = []
    await freeBlobs(parts, batch)
  }

  // Waits at least once: a reader that found the object just before it was replaced pins it a moment later.
  async function freeManifest(content: PartsContent): Promise<void> {
    do await delay(PIN_WAIT_MS)
    while (pins.has(content.uploadId))
    enqueue(() => freePartsContent(parts, content))
  }

  return {
    blobStarted: (blobId) => writing.add(blobId),
    blobEnded: (blobId) => writing.delete(blobId),
    isWriting: (blobId) => writing.has(blobId),
    pin(uploadId) {
      pins.set(uploadId, (pins.get(uploadId) ?? 0) + 1)
      return () => {
        const left = (pins.get(uploadId) ?? 1) - 1
        if (left === 0) pins.delete(uploadId)
        else pins.set(uploadId, left)
      }
    },
    free(content) {
      if (content.kind === "parts") {
        const freed = freeManifest(content).finally(() => deferred.delete(freed))
        deferred.add(freed)
        return
      }
      waiting.push(content)
      if (waiting.length === 1) enqueue(freeWaiting)
    },
    freeParts(uploadId, kept) {
      enqueue(() => freeUploadParts(parts, uploadId, kept))
    },
    async drained() {
      let last: Promise<void> | undefined
      while (last !== jobs || deferred.size > 0) {
        last = jobs
        await Promise.all([last, ...deferred])
      }
      return complete
    },
  }
}

async function deleteRows(parts: Parts, keys: readonly Uint8Array[]): Promise<void> {
  for (let first = 0; first < keys.length; first += WRITES_PER_COMMIT) {
    const writes: Write[] = keys
      .slice(first, first + WRITES_PER_COMMIT)
      .map((key) => ({ key, value: null, expect: "any" }))
    await parts.metadata.commit(newCommit(parts.clock, { guards: [], writes }))
  }
}

/** The blob's row goes first: a file without a row is found by the sweeper, a row without a file might be believed. */
export async function freeBlobs(parts: Parts, contents: readonly BlobContent[]): Promise<void> {
  await deleteRows(
    parts,
    contents.map(({ blobId }) => blobRow(blobId)),
  )
  for (const { kind, blobId } of contents) {
    if (kind === "blob") await parts.blobs.delete(blobId)
  }
}

/** The manifest goes last, so that a crash in between leaves something that tells the rest. */
async function freePartsContent(parts: Parts, content: PartsContent): Promise<void> {
  const listed = await readManifest(parts.metadata, content)
  if (listed === undefined) return
  await freeBlobs(
    parts,
    listed.map((part) => part.content),
  )
  await deleteRows(parts, manifestRows(content))
}

async function freeUploadParts(
  parts: Parts,
  uploadId: string,
  kept: ReadonlySet<BlobId> | "all",
): Promise<void> {
  const keys: Uint8Array[] = []
  const unlisted: BlobContent[] = []
  for await (const row of scanAll(parts.metadata, prefixBounds(partRowsPrefix(uploadId)))) {
    const { content } = decodePart(row.value)
    keys.push(row.key)
    if (kept !== "all" && !kept.has(content.blobId)) unlisted.push(content)
  }
  await freeBlobs(parts, unlisted)
  await deleteRows(parts, keys)
}
