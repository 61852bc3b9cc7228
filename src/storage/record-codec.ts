import { asBuffer, utf8 } from "../base/bytes.ts"

/** This program cannot read the stored record's version: a newer program wrote it. */
export class UnknownRecordVersion extends Error {
  override name = "UnknownRecordVersion"
}

/** How one kind of record is stored. Every codec has a golden file of each version in test/vectors/records/. */
export interface RecordCodec<T> {
  /** Names the kind in errors and golden files. */
  readonly name: string
  /** The version that `encode` writes. */
  readonly version: number
  encode(record: T): Buffer
  /** Throws UnknownRecordVersion. */
  decode(value: Uint8Array): T
}

/** What JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }

export type JsonObject = Readonly<Record<string, Json | undefined>>

/** Reads the fields of one stored version. The store's seal vouches for the bytes; the version vouches for their shape. */
export type RecordReader<T> = (stored: JsonObject) => T

/**
 * JSON with the record's version under "v". `readers` maps every released version to its reader; the greatest version
 * is the one written. A record that is read, changed and written again gets the newest version.
 */
export function recordCodec<T>(kind: {
  readonly name: string
  readonly write: (record: T) => JsonObject
  readonly readers: Readonly<Record<number, RecordReader<T>>>
}): RecordCodec<T> {
  const version = Math.max(...Object.keys(kind.readers).map(Number))
  return {
    name: kind.name,
    version,
    encode: (record) => utf8(JSON.stringify({ v: version, ...kind.write(record) })),
    decode(value) {
      const { v, ...stored } = JSON.parse(asBuffer(value).toString("utf8")) as JsonObject
      const read = typeof v === "number" ? kind.readers[v] : undefined
      if (read === undefined) {
        throw new UnknownRecordVersion(`a ${kind.name} record of version ${JSON.stringify(v)}`)
      }
      return read(stored)
    },
  }
}
