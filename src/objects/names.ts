import type { Brand } from "../base/brand.ts"
import { NameRefused } from "./name-refused.ts"

/** 3 to 63 lower-case letters, digits and hyphens; a letter or digit at both ends. */
export type BucketName = Brand<string, "BucketName">

/**
 * 1 to 1,023 UTF-8 bytes; not starting with "/" or "\"; no NUL and no lone surrogate (our rule: names are row keys).
 */
export type ObjectKey = Brand<string, "ObjectKey">

const OBJECT_KEY_BYTES_MAX = 1023

/** Whether a list can have the text as its prefix, delimiter or marker: up to 1,023 UTF-8 bytes without a NUL. */
export function isListName(text: string): boolean {
  return Buffer.byteLength(text) <= OBJECT_KEY_BYTES_MAX && !text.includes("\0")
}

/** Throws NameRefused. */
export function parseBucketName(text: string): BucketName {
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(text)) {
    throw new NameRefused("bucket", text, "The specified bucket is not valid.")
  }
  return text as BucketName
}

/** Throws NameRefused with the service's text. */
export function parseObjectKey(text: string): ObjectKey {
  if (text === "") {
    throw new NameRefused("object", text, "The Object name can not be empty.")
  }
  if (Buffer.byteLength(text) > OBJECT_KEY_BYTES_MAX) {
    throw new NameRefused("object", text, "The Length of Object name must be less than 1024.")
  }
  if (/^[/\\]/.test(text) || text.includes("\0") || !text.isWellFormed()) {
    throw new NameRefused("object", text, "The specified object is not valid.")
  }
  return text as ObjectKey
}
