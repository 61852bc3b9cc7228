// How one file is stored: a small one in one request, a larger one in parts, several of which are in transit at a time.
import { api, dataOf } from "../api/client.ts"
import { isFailure, toFailure } from "../api/failure.ts"
import type { Presigned } from "../api/queries.ts"
import { createLanes } from "./lanes.ts"
import { send } from "./send.ts"
import type { Upload } from "./upload.ts"

const SINGLE_BYTES_MAX = 8 * 1024 * 1024
/** The limit for all files together. A browser opens six connections to one host, and one stays free for everything else. */
const SENT_AT_A_TIME = 5
const PRESIGNED_AT_A_TIME = 50
const ATTEMPTS = 3

const lanes = createLanes(SENT_AT_A_TIME)

/** Progress reports of a transfer. */
export interface Progress {
  readonly onSent: (sentBytes: number) => void
  readonly onBegun: (begun: { readonly uploadId: string; readonly partBytes: number }) => void
}

interface StoredPart {
  readonly partNumber: number
  readonly sizeBytes: number
  readonly etag: string
}

/** The parts of an upload that the server already has. */
async function storedParts(upload: Upload, uploadId: string): Promise<Map<number, StoredPart>> {
  const found = new Map<number, StoredPart>()
  for (let after: number | null = 0; after !== null;) {
    const query = { objectKey: upload.objectKey, uploadId, after, limit: 1000 }
    const params = { path: { bucket: upload.bucket }, query }
    const page: { readonly items: readonly StoredPart[]; readonly next: number | null } =
      await dataOf(api.GET("/api/buckets/{bucket}/uploads/parts", { params }))
    for (const part of page.items) found.set(part.partNumber, part)
    after = page.next
  }
  return found
}

const choiceOf = ({ encryption, contentType, metadata, overwrite, objectKey }: Upload) => ({
  objectKey,
  overwrite,
  metadata,
  ...(encryption === undefined ? {} : { encryption }),
  ...(contentType === "" ? {} : { contentType }),
})

async function sendAgain(
  presign: () => Promise<Presigned>,
  content: Blob,
  onSent: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lanes(async () => await send(await presign(), content, onSent, signal), signal)
    } catch (error) {
      signal.throwIfAborted()
      const { status } = toFailure(error)
      // What the store refused stays refused; after a broken connection or a busy server, a retry may succeed.
      const isPassing = status === 0 || status >= 500
      if (!isPassing || attempt === ATTEMPTS) throw error
      onSent(0)
      await new Promise((resolve) => setTimeout(resolve, 500 * attempt))
    }
  }
}

async function storeInOne(
  upload: Upload,
  file: File,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const params = { path: { bucket: upload.bucket } }
  const presign = async (): Promise<Presigned> =>
    await dataOf(
      api.POST("/api/buckets/{bucket}/object/presign-put", { params, body: choiceOf(upload) }),
    )
  await sendAgain(presign, file, progress.onSent, signal)
}

interface Begun {
  readonly uploadId: string
  readonly partBytes: number
}

async function begin(upload: Upload, progress: Progress): Promise<Begun> {
  if (upload.uploadId !== undefined && upload.partBytes !== undefined) {
    return { uploadId: upload.uploadId, partBytes: upload.partBytes }
  }
  const params = { path: { bucket: upload.bucket } }
  const body = { ...choiceOf(upload), sizeBytes: upload.sizeBytes }
  const begun = await dataOf(api.POST("/api/buckets/{bucket}/uploads", { params, body }))
  progress.onBegun(begun)
  return begun
}

/** Addresses for parts, requested in batches just before they are needed. */
function presigner(upload: Upload, uploadId: string, partCount: number) {
  const batches = new Map<number, Promise<ReadonlyMap<number, Presigned>>>()
  const ask = async (batch: number): Promise<ReadonlyMap<number, Presigned>> => {
    const first = batch * PRESIGNED_AT_A_TIME + 1
    const count = Math.min(PRESIGNED_AT_A_TIME, partCount - first + 1)
    const partNumbers = Array.from({ length: count }, (_, index) => first + index)
    const params = { path: { bucket: upload.bucket } }
    const body = { objectKey: upload.objectKey, uploadId, partNumbers }
    const { parts } = await dataOf(
      api.POST("/api/buckets/{bucket}/uploads/presign-parts", { params, body }),
    )
    return new Map(parts.map(({ partNumber, request }) => [partNumber, request]))
  }
  return async (partNumber: number): Promise<Presigned> => {
    const batch = Math.floor((partNumber - 1) / PRESIGNED_AT_A_TIME)
    const known = (await batches.get(batch))?.get(partNumber)
    const isFresh = known !== undefined && new Date(known.expiresAt).getTime() > Date.now() + 30_000
    if (isFresh) return known
    const asked = ask(batch)
    batches.set(batch, asked)
    const request = (await asked).get(partNumber)
    if (request === undefined) throw new Error(`no address for part ${partNumber}`)
    return request
  }
}

async function storeInParts(
  upload: Upload,
  file: File,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { uploadId, partBytes } = await begin(upload, progress)
  const partCount = Math.max(Math.ceil(file.size / partBytes), 1)
  const etags = new Map<number, string>()
  const sent = new Map<number, number>()
  const tell = (): void => progress.onSent([...sent.values()].reduce((sum, each) => sum + each, 0))
  for (const [partNumber, part] of await storedParts(upload, uploadId)) {
    etags.set(partNumber, part.etag)
    sent.set(partNumber, part.sizeBytes)
  }
  tell()
  const presign = presigner(upload, uploadId, partCount)
  const inner = new AbortController()
  const both = AbortSignal.any([signal, inner.signal])
  let next = 1
  const worker = async (): Promise<void> => {
    while (next <= partCount) {
      const partNumber = next
      next += 1
      if (etags.has(partNumber)) continue
      const content = file.slice((partNumber - 1) * partBytes, partNumber * partBytes)
      const onSent = (bytes: number): void => {
        sent.set(partNumber, Math.min(bytes, content.size))
        tell()
      }
      const etag = await sendAgain(async () => await presign(partNumber), content, onSent, both)
      etags.set(partNumber, etag)
    }
  }
  await Promise.all(Array.from({ length: SENT_AT_A_TIME }, worker)).catch((error: unknown) => {
    // The other workers stop as well: a failed upload sends nothing more.
    inner.abort(error)
    throw error
  })
  const parts = [...etags]
    .sort(([a], [b]) => a - b)
    .map(([partNumber, etag]) => ({ partNumber, etag }))
  const params = { path: { bucket: upload.bucket } }
  const body = { objectKey: upload.objectKey, uploadId, parts, overwrite: upload.overwrite }
  await api.POST("/api/buckets/{bucket}/uploads/complete", { params, body })
}

/**
 * Stores the file; resumes where the upload stopped. Throws Failure, or the signal's reason. An upload that the server
 * no longer knows is started again.
 */
export async function transfer(
  upload: Upload,
  file: File,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  // A PUT has no header that requests storage without encryption. The start of a multipart upload can request it.
  if (file.size <= SINGLE_BYTES_MAX && upload.encryption?.method !== "none") {
    await storeInOne(upload, file, progress, signal)
    return
  }
  try {
    await storeInParts(upload, file, progress, signal)
  } catch (error) {
    if (upload.uploadId === undefined || !isFailure(error, "UploadNotFound")) throw error
    const anew = { ...upload, uploadId: undefined, partBytes: undefined }
    await storeInParts(anew, file, progress, signal)
  }
}
