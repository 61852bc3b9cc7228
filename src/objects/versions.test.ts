// The contents of a bucket that keeps versions, compared with a plain list of what was done to it.
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { allVersions, assertNothingLeft, assertTallies } from "../../test/objects/soundness.ts"
import {
  BUCKET,
  openBucket,
  openStore,
  overtakenReading,
  put,
  readBytes,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { loadBucket, setVersioning } from "./buckets.ts"
import { deleteObject } from "./delete.ts"
import { type ListedVersion, listVersions, type VersionListOptions } from "./list-versions.ts"
import type { ObjectStore } from "./object-store.ts"
import type { VersionId, Versioning } from "./rows/records.ts"

type Step =
  | { readonly kind: "put"; readonly name: string }
  | { readonly kind: "delete"; readonly name: string }
  /** Deletes for good the version at this distance from the newest of the name. */
  | { readonly kind: "remove"; readonly name: string; readonly behind: number }
  | { readonly kind: "versioning"; readonly versioning: "enabled" | "suspended" }

interface ModelVersion {
  readonly name: string
  readonly versionId: VersionId
  /** undefined: a delete marker. */
  readonly text: string | undefined
}

/** The versions of every name, newest first, and names in the order of their bytes. */
interface Model {
  versioning: Versioning
  readonly byName: Map<string, ModelVersion[]>
}

const NAMES = ["a", "a!", "a/", "a/b", "a/b/c", "a/c", "a0", "b", "b/\u00e9", "\u{1f600}", "\uffee"]
const name = fc.constantFrom(...NAMES)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("put" as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete" as const), name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      name,
      behind: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("versioning" as const),
      versioning: fc.constantFrom("enabled", "suspended"),
    }),
  },
)

/** Adds the newest version. Where versions are not kept it replaces the null version. */
function add(model: Model, version: ModelVersion): void {
  const before = model.byName.get(version.name) ?? []
  const kept = before.filter(({ versionId }) => versionId !== version.versionId)
  model.byName.set(version.name, [version, ...kept])
}

async function apply(store: ObjectStore, model: Model, each: Step, text: string): Promise<void> {
  if (each.kind === "versioning") {
    await setVersioning(store, await loadBucket(store, BUCKET), each.versioning)
    model.versioning = each.versioning
    return
  }
  const target = await targetOf(store, each.name)
  const versions = model.byName.get(each.name) ?? []
  if (each.kind === "put") {
    // Some are large enough for their own blob.
    const bytes = text.length % 2 === 0 ? text : text.padEnd(70_000, ".")
    const { versionId } = await put(store, target, Buffer.from(bytes))
    assert.equal(versionId === "null", model.versioning !== "enabled")
    add(model, { name: each.name, versionId, text: bytes })
  } else if (each.kind === "delete") {
    const deletion = await deleteObject(store, target, undefined)
    assert.equal(deletion.kind, model.versioning === "never" ? "removed" : "marked")
    if (deletion.kind === "removed") model.byName.delete(each.name)
    else add(model, { name: each.name, versionId: deletion.versionId, text: undefined })
  } else {
    const versionId = versions.at(each.behind)?.versionId ?? "null"
    await deleteObject(store, target, versionId)
    const kept = versions.filter((version) => version.versionId !== versionId)
    model.byName.set(each.name, kept)
  }
}

function listed({ byName }: Model): (ModelVersion & { readonly isLatest: boolean })[] {
  return [...byName.keys()]
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .flatMap((each) =>
      (byName.get(each) ?? []).map((version, index) => ({ ...version, isLatest: index === 0 })),
    )
}

/** The listing done by hand: everything, then what is left out, then what is joined. */
function page(
  model: Model,
  options: VersionListOptions,
): { texts: string[]; isTruncated: boolean } {
  const { prefix, delimiter, keyMarker, versionIdMarker, limit } = options
  const commonOf = (each: string): string | undefined => {
    if (delimiter === "" || !each.startsWith(prefix)) return undefined
    const at = each.indexOf(delimiter, prefix.length)
    return at === -1 ? undefined : each.slice(0, at + delimiter.length)
  }
  const markerPrefix = keyMarker === "" ? undefined : commonOf(keyMarker)
  const markerVersions = model.byName.get(keyMarker) ?? []
  const markerAt = markerVersions.findIndex(({ versionId }) => versionId === versionIdMarker)
  const behind = new Set(markerAt === -1 ? [] : markerVersions.slice(markerAt + 1))
  const texts: string[] = []
  for (const version of listed(model)) {
    const order = Buffer.compare(Buffer.from(version.name), Buffer.from(keyMarker))
    if (!version.name.startsWith(prefix)) continue
    if (markerPrefix !== undefined && version.name.startsWith(markerPrefix)) continue
    if (order < 0) continue
    const isBehind = [...behind].some((each) => each.versionId === version.versionId)
    if (keyMarker !== "" && order === 0 && !isBehind) continue
    const common = commonOf(version.name)
    const text = common ?? textOf(version.name, version.versionId, version.isLatest)
    if (texts.at(-1) !== text) texts.push(text)
  }
  return { texts: texts.slice(0, limit), isTruncated: texts.length > limit }
}

