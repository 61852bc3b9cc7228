import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { LeaseLost } from "../keeper/job.ts"
import type { BlobId, BlobStore } from "../storage/blob-store.ts"
import { newCommit } from "../storage/commit.ts"
import type { Guard, MetadataStore, StoreKey, Write } from "../storage/metadata-store.ts"
import { prefixBounds } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"
import { partCodec } from "./rows/codecs.ts"
import { blobRow, contentRow, partRowsPrefix, type UploadPlace } from "./rows/keyspace.ts"
import { piecesOfPage, readPages } from "./rows/pieces.ts"
import type { Uses } from "./uses.ts"

/** What no row names since a commit. */
export type Freed =
  | { readonly kind: "blob"; readonly blobId: BlobId }
  | { readonly kind: "content"; readonly contentId: string }
  /** The part rows of an ended upload, and the blobs of the parts that are not in `kept`. */
  | { readonly kind: "parts"; readonly upload: UploadPlace; readonly kept: ReadonlySet<BlobId> }

/**
 * Frees in the background what a commit left without a name, once no earlier read or write can still hold it. This is
 * only a hint: the sweep finds what a crash or an error leaves behind.
 */
export interface Reclaimer {
  free(freed: readonly Freed[]): void
  /** Resolves when nothing waits to be freed; with false when something could not be freed. */
  drained(): Promise<boolean>
}

const ROWS_PER_COMMIT = 500

interface Stores {
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  readonly clock: Clock
}

interface Parts extends Stores {
  readonly log: Log
  readonly uses: Uses
}

export function createReclaimer(parts: Parts): Reclaimer {
  let waiting: Freed[] = []
  let running: Promise<void> | undefined
  let complete = true

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await parts.uses.settled()
      await freeAll(parts, batch).catch((error: unknown) => {
        complete = false
        parts.log.warn({ err: error }, "could not free storage; the next sweep will")
      })
    }
    running = undefined
  }

  return {
    free(freed) {
      if (freed.length === 0) return
      waiting.push(...freed)
      running ??= run()
    },
    async drained() {
      while (running !== undefined) await running
      return complete
    },
  }
}

async function freeAll(parts: Parts, batch: readonly Freed[]): Promise<void> {
  await freeBlobs(
    parts,
    batch.flatMap((freed) => (freed.kind === "blob" ? [freed.blobId] : [])),
  )
  for (const freed of batch) {
    if (freed.kind === "content") await freeContent(parts, freed.contentId)
    if (freed.kind === "parts") await freeParts(parts, freed.upload, freed.kept)
  }
}

/** Deletes rows, whatever they hold. Throws LeaseLost when a guard no longer holds; then these rows stay. */
async function deleteRows(
  parts: Stores,
  keys: readonly StoreKey[],
  guards: readonly Guard[],
): Promise<void> {
  for (let first = 0; first < keys.length; first += ROWS_PER_COMMIT) {
    const writes: Write[] = keys
      .slice(first, first + ROWS_PER_COMMIT)
      .map((key) => ({ key, value: null, expect: "any" }))
    const commit = newCommit(parts.clock, { guards, writes })
    const { outcome } = await parts.metadata.commit(commit)
    if (outcome === "conflict") throw new LeaseLost("another keeper frees what nobody names")
  }
}

/** Records go first: the sweep sets aside a file without a record, but a record without a file might be believed. */
export async function freeBlobs(
  parts: Stores,
  blobIds: readonly BlobId[],
  guards: readonly Guard[] = [],
): Promise<void> {
  await deleteRows(parts, blobIds.map(blobRow), guards)
  for (const blobId of blobIds) await parts.blobs.delete(blobId)
}

/** A page goes after its pieces, and the row that names them all goes last, so that work can resume after a crash. */
export async function freeContent(
  parts: Stores,
  contentId: string,
  guards: readonly Guard[] = [],
): Promise<void> {
  for await (const page of readPages(parts.metadata, contentId)) {
    const blobIds = piecesOfPage(page).map(({ blobId }) => blobId)
    await freeBlobs(parts, blobIds, guards)
    await deleteRows(parts, [page.key], guards)
  }
  await deleteRows(parts, [contentRow(contentId)], guards)
}

async function freeParts(
  parts: Parts,
  upload: UploadPlace,
  kept: ReadonlySet<BlobId>,
): Promise<void> {
  const keys: Uint8Array[] = []
  const unlisted: BlobId[] = []
  const onDamaged = (): void =>
    parts.log.warn({ uploadId: upload.uploadId }, "a damaged part is kept")
  const bounds = prefixBounds(partRowsPrefix(upload))
  for await (const row of scanAll(parts.metadata, bounds, { onDamaged })) {
    const { blobId } = partCodec.decode(row.value).piece
    keys.push(row.key)
    if (!kept.has(blobId)) unlisted.push(blobId)
  }
  await freeBlobs(parts, unlisted)
  await deleteRows(parts, keys, [])
}
