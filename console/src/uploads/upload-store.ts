// The uploads of this tab. They are kept outside of every page, so that moving between pages does not end them.
import { toFailure } from "../api/failure.ts"
import { api } from "../api/client.ts"
import type { EncryptionChoice } from "../api/queries.ts"
import { recall, remember } from "./remembered.ts"
import { transfer } from "./transfer.ts"
import { isFileOf, type Upload } from "./upload.ts"

const FILES_AT_A_TIME = 3
const TELL_MS = 100

interface Running {
  readonly abort: AbortController
}

let uploads: readonly Upload[] = recall()
const files = new Map<string, File>()
const running = new Map<string, Running>()
const listeners = new Set<() => void>()
let onStored: (bucket: string) => void = () => undefined
let telling: ReturnType<typeof setTimeout> | undefined

/** Several steps of progress are combined into one update. */
function tell(): void {
  telling ??= setTimeout(() => {
    telling = undefined
    for (const listener of listeners) listener()
  }, TELL_MS)
}

function change(id: string, changed: Partial<Upload>): void {
  uploads = uploads.map((each) => (each.id === id ? { ...each, ...changed } : each))
  tell()
}

function find(id: string): Upload | undefined {
  return uploads.find((each) => each.id === id)
}

/** For useSyncExternalStore. */
export function subscribeToUploads(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** For useSyncExternalStore. */
export function currentUploads(): readonly Upload[] {
  return uploads
}

/** `listener` receives the bucket of every file that was stored. */
export function whenStored(listener: (bucket: string) => void): void {
  onStored = listener
}

async function run(upload: Upload, file: File): Promise<void> {
  const { id } = upload
  const abort = new AbortController()
  running.set(id, { abort })
  change(id, { state: "running", failure: undefined })
  try {
    await transfer(
      upload,
      file,
      {
        onSent: (sentBytes) => change(id, { sentBytes }),
        onBegun: ({ uploadId, partBytes }) => {
          change(id, { uploadId, partBytes })
          remember(uploads)
        },
      },
      abort.signal,
    )
    change(id, { state: "done", sentBytes: upload.sizeBytes })
    files.delete(id)
    onStored(upload.bucket)
  } catch (error) {
    // A user who paused or cancelled it knows already.
    if (!abort.signal.aborted) change(id, { state: "failed", failure: toFailure(error) })
  } finally {
    running.delete(id)
    remember(uploads)
    startWaiting()
  }
}

function startWaiting(): void {
  for (const upload of uploads) {
    if (running.size >= FILES_AT_A_TIME) return
    const file = files.get(upload.id)
    if (upload.state === "waiting" && file !== undefined) void run(upload, file)
  }
}

export interface UploadRequest {
  readonly bucket: string
  readonly objectKey: string
  readonly file: File
  readonly encryption: EncryptionChoice | undefined
  readonly overwrite: boolean
}

/** Starts to store files, several at a time, in their order. */
export function startUploads(requests: readonly UploadRequest[]): void {
  const added = requests.map(({ file, ...request }): Upload => {
    const id = crypto.randomUUID()
    files.set(id, file)
    return {
      ...request,
      id,
      sizeBytes: file.size,
      fileName: file.name,
      modifiedMs: file.lastModified,
      contentType: file.type,
      state: "waiting",
      sentBytes: 0,
      uploadId: undefined,
      partBytes: undefined,
      failure: undefined,
    }
  })
  uploads = [...uploads, ...added]
  tell()
  startWaiting()
}

/** Stops sending; what the server already has of it stays. */
export function pauseUpload(id: string): void {
  change(id, { state: "paused" })
  running.get(id)?.abort.abort()
}

/** Continues where it stopped. */
export function resumeUpload(id: string): void {
  change(id, { state: "waiting", failure: undefined })
  startWaiting()
}

/** Reattaches files to lost uploads. Returns how many found theirs. */
export function giveFilesBack(chosen: readonly File[]): number {
  const lost = uploads.filter((each) => each.state === "lost")
  const matched = lost.flatMap((upload) => {
    const file = chosen.find((each) => isFileOf(upload, each))
    return file === undefined ? [] : [{ upload, file }]
  })
  for (const { upload, file } of matched) {
    files.set(upload.id, file)
    change(upload.id, { state: "waiting" })
  }
  startWaiting()
  return matched.length
}

/** Aborts the upload without an object; the server frees what it has of it. */
export async function cancelUpload(id: string): Promise<void> {
  const upload = find(id)
  running.get(id)?.abort.abort()
  uploads = uploads.filter((each) => each.id !== id)
  files.delete(id)
  remember(uploads)
  tell()
  if (upload?.uploadId === undefined || upload.state === "done") return
  const { bucket, objectKey, uploadId } = upload
  const params = { path: { bucket }, query: { objectKey, uploadId } }
  await api.DELETE("/api/buckets/{bucket}/uploads", { params })
}

/** Removes the finished ones from the list. */
export function clearFinished(): void {
  uploads = uploads.filter((each) => each.state !== "done")
  remember(uploads)
  tell()
}

/** Stops and drops all of them, when the user signs out. What the server has of them stays in its list of uploads. */
export function dropUploads(): void {
  for (const { abort } of running.values()) abort.abort()
  uploads = []
  files.clear()
  remember(uploads)
  tell()
}
