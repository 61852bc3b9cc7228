import type { EncryptionChoice } from "../api/queries.ts"
import type { Failure } from "../api/failure.ts"

/**
 * Where an upload stands. `lost`: the page was loaded anew, so the browser must be given the file once more; what was stored
 * of it need not be sent again.
 */
export type UploadState = "waiting" | "running" | "paused" | "failed" | "lost" | "done"

/** One file on its way into a bucket. */
export interface Upload {
  readonly id: string
  readonly bucket: string
  readonly objectKey: string
  readonly sizeBytes: number
  /** By which a file is known again after the page was loaded anew. */
  readonly fileName: string
  readonly modifiedMs: number
  /** "" where neither the file nor the user says one. */
  readonly contentType: string
  /** By name, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>
  readonly encryption: EncryptionChoice | undefined
  readonly overwrite: boolean
  readonly state: UploadState
  readonly sentBytes: number
  /** Given once a multipart upload was begun. */
  readonly uploadId: string | undefined
  readonly partBytes: number | undefined
  readonly failure: Failure | undefined
}

/** Whether something can still become of it. */
export const isOpen = (upload: Upload): boolean => upload.state !== "done"

/** Whether `file` is the one that the upload began with. */
export function isFileOf(upload: Upload, file: File): boolean {
  return (
    upload.fileName === file.name &&
    upload.sizeBytes === file.size &&
    upload.modifiedMs === file.lastModified
  )
}
