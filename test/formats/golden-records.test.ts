// What any version stored can be read by this one, and the shape of stored records does not change under the same
// version number.
import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { recordCodec } from "../../src/storage/record-codec.ts"
import {
  checkGolden,
  type RecordSample,
  sampleOf,
  strayGoldenFiles,
  writeGolden,
} from "./golden-records.ts"
import { GOLDEN_FOLDER, RECORD_SAMPLES } from "./record-samples.ts"

const SOURCE = join(import.meta.dirname, "..", "..", "src")

/** The names of the codecs that the source creates; one whose name is not in the call is named by its file. */
function codecsInSource(): string[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .filter((file) => !file.endsWith("record-codec.ts"))
  return files.flatMap((file) => {
    const calls = readFileSync(join(SOURCE, file), "utf8").matchAll(
      /(?:\brecordCodec(?:<[^(]*>)?\(|: RecordCodec<\w+> = (?=\{))(?:\{\s*name: "([^"]*)")?/g,
    )
    return Array.from(calls, ([, name]) => name ?? file)
  })
}

describe("stored records", () => {
  for (const sample of RECORD_SAMPLES) {
    test(`${sample.name} is written as its golden file says, and every version of it is read`, () => {
      checkGolden(GOLDEN_FOLDER, sample)
    })
  }

  test("every codec in the source has samples", () => {
    const names = RECORD_SAMPLES.map(({ name }) => name)
    assert.deepEqual(codecsInSource().sort(), names.sort())
  })

  test("every golden file belongs to an existing codec, and names are used once", () => {
    assert.deepEqual(strayGoldenFiles(GOLDEN_FOLDER, RECORD_SAMPLES), [])
    const names = RECORD_SAMPLES.map(({ name }) => name)
    assert.deepEqual([...new Set(names)], names)
  })
})

interface Shelf {
  readonly title: string
  readonly room: string | null
}

const SHELVES: readonly [Shelf, ...Shelf[]] = [
  { title: "Atlas", room: "north" },
  { title: "Letters", room: null },
]

const first = sampleOf(
  recordCodec<Shelf>({
    name: "shelf",
    write: ({ title }) => ({ title }),
    readers: { 1: ({ title }) => ({ title: title as string, room: null }) },
  }),
  { title: "Atlas", room: null },
)

/** The second version, with the fields and readers that a test spoils. */
function second(
  spoiled: { field?: string; readsFirst?: boolean; room?: string } = {},
): RecordSample {
  const { field = "room", readsFirst = true, room } = spoiled
  const codec = recordCodec<Shelf>({
    name: "shelf",
    write: (shelf) => ({ title: shelf.title, [field]: shelf.room }),
    readers: {
      ...(readsFirst ? { 1: ({ title }) => ({ title: title as string, room: null }) } : {}),
      2: (stored) => ({
        title: stored["title"] as string,
        room: room ?? (stored[field] as string | null),
      }),
    },
  })
  return sampleOf(codec, ...SHELVES)
}

function inFolder(prove: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "osseal-golden-"))
  try {
    prove(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe("golden files", () => {
  test("are written once, and contain what the codec writes, one record per line", () =>
    inFolder((folder) => {
      assert.equal(writeGolden(folder, first), "written")
      assert.equal(writeGolden(folder, second()), "written")
      const text = readFileSync(join(folder, "shelf.v2.json"), "utf8")
      assert.equal(
        text,
        '[\n{"v":2,"title":"Atlas","room":"north"},\n{"v":2,"title":"Letters","room":null}\n]\n',
      )
      assert.equal(writeGolden(folder, second({ field: "place" })), "kept")
      assert.equal(readFileSync(join(folder, "shelf.v2.json"), "utf8"), text)
      checkGolden(folder, second())
      assert.deepEqual(strayGoldenFiles(folder, [second()]), [])
      assert.deepEqual(strayGoldenFiles(folder, [first]), ["shelf.v2.json"])
    }))

  test("that are missing are named, the newest and an older one", () =>
    inFolder((folder) => {
      assert.throws(() => checkGolden(folder, first), /shelf\.v1\.json is missing: node/)
      writeGolden(folder, second())
      assert.throws(
        () => checkGolden(folder, second()),
        /shelf\.v1\.json is missing: what version 1/,
      )
    }))

  test("show a shape that changed under its number", () =>
    inFolder((folder) => {
      writeGolden(folder, first)
      writeGolden(folder, second())
      assert.throws(() => checkGolden(folder, second({ field: "place" })), {
        message: "the shape of shelf changed: give it a new version",
      })
    }))

  test("show an older version that can no longer be read, or not at all", () =>
    inFolder((folder) => {
      writeGolden(folder, first)
      writeGolden(folder, second())
      const unread = second({ readsFirst: false })
      assert.throws(() => checkGolden(folder, unread), /a shelf record of version 1/)
      writeFileSync(join(folder, "shelf.v1.json"), '[\n{"v":7}\n]\n')
      assert.throws(() => checkGolden(folder, second()), /a shelf record of version 7/)
    }))

  test("show a codec that reads something other than it wrote", () =>
    inFolder((folder) => {
      writeGolden(folder, first)
      writeGolden(folder, second())
      assert.throws(() => checkGolden(folder, second({ room: "south" })), assert.AssertionError)
    }))
})
