import type { EncryptionChoice } from "../api/queries.ts"
import type { Failure } from "../api/failure.ts"

/**
 * The state of an upload. `lost`: the page was reloaded, so the browser must be given the file again; what is already
 * stored of it is not sent again.
 */
export type UploadState = "waiting" | "running" | "paused" | "failed" | "lost" | "done"

/** One file on its way into a bucket. */
export interface Upload {
  readonly id: string
  readonly bucket: string
  readonly objectKey: string
  readonly sizeBytes: number
  /** What identifies a file again after the page was reloaded. */
  readonly fileName: string
  readonly modifiedMs: number
  /** "" if neither the file nor the user states one. */
  readonly contentType: string
  /** By name, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>
  readonly encryption: EncryptionChoice | undefined
  readonly overwrite: boolean
  readonly state: UploadState
  readonly sentBytes: number
  /** Present once a multipart upload was started. */
  readonly uploadId: string | undefined
  readonly partBytes: number | undefined
  readonly failure: Failure | undefined
}

/** Whether it can still be stored. */
export const isOpen = (upload: Upload): boolean => upload.state !== "done"

/** Whether `file` is the one that the upload began with. */
export function isFileOf(upload: Upload, file: File): boolean {
  return (
    upload.fileName === file.name &&
    upload.sizeBytes === file.size &&
    upload.modifiedMs === file.lastModified
  )
}
