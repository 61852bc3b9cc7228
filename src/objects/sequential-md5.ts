import type { KeyObject } from "node:crypto"
import { createMD5, type IHasher } from "hash-wasm"
import { lengthPrefixed } from "../base/bytes.ts"
import { openMessage, sealMessage } from "../sealing/message.ts"
import type { SuiteName } from "../sealing/suites.ts"
import type { Etag, PartRecord, RunningMd5, UploadRecord } from "./rows/records.ts"

/** The MD5 of a sequential upload so far, going on over one more part. */
export interface Md5OverParts {
  /** The same chunks; each is digested as it passes. */
  tap(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** What to store with the part, when it has passed whole. */
  finish(): RunningMd5
}

/**
 * Goes on from the part before, or begins at the first one. undefined where that cannot be: the upload is not sequential,
 * the part before has no state, or another build of the digest wrote it. The state holds up to 63 bytes of plaintext, so it is
 * sealed under the upload's data key.
 */
export async function continueMd5(
  { partOrder, contentId, encryption: { suite } }: UploadRecord,
  partNumber: number,
  before: PartRecord | undefined,
  dataKey: KeyObject,
): Promise<Md5OverParts | undefined> {
  if (partOrder !== "sequential") return undefined
  const binding = (ofPart: number) => bindingOf(dataKey, suite, contentId, ofPart)
  const md5 = await createMD5()
  if (partNumber === 1) md5.init()
  else if (before?.runningMd5 === undefined) return undefined
  else {
    const { sealedState } = before.runningMd5
    const state = openMessage({ ...binding(before.partNumber), message: sealedState })
    if (!isLoaded(md5, state)) return undefined
  }
  return {
    async *tap(chunks) {
      for await (const chunk of chunks) {
        md5.update(chunk)
        yield chunk
      }
    },
    finish() {
      const plaintext = md5.save()
      const sealedState = sealMessage({ ...binding(partNumber), plaintext })
      return { text: md5.digest().toUpperCase(), sealedState }
    },
  }
}

function bindingOf(inputKey: KeyObject, suite: SuiteName, contentId: string, partNumber: number) {
  const context = lengthPrefixed(["osseal-part-md5-v1", contentId, String(partNumber)])
  return { suite, inputKey, context }
}

function isLoaded(md5: IHasher, state: Uint8Array): boolean {
  try {
    md5.load(state)
    return true
  } catch {
    return false
  }
}

/** The MD5 of the plaintext of these parts, when they are the first ones of a sequential upload; undefined else. */
export function md5OfParts(parts: readonly PartRecord[]): string | undefined {
  const areFirst = parts.every(({ partNumber }, index) => partNumber === index + 1)
  return areFirst ? parts.at(-1)?.runningMd5?.text : undefined
}

/** The MD5 of the whole plaintext, as far as it is known. */
export function md5OfPlaintext(etag: Etag): string | undefined {
  if (etag.kind === "md5") return etag.text
  return etag.kind === "composite" ? etag.md5 : undefined
}
