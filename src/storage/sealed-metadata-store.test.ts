// What the decorator adds to the promises that the conformance suite proves for it.
import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { test } from "node:test"
import fc from "fast-check"
import { assertDefined } from "../base/assert.ts"
import { utf8 } from "../base/bytes.ts"
import { systemClock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import { type RootKey, rootKeyFromSecret } from "../sealing/root-key.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { newCommit } from "./commit.ts"
import { createMemoryMetadataStore } from "./memory/metadata-store.ts"
import {
  type CommitResult,
  LimitExceeded,
  type MetadataStore,
  type Row,
  STORE_LIMITS,
} from "./metadata-store.ts"
import { prefixBounds, rowKey } from "./row-keys.ts"
import { scanAll } from "./scan-all.ts"
import { createSealedMetadataStore, SEALED_VALUE_BYTES_MAX } from "./sealed-metadata-store.ts"

const METADATA_KEYS = { ...prefixBounds(rowKey("metadataKey")), limit: 100 }
const SETTINGS = { ...prefixBounds(rowKey("settings")), limit: 100 }

function newRootKey(): RootKey {
  return rootKeyFromSecret(createSecretKey(randomSecret(32)))
}

/** One process's view of a store. */
function openSealed(
  store: MetadataStore,
  rootKey: RootKey,
  sealsPerGeneration?: number,
): MetadataStore {
  const process = { store, rootKey, clock: systemClock }
  if (sealsPerGeneration === undefined) return createSealedMetadataStore(process)
  return createSealedMetadataStore({ ...process, sealsPerGeneration })
}

async function put(
  store: MetadataStore,
  rows: Readonly<Record<string, Uint8Array | null>>,
): Promise<CommitResult> {
  const writes = Object.entries(rows).map(([name, value]) => ({
    key: rowKey("settings", name),
    value,
    expect: "any" as const,
  }))
  const result = await store.commit(newCommit(systemClock, { guards: [], writes }))
  assert.equal(result.outcome, "applied")
  return result
}

async function rowAt(store: MetadataStore, name: string): Promise<Row> {
  const [row] = await store.get([rowKey("settings", name)])
  return assertDefined(row, "the row was written before")
}

async function textAt(store: MetadataStore, name: string): Promise<string> {
  return Buffer.from((await rowAt(store, name)).value).toString()
}

async function generations(store: MetadataStore): Promise<number> {
  return (await store.scan(METADATA_KEYS)).length
}

/** The result of a scan of the settings. */
async function scanned(store: MetadataStore): Promise<string[]> {
  return (await store.scan(SETTINGS)).map((each) => {
    assert.ok(each.kind !== "prefix")
    const name = Buffer.from(each.key).subarray(1).toString()
    return each.kind === "row"
      ? `${name}: ${Buffer.from(each.value).toString()}`
      : `${name} is damaged`
  })
}

test("a value with any byte changed does not open, by get or by scan", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  await put(openSealed(memory, rootKey), { row: utf8("the value") })
  const { value } = await rowAt(memory, "row")
  const anyChange = fc.record({
    at: fc.nat(value.length - 1),
    bits: fc.integer({ min: 1, max: 255 }),
  })
  const check = fc.asyncProperty(anyChange, async ({ at, bits }) => {
    const changed = Buffer.from(value)
    changed.writeUInt8(changed.readUInt8(at) ^ bits, at)
    await put(memory, { row: changed })
    const sealed = openSealed(memory, rootKey)
    await assert.rejects(textAt(sealed, "row"), SealBroken)
    assert.deepEqual(await scanned(sealed), ["row is damaged"])
  })
  await fc.assert(check, { numRuns: 60 })
})

test("a truncated value does not open, at any length", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  await put(openSealed(memory, rootKey), { row: utf8("the value") })
  const { value } = await rowAt(memory, "row")
  for (let length = 0; length < value.length; length += 1) {
    await put(memory, { row: value.subarray(0, length) })
    await assert.rejects(textAt(openSealed(memory, rootKey), "row"), SealBroken)
  }
})

test("a value moved to another row key does not open there", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  const sealed = openSealed(memory, rootKey)
  await put(sealed, { mine: utf8("mine"), other: utf8("other") })
  assert.equal(await textAt(sealed, "mine"), "mine")
  const { value } = await rowAt(memory, "other")
  await put(memory, { mine: value })
  await assert.rejects(textAt(sealed, "mine"), SealBroken)
  assert.equal(await textAt(sealed, "other"), "other")
})

test("displaced values are reported as they were written, and as damaged when they were edited", async () => {
  const memory = createMemoryMetadataStore()
  const sealed = openSealed(memory, newRootKey())
  await put(sealed, { row: utf8("first") })
  const result = await put(sealed, { row: utf8("second") })
  assert.ok(result.outcome === "applied" && result.displaced !== "unknown")
  assert.deepEqual(result.displaced, [{ key: rowKey("settings", "row"), value: utf8("first") }])
  for (const edited of ["", "edited by hand, and long enough to be a sealed value"]) {
    await put(memory, { row: utf8(edited) })
    for (const value of [utf8("third"), null]) {
      const over = await put(sealed, { row: value })
      assert.ok(over.outcome === "applied" && over.displaced !== "unknown")
      const [displaced] = over.displaced
      if (value === null)
        assert.deepEqual(displaced, { key: rowKey("settings", "row"), value: utf8("third") })
      else assert.deepEqual(displaced, { key: rowKey("settings", "row"), damaged: true })
    }
    assert.deepEqual(await sealed.get([rowKey("settings", "row")]), [undefined])
  }
})

