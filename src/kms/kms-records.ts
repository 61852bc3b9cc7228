import { z } from "zod"
import { asBuffer, utf8 } from "../base/bytes.ts"
import type { Cmk, CmkId, KeyVersionId } from "./cmk.ts"
import type { AliasName } from "./cmk-reference.ts"

/** One generation of a CMK's material, as stored. */
interface KeyVersionRecord {
  readonly cmkId: CmkId
  readonly createdAtMs: number
  /** The 32 bytes wrapped by the root key; null once the CMK was destroyed. */
  readonly wrapped: Buffer | null
}

/** A line of a CMK's list of versions. */
export interface KeyVersion {
  readonly keyVersionId: KeyVersionId
  readonly createdAtMs: number
}

/** A name of a CMK. */
export interface Alias {
  readonly aliasName: AliasName
  readonly cmkId: CmkId
}

// The number after each kind of record is its format version: changing it, or a field, breaks stored data.
const format = z.literal(1)
const cmkId = z.uuid().transform((text) => text as CmkId)
const keyVersionId = z.uuid().transform((text) => text as KeyVersionId)

const cmkRecord = z.object({
  format,
  cmkId,
  creator: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("account"), accountId: z.string() }),
    z.object({ kind: z.literal("service"), service: z.literal("OSS") }),
  ]),
  description: z.string(),
  createdAtMs: z.number(),
  state: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("Enabled") }),
    z.object({ kind: z.literal("Disabled") }),
    z.object({ kind: z.literal("PendingDeletion"), deleteAtMs: z.number() }),
    z.object({ kind: z.literal("PendingImport") }),
  ]),
  primaryKeyVersionId: keyVersionId,
  keyVersionCount: z.number(),
})

const keyVersionRecord = z.object({
  format,
  cmkId,
  createdAtMs: z.number(),
  wrapped: z.base64().nullable(),
})

const keyVersionOfCmkRecord = z.object({ format, keyVersionId, createdAtMs: z.number() })

const aliasRecord = z.object({ format, cmkId })

export function encodeCmk(cmk: Cmk): Buffer {
  return encode(cmk)
}

export function decodeCmk(value: Uint8Array): Cmk {
  return cmkRecord.parse(decode(value))
}

export function encodeKeyVersionRecord(record: KeyVersionRecord): Buffer {
  return encode({ ...record, wrapped: record.wrapped?.toString("base64") ?? null })
}

export function decodeKeyVersionRecord(value: Uint8Array): KeyVersionRecord {
  const { cmkId, createdAtMs, wrapped } = keyVersionRecord.parse(decode(value))
  return {
    cmkId,
    createdAtMs,
    wrapped: wrapped === null ? null : Buffer.from(wrapped, "base64"),
  }
}

export function encodeKeyVersion(keyVersion: KeyVersion): Buffer {
  return encode(keyVersion)
}

export function decodeKeyVersion(value: Uint8Array): KeyVersion {
  return keyVersionOfCmkRecord.parse(decode(value))
}

export function encodeAliasTarget(target: CmkId): Buffer {
  return encode({ cmkId: target })
}

export function decodeAliasTarget(value: Uint8Array): CmkId {
  return aliasRecord.parse(decode(value)).cmkId
}

function encode(fields: object): Buffer {
  return utf8(JSON.stringify({ format: 1, ...fields }))
}

function decode(value: Uint8Array): unknown {
  return JSON.parse(asBuffer(value).toString("utf8"))
}
