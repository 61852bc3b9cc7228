// The uploads of this tab. They are kept outside of every page, so that moving between pages does not end them.
import { toFailure } from "../api/failure.ts"
import { api } from "../api/client.ts"
import type { EncryptionChoice } from "../api/queries.ts"
import { recall, remember } from "./remembered.ts"
import { transfer } from "./transfer.ts"
import { isFileOf, type Upload } from "./upload.ts"

/** More than the requests sent at a time, so that the lanes stay full while small files wait for their presigned URLs. */
const FILES_AT_A_TIME = 6
const TELL_MS = 100
/** Lists are refreshed once for all files stored within this time. */
const READ_AGAIN_MS = 1000

interface Running {
  readonly abort: AbortController
}

const uploads = new Map(recall().map((upload) => [upload.id, upload]))
const files = new Map<string, File>()
const running = new Map<string, Running>()
/** The ids of waiting uploads, in order. Some may have been paused or cancelled since. */
let queue: readonly string[] = []
const listeners = new Set<() => void>()
let shown: readonly Upload[] = [...uploads.values()]
let telling: ReturnType<typeof setTimeout> | undefined
let onStored: (bucket: string) => void = () => undefined
const storedIn = new Set<string>()

/** Several steps of progress are combined into one update. */
function tell(): void {
  telling ??= setTimeout(() => {
    telling = undefined
    shown = [...uploads.values()]
    for (const listener of listeners) listener()
  }, TELL_MS)
}

function change(id: string, changed: Partial<Upload>): void {
  const upload = uploads.get(id)
  if (upload === undefined) return
  uploads.set(id, { ...upload, ...changed })
  tell()
}

function rememberAll(): void {
  remember([...uploads.values()])
}

/** For useSyncExternalStore. */
export function subscribeToUploads(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** For useSyncExternalStore. */
export function currentUploads(): readonly Upload[] {
  return shown
}

/** `listener` is called with each bucket into which files were stored, after a short delay. */
export function whenStored(listener: (bucket: string) => void): void {
  onStored = listener
}

function noteStored(bucket: string): void {
  if (storedIn.size === 0) {
    setTimeout(() => {
      for (const each of storedIn) onStored(each)
      storedIn.clear()
    }, READ_AGAIN_MS)
  }
  storedIn.add(bucket)
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
          rememberAll()
        },
      },
      abort.signal,
    )
    change(id, { state: "done", sentBytes: upload.sizeBytes })
    files.delete(id)
    noteStored(upload.bucket)
  } catch (error) {
    // A user who paused or cancelled it knows already.
    if (!abort.signal.aborted) change(id, { state: "failed", failure: toFailure(error) })
  } finally {
    // If the user paused and resumed immediately, a new run has already replaced this one.
    if (running.get(id)?.abort === abort) running.delete(id)
    if (uploads.get(id)?.uploadId !== undefined) rememberAll()
    startWaiting()
  }
}

function startWaiting(): void {
  const begun = queue.slice(0, Math.max(FILES_AT_A_TIME - running.size, 0))
  if (begun.length === 0) return
  queue = queue.slice(begun.length)
  for (const id of begun) {
    const upload = uploads.get(id)
    const file = files.get(id)
    if (upload?.state === "waiting" && file !== undefined) void run(upload, file)
  }
  startWaiting()
}

function enqueue(ids: readonly string[]): void {
  for (const id of ids) change(id, { state: "waiting", failure: undefined })
  queue = [...queue, ...ids]
  startWaiting()
}

export interface UploadRequest {
  readonly bucket: string
  readonly objectKey: string
  readonly file: File
  readonly encryption: EncryptionChoice | undefined
  readonly overwrite: boolean
  /** undefined: the type that the file states. */
  readonly contentType: string | undefined
  readonly metadata: Readonly<Record<string, string>>
}

/** Starts to store files, several at a time, in their order. */
export function startUploads(requests: readonly UploadRequest[]): void {
  const ids = requests.map(({ file, contentType, ...request }) => {
    const id = crypto.randomUUID()
    files.set(id, file)
    uploads.set(id, {
      ...request,
      id,
      sizeBytes: file.size,
      fileName: file.name,
      modifiedMs: file.lastModified,
      contentType: contentType ?? file.type,
      state: "waiting",
      sentBytes: 0,
      uploadId: undefined,
      partBytes: undefined,
      failure: undefined,
    })
    return id
  })
  enqueue(ids)
}

/** Stops sending; what the server already has of it stays. */
export function pauseUpload(id: string): void {
  change(id, { state: "paused" })
  running.get(id)?.abort.abort()
}

/** Continues where it stopped. */
export function resumeUpload(id: string): void {
  enqueue([id])
}

/** Reattaches files to lost uploads. Returns how many found theirs. */
export function giveFilesBack(chosen: readonly File[]): number {
  const lost = [...uploads.values()].filter((each) => each.state === "lost")
  const matched = lost.flatMap((upload) => {
    const file = chosen.find((each) => isFileOf(upload, each))
    return file === undefined ? [] : [{ upload, file }]
  })
  for (const { upload, file } of matched) files.set(upload.id, file)
  enqueue(matched.map(({ upload }) => upload.id))
  return matched.length
}

/** Aborts the upload without an object; the server frees what it has of it. */
export async function cancelUpload(id: string): Promise<void> {
  const upload = uploads.get(id)
  running.get(id)?.abort.abort()
  uploads.delete(id)
  files.delete(id)
  rememberAll()
  tell()
  if (upload?.uploadId === undefined || upload.state === "done") return
  const { bucket, objectKey, uploadId } = upload
  const params = { path: { bucket }, query: { objectKey, uploadId } }
  await api.DELETE("/api/buckets/{bucket}/uploads", { params })
}

/** Removes the finished ones from the list. */
export function clearFinished(): void {
  for (const { id, state } of uploads.values()) if (state === "done") uploads.delete(id)
  rememberAll()
  tell()
}

/** Stops and drops all of them, when the user signs out. What the server has of them stays in its list of uploads. */
export function dropUploads(): void {
  for (const { abort } of running.values()) abort.abort()
  uploads.clear()
  files.clear()
  queue = []
  rememberAll()
  tell()
}