test("an applied commit is reported as applied even when a displaced value cannot be opened now", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  await put(openSealed(memory, rootKey), { row: utf8("first") })
  const unread = { ...memory, get: () => Promise.reject(new Error("the disk does not answer")) }
  const result = await put(openSealed(unread, rootKey), { row: utf8("second") })
  assert.deepEqual(result, { outcome: "applied", displaced: "unknown" })
  assert.equal(await textAt(openSealed(memory, rootKey), "row"), "second")
})

test("rows that do not open do not affect the other rows of their page", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  const sealed = openSealed(memory, rootKey)
  await put(sealed, { a: utf8("1"), b: utf8("2"), c: utf8("3"), d: utf8("4") })
  const { value } = await rowAt(memory, "a")
  const otherGeneration = Buffer.from(value)
  otherGeneration.writeUInt32BE(77, 1)
  await put(memory, { b: utf8("cut"), c: otherGeneration })
  const told = ["a: 1", "b is damaged", "c is damaged", "d: 4"]
  assert.deepEqual(await scanned(sealed), told)
  assert.deepEqual(await scanned(openSealed(memory, rootKey)), told)

  const all = prefixBounds(rowKey("settings"))
  await assert.rejects(Array.fromAsync(scanAll(sealed, all)), SealBroken)
  const damaged: string[] = []
  const onDamaged = (key: Uint8Array): void =>
    void damaged.push(Buffer.from(key).toString("latin1", 1))
  const rows = await Array.fromAsync(scanAll(sealed, all, { onDamaged }))
  assert.deepEqual(
    rows.map(({ value: whole }) => Buffer.from(whole).toString()),
    ["1", "4"],
  )
  assert.deepEqual(damaged, ["b", "c"])
  const keysOnly = await Array.fromAsync(scanAll(sealed, all, { values: false }))
  assert.equal(keysOnly.length, 4)
})

test("a scan opens only the rows whose values it returns, and finds only them damaged", async () => {
  const inner = createMemoryMetadataStore()
  const store = openSealed(inner, newRootKey())
  await put(store, { a: utf8("1"), b: utf8("2"), c: utf8("3") })
  for (const name of ["b", "c"]) await put(inner, { [name]: Buffer.alloc(60) })
  const values = (key: Uint8Array): boolean => !Buffer.from(key).equals(rowKey("settings", "b"))
  const told = (await store.scan({ ...SETTINGS, values })).map((each) =>
    each.kind === "row" ? Buffer.from(each.value).toString() : each.kind,
  )
  assert.deepEqual(told, ["1", "", "damaged"])
})

test("pages that hold only damaged rows are skipped", async () => {
  const memory = createMemoryMetadataStore()
  const sealed = openSealed(memory, newRootKey())
  const names = Array.from({ length: 2000 }, (_, each) => `row ${String(each).padStart(4, "0")}`)
  for (const page of [names.slice(0, 1000), names.slice(1000)]) {
    await put(memory, Object.fromEntries(page.map((name) => [name, utf8("damaged")])))
  }
  await put(sealed, { whole: utf8("x") })
  let damaged = 0
  const onDamaged = (): void => void (damaged += 1)
  const all = prefixBounds(rowKey("settings"))
  assert.equal((await Array.fromAsync(scanAll(sealed, all, { onDamaged }))).length, 1)
  assert.equal(damaged, 2000)
})

test("a row of a family that is already sealed is stored and returned unchanged", async () => {
  const memory = createMemoryMetadataStore()
  const sealed = openSealed(memory, newRootKey())
  const key = rowKey("inline", "instance", "slot")
  const value = Buffer.alloc(STORE_LIMITS.valueBytesMax, 7)
  const commit = async (bytes: Uint8Array | null): Promise<CommitResult> =>
    await sealed.commit(
      newCommit(systemClock, { guards: [], writes: [{ key, value: bytes, expect: "any" }] }),
    )
  await commit(value)
  for (const store of [memory, sealed]) {
    assert.deepEqual((await store.get([key]))[0]?.value, value)
    const [found] = await store.scan({ ...prefixBounds(rowKey("inline")), limit: 1 })
    assert.ok(found?.kind === "row")
    assert.deepEqual(found.value, value)
  }
  await assert.rejects(commit(Buffer.concat([value, Buffer.of(0)])), LimitExceeded)
  const displaced = [{ key, value }]
  assert.deepEqual(await commit(null), { outcome: "applied", displaced })
  assert.equal(await generations(memory), 0)
})