function textOf(objectKey: string, versionId: VersionId, isLatest: boolean): string {
  return `${objectKey} ${versionId} ${isLatest ? "latest" : "older"}`
}

function textOfListed(entry: ListedVersion): string {
  if (entry.kind === "prefix") return entry.prefix
  return textOf(entry.objectKey, entry.record.versionId, entry.isLatest)
}

async function assertSame(store: ObjectStore, model: Model): Promise<void> {
  const bucket = await loadBucket(store, BUCKET)
  const versions = await allVersions(store, bucket)
  assert.deepEqual(
    versions.map(textOfListed),
    listed(model).map((each) => textOf(each.name, each.versionId, each.isLatest)),
  )
  for (const { name: objectKey, versionId, text } of listed(model)) {
    if (text === undefined) continue
    const target = await targetOf(store, objectKey)
    const bytes = await readBytes(store, target, { kind: "version", versionId })
    assert.equal(bytes.toString(), text)
  }
  await assertTallies(store, bucket)
  await sweep(store)
  await assertNothingLeft(store)
}

async function assertPages(store: ObjectStore, model: Model, seed: Page): Promise<void> {
  const bucket = await loadBucket(store, BUCKET)
  const versions = model.byName.get(seed.keyMarker) ?? []
  const versionIdMarker =
    seed.behind === undefined ? undefined : versions.at(seed.behind)?.versionId
  const options = { ...seed, versionIdMarker }
  const { entries, isTruncated } = await listVersions(store, bucket, options)
  assert.deepEqual({ texts: entries.map(textOfListed), isTruncated }, page(model, options))
}

interface Page extends Omit<VersionListOptions, "versionIdMarker"> {
  readonly behind: number | undefined
}

const pages: fc.Arbitrary<Page> = fc.record({
  prefix: fc.constantFrom("", "a", "a/", "a/b", "b", "x"),
  delimiter: fc.constantFrom("", "/", "b"),
  keyMarker: fc.constantFrom("", ...NAMES, "a/zz", "A", "zz"),
  behind: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 6 }),
})

describe("versions", () => {
  test("any sequence of puts, deletes and removals gives the versions of the model", async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 40 })
    const many = fc.array(pages, { minLength: 20, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(steps, many, async (all, listings) => {
        const { store, clock } = openStore()
        await openBucket(store, "never")
        const model: Model = { versioning: "never", byName: new Map() }
        for (const [index, each] of all.entries()) {
          if (index % 3 === 0) clock.advance(1)
          await apply(store, model, each, "x".repeat(index + 1))
        }
        await assertSame(store, model)
        for (const each of listings) await assertPages(store, model, each)
      }),
      { numRuns: 60 },
    )
  })
})

for (const removedId of ["null", "an order"] as const) {
  test(`a version named by ${removedId} is found while it becomes the newest`, async () => {
    for (let nth = 1; nth <= 5; nth += 1) {
      const fixture = openStore()
      const { store } = fixture
      await openBucket(store, removedId === "null" ? "never" : "enabled")
      const { versionId } = await put(store, await targetOf(store, "a"), Buffer.from("kept"))
      await setVersioning(store, await loadBucket(store, BUCKET), "enabled")
      const newest = await put(store, await targetOf(store, "a"), Buffer.from("newest"))
      const target = await targetOf(store, "a")
      const promote = async (): Promise<unknown> =>
        await deleteObject(store, await targetOf(store, "a"), newest.versionId)
      const reading = overtakenReading(fixture, promote, nth)
      const bytes = await readBytes(reading, target, { kind: "version", versionId })
      assert.equal(bytes.toString(), "kept")
    }
  })
}

test("a reader that knows a bucket from before versioning reads a small object put since", async () => {
  const { store } = openStore()
  await openBucket(store, "never")
  const before = await targetOf(store, "a")
  await put(store, before, Buffer.from("before"))
  await setVersioning(store, before.bucket, "enabled")
  await put(store, await targetOf(store, "a"), Buffer.from("since"))
  assert.equal((await readBytes(store, before)).toString(), "since")
})
