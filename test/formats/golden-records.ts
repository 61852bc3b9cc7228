// Golden files of stored records: what every version of a codec wrote, kept forever. A file is a JSON array with one
// encoded record per line, or its bytes in hexadecimal when it is not JSON.
import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { utf8 } from "../../src/base/bytes.ts"
import type { RecordCodec } from "../../src/storage/record-codec.ts"

/** A codec with records that show its shape, of whatever type. */
export interface RecordSample {
  readonly name: string
  readonly version: number
  /** The samples, encoded. */
  readonly encoded: () => string[]
  /** Throws when the codec cannot read a stored record, or cannot write it again so that it reads the same. */
  readonly checkStored: (stored: string) => void
  /** Throws when the codec cannot read the sample that it wrote, or reads something else. */
  readonly checkSamples: () => void
}

/** How an encoded record stands in a line of a golden file. */
interface Spelling {
  readonly write: (encoded: Buffer) => string
  readonly read: (line: string) => Buffer
}

const AS_IT_IS: Spelling = { write: (encoded) => encoded.toString("utf8"), read: utf8 }

const IN_HEXADECIMAL: Spelling = {
  write: (encoded) => `"${encoded.toString("hex")}"`,
  read: (line) => Buffer.from(line.slice(1, -1), "hex"),
}

/** Enough records that every field and every arm of a union occurs in one of them. */
export function sampleOf<T>(codec: RecordCodec<T>, ...records: readonly [T, ...T[]]): RecordSample {
  return spelledSampleOf(AS_IT_IS, codec, records)
}

/** The same for a codec whose records are not JSON: they are in hexadecimal. */
export function binarySampleOf<T>(
  codec: RecordCodec<T>,
  ...records: readonly [T, ...T[]]
): RecordSample {
  return spelledSampleOf(IN_HEXADECIMAL, codec, records)
}

function spelledSampleOf<T>(
  { write, read }: Spelling,
  codec: RecordCodec<T>,
  records: readonly [T, ...T[]],
): RecordSample {
  return {
    name: codec.name,
    version: codec.version,
    encoded: () => records.map((record) => write(codec.encode(record))),
    checkStored(stored) {
      const record = codec.decode(read(stored))
      assert.deepEqual(codec.decode(codec.encode(record)), record)
    },
    checkSamples() {
      for (const record of records) assert.deepEqual(codec.decode(codec.encode(record)), record)
    },
  }
}

/** Throws with a sentence on what is wrong with the golden files of one codec, or with the codec. */
export function checkGolden(folder: string, sample: RecordSample): void {
  const { name, version } = sample
  sample.checkSamples()
  for (let each = 1; each <= version; each += 1) {
    const path = goldenPath(folder, name, each)
    if (!existsSync(path)) throw new Error(missing(name, each, version))
    const golden = readFileSync(path, "utf8")
    if (each === version && golden !== goldenText(sample)) {
      throw new Error(`the shape of ${name} changed: give it a new version`)
    }
    for (const stored of storedIn(golden)) sample.checkStored(stored)
  }
}

/** Names of golden files that belong to no sample. */
export function strayGoldenFiles(folder: string, samples: readonly RecordSample[]): string[] {
  const expected = samples.flatMap(({ name, version }) =>
    Array.from({ length: version }, (_, index) => goldenName(name, index + 1)),
  )
  const found = readdirSync(folder).filter((file) => file.endsWith(".json"))
  return found.filter((file) => !expected.includes(file))
}

/** Writes the golden file of a codec's version when it is missing. An existing one is never changed. */
export function writeGolden(folder: string, sample: RecordSample): "written" | "kept" {
  const path = goldenPath(folder, sample.name, sample.version)
  if (existsSync(path)) return "kept"
  writeFileSync(path, goldenText(sample))
  return "written"
}

function missing(name: string, version: number, newest: number): string {
  const file = goldenName(name, version)
  return version < newest
    ? `${file} is missing: what version ${version} wrote must be read for ever`
    : `${file} is missing: node test/formats/write-golden.ts writes it`
}

function goldenName(name: string, version: number): string {
  return `${name}.v${version}.json`
}

function goldenPath(folder: string, name: string, version: number): string {
  return join(folder, goldenName(name, version))
}

function goldenText(sample: RecordSample): string {
  return `[\n${sample.encoded().join(",\n")}\n]\n`
}

/** The encoded records of a golden file, each as it was written, on its own line. */
function storedIn(golden: string): string[] {
  const lines = golden.split("\n").slice(1, -2)
  return lines.map((line) => line.replace(/,$/, ""))
}