test("a commit seals only rows of other families, and refuses values that are too long", async () => {
  const memory = createMemoryMetadataStore()
  const sealed = openSealed(memory, newRootKey())
  const writes = [rowKey("inline", "slot"), rowKey("settings", "row")].map((key) => ({
    key,
    value: utf8("the same bytes"),
    expect: "any" as const,
  }))
  await sealed.commit(newCommit(systemClock, { guards: [], writes }))
  const stored = await memory.get(writes.map(({ key }) => key))
  assert.deepEqual(
    stored.map((row) => row && Buffer.from(row.value).includes("the same bytes")),
    [true, false],
  )
  assert.equal(await textAt(sealed, "row"), "the same bytes")
  const tooLong = Buffer.alloc(SEALED_VALUE_BYTES_MAX + 1)
  await assert.rejects(put(sealed, { row: tooLong }), LimitExceeded)
})

test("groups and tallies pass through unchanged", async () => {
  const memory = createMemoryMetadataStore()
  const sealed = openSealed(memory, newRootKey())
  const tally = { group: utf8("group"), bytes: 12 }
  const row = { key: rowKey("settings", "row"), value: utf8("x"), expect: "any" as const, tally }
  await sealed.commit(newCommit(systemClock, { guards: [], writes: [row] }))
  for (const store of [memory, sealed]) {
    assert.deepEqual(await store.tallies(utf8("g")), [{ group: utf8("group"), rows: 1, bytes: 12 }])
  }
})

test("a commit that only deletes or checks draws no metadata key", async () => {
  const memory = createMemoryMetadataStore()
  await put(openSealed(memory, newRootKey()), { row: null })
  assert.equal(await generations(memory), 0)
})

test("a process draws a metadata key before its first write, and none to read", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  const first = openSealed(memory, rootKey)
  await first.get([rowKey("settings", "row")])
  assert.equal(await generations(memory), 0)
  await put(first, { row: utf8("one") })
  await put(first, { row: utf8("two") })
  assert.equal(await generations(memory), 1)

  const second = openSealed(memory, rootKey)
  assert.equal(await textAt(second, "row"), "two")
  assert.equal(await generations(memory), 1)
  await put(second, { row: utf8("three") })
  assert.equal(await generations(memory), 2)
  assert.equal(await textAt(first, "row"), "three")
})

test("processes that draw at the same time never share a metadata key", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  const processes = Array.from({ length: 8 }, () => openSealed(memory, rootKey))
  await Promise.all(processes.map((store, each) => put(store, { [`row ${each}`]: utf8("x") })))
  assert.equal(await generations(memory), 8)
  const used = await Promise.all(
    processes.map(async (_, each) => (await rowAt(memory, `row ${each}`)).value.subarray(0, 5)),
  )
  assert.equal(new Set(used.map((bytes) => Buffer.from(bytes).toString("hex"))).size, 8)
})

test("a metadata key seals a bounded number of values, and what it sealed opens ever after", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  const sealed = openSealed(memory, rootKey, 3)
  const names = Array.from({ length: 10 }, (_, each) => `row ${each}`)
  await Promise.all(names.map((name) => put(sealed, { [name]: utf8(name) })))
  assert.equal(await generations(memory), 4)
  for (const store of [sealed, openSealed(memory, rootKey)]) {
    for (const name of names) assert.equal(await textAt(store, name), name)
    assert.equal((await store.scan(SETTINGS)).length, names.length)
  }
})

test("without its metadata key, or under another root key, nothing opens", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  await put(openSealed(memory, rootKey), { row: utf8("x") })
  await assert.rejects(textAt(openSealed(memory, newRootKey()), "row"), SealBroken)
  const [metadataKey] = await memory.scan(METADATA_KEYS)
  assert.ok(metadataKey?.kind === "row")
  const writes = [{ key: metadataKey.key, value: null, expect: metadataKey.version }]
  await memory.commit(newCommit(systemClock, { guards: [], writes }))
  await assert.rejects(textAt(openSealed(memory, rootKey), "row"), SealBroken)
})

test("a metadata key's row moved to another one's place does not open", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  await put(openSealed(memory, rootKey), { first: utf8("x") })
  await put(openSealed(memory, rootKey), { second: utf8("x") })
  const [first, second] = await memory.scan(METADATA_KEYS)
  assert.ok(first?.kind === "row" && second?.kind === "row")
  const writes = [{ key: first.key, value: second.value, expect: first.version }]
  await memory.commit(newCommit(systemClock, { guards: [], writes }))
  const sealed = openSealed(memory, rootKey)
  await assert.rejects(textAt(sealed, "first"), SealBroken)
  assert.equal(await textAt(sealed, "second"), "x")
})

test("a row that one process has read is read again after another process changed it", async () => {
  const memory = createMemoryMetadataStore()
  const rootKey = newRootKey()
  const [reading, writing] = [openSealed(memory, rootKey), openSealed(memory, rootKey)]
  for (const value of ["one", "two", "three"]) {
    await put(writing, { row: utf8(value) })
    assert.equal(await textAt(reading, "row"), value)
    assert.equal(await textAt(reading, "row"), value)
  }
  await put(writing, { row: null })
  assert.deepEqual(await reading.get([rowKey("settings", "row")]), [undefined])
})
