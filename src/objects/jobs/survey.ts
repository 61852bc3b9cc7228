import type { Clock } from "../../base/clock.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { type BlobId, type BlobStore, bornMs } from "../../storage/blob-store.ts"
import { getEach } from "../../storage/get-each.ts"
import type { MetadataStore, Row, StoreKey } from "../../storage/metadata-store.ts"
import { prefixBounds } from "../../storage/row-keys.ts"
import { keyAfter } from "../../storage/scan-all.ts"
import { contentCodec, decodeBlob } from "../rows/codecs.ts"
import { BLOB_ROWS, blobIdOfRow, blobRow, CONTENT_ROWS, contentIdOfRow } from "../rows/keyspace.ts"
import type { Sight, Survey, Surveyed } from "../survey.ts"
import { createNaming, type Naming } from "./naming.ts"

interface SurveyParts {
  readonly metadata: MetadataStore
  readonly blobs: Pick<BlobStore, "list">
  readonly clock: Clock
}

/** Opening and decoding this many rows, and those that name them, takes about ten milliseconds. */
const ROWS_PER_LOOK = 1000
const FILES_PER_LOOK = 1000

/** A younger file may belong to an upload in progress, on any gateway: its record comes with the upload's commit. */
const SET_ASIDE_AGE_MS = 24 * 3_600_000

/** This many files without a record at once do not come from a crash: something is wrong with the database. */
export const SET_ASIDE_MAX = 1000

/** A survey on the calling thread. */
export function createSurvey(parts: SurveyParts): Survey {
  const naming = createNaming(parts)
  let files: FileSearch | undefined

  async function lookAtFiles(from: string): Promise<Sight> {
    if (from === "" || files === undefined) files = beginFileSearch(parts)
    const isDone = await searchFiles(parts, files)
    if (!isDone) return { found: [], next: "more", damaged: 0 }
    const { unrecorded } = files
    files = undefined
    return { found: unrecorded, next: undefined, damaged: 0 }
  }

  return {
    look(what, from) {
      if (what === "files") return lookAtFiles(from)
      const family = FAMILIES[what]
      return lookAtRows(parts.metadata, family, from, (rows) => family.unnamed(naming, rows))
    },
    rest() {
      files = undefined
      return Promise.resolve()
    },
  }
}

interface Family {
  readonly rows: StoreKey
  readonly unnamed: (naming: Naming, rows: readonly Row[]) => Promise<string[]>
}

const FAMILIES: Readonly<Record<Exclude<Surveyed, "files">, Family>> = {
  blobs: { rows: BLOB_ROWS, unnamed: unnamedBlobs },
  contents: { rows: CONTENT_ROWS, unnamed: unnamedContents },
}

async function lookAtRows(
  metadata: MetadataStore,
  family: Family,
  from: string,
  unnamed: (rows: readonly Row[]) => Promise<string[]>,
): Promise<Sight> {
  const bounds = prefixBounds(family.rows)
  const start = from === "" ? bounds.from : Buffer.from(from, "hex")
  const page = await metadata.scan({ from: start, to: bounds.to, limit: ROWS_PER_LOOK })
  const rows = page.filter((each) => each.kind === "row")
  const last = page.at(-1)
  const isLast = page.length < ROWS_PER_LOOK || last === undefined || last.kind === "prefix"
  return {
    found: await unnamed(rows),
    next: isLast ? undefined : Buffer.from(keyAfter(last.key)).toString("hex"),
    damaged: page.length - rows.length,
  }
}

/**
 * Those of the blobs that nothing names. Where a deciding row does not open, nobody knows, and the blob is left out.
 */
export async function unnamedBlobs(naming: Naming, rows: readonly Row[]): Promise<BlobId[]> {
  const blobs = rows.map(({ key, value }) => ({
    blobId: blobIdOfRow(key),
    owner: decodeBlob(value).owner,
  }))
  const named = await naming.namedByCurrent(blobs)
  const unnamed: BlobId[] = []
  for (const { blobId, owner } of blobs) {
    if (named.has(blobId)) continue
    if (!(await isKept(() => naming.namesBlob(owner, blobId)))) unnamed.push(blobId)
  }
  return unnamed
}

/** Contents of pieces that belong to neither a version nor an upload. */
export async function unnamedContents(naming: Naming, rows: readonly Row[]): Promise<string[]> {
  const unnamed: string[] = []
  for (const { key, value } of rows) {
    const contentId = contentIdOfRow(key)
    if (!(await isKept(() => naming.hasContent(contentCodec.decode(value), contentId)))) {
      unnamed.push(contentId)
    }
  }
  return unnamed
}

/** Where the deciding row does not open, nothing is known, so what depends on it stays. */
async function isKept(isNamed: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isNamed()
  } catch (error) {
    if (error instanceof SealBroken) return true
    throw error
  }
}

interface FileSearch {
  readonly files: AsyncIterator<BlobId>
  readonly bornBeforeMs: number
  /** At most one more than the sweep sets aside. */
  readonly unrecorded: BlobId[]
}

function beginFileSearch({ blobs, clock }: SurveyParts): FileSearch {
  return {
    files: blobs.list()[Symbol.asyncIterator](),
    bornBeforeMs: clock.nowMs() - SET_ASIDE_AGE_MS,
    unrecorded: [],
  }
}

/** Checks some more files. Returns true when all are checked, or when too many have no record. */
async function searchFiles({ metadata }: SurveyParts, search: FileSearch): Promise<boolean> {
  const { files, bornBeforeMs, unrecorded } = search
  const old: BlobId[] = []
  let isDone = false
  for (let looked = 0; looked < FILES_PER_LOOK && !isDone; looked += 1) {
    const next = await files.next()
    if (next.done === true) isDone = true
    else if (bornMs(next.value) < bornBeforeMs) old.push(next.value)
  }
  const rows = await getEach(metadata, old.map(blobRow))
  unrecorded.push(...old.filter((_blobId, index) => rows[index] === undefined))
  unrecorded.splice(SET_ASIDE_MAX + 1)
  return isDone || unrecorded.length > SET_ASIDE_MAX
}
