import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import { rootKeyFromSecret } from "../sealing/root-key.ts"
import { newCommit } from "./commit.ts"
import { commitProposal } from "./commit-loop.ts"
import { changesLedger, ledgerRow } from "./ledger.ts"
import { acceptRows, checkLedgers } from "./ledger-check.ts"
import { createMemoryMetadataStore } from "./memory/metadata-store.ts"
import type { MetadataStore, Row, StoreKey } from "./metadata-store.ts"
import { type RowFamily, rowKey } from "./row-keys.ts"
import { createSealedMetadataStore } from "./sealed-metadata-store.ts"

const clock = fakeClock(0)
const FIRST = rowKey("cmk", "first")
const SECOND = rowKey("cmk", "second")

interface Stores {
  readonly metadata: MetadataStore
  /** Below the seals, where someone with the database file writes. */
  readonly plain: MetadataStore
}

function openStores(): Stores {
  const plain = createMemoryMetadataStore()
  const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
  return { plain, metadata: createSealedMetadataStore({ store: plain, rootKey, clock }) }
}

/** Writes rows, null for a deletion, with the ledgers' writes. */
async function put(metadata: MetadataStore, ...rows: [StoreKey, string | null][]): Promise<void> {
  await commitProposal({ metadata, clock }, async () => {
    const found = await metadata.get(rows.map(([key]) => key))
    const writes = rows.map(([key, text], index) => ({
      key,
      value: text === null ? null : Buffer.from(text),
      expect: found[index]?.version ?? ("absent" as const),
    }))
    return { writes, result: undefined }
  })
}

async function rowsOf(plain: MetadataStore, ...keys: StoreKey[]): Promise<Row[]> {
  return (await plain.get(keys)).filter((row): row is Row => row !== undefined)
}

/** Puts old rows back by writing to the database file. */
async function putBack(plain: MetadataStore, rows: readonly Row[]): Promise<void> {
  const writes = rows.map(({ key, value }) => ({ key, value, expect: "any" as const }))
  await plain.commit(newCommit(clock, { guards: [], writes }))
}

async function families(metadata: MetadataStore): Promise<string[]> {
  return (await checkLedgers(metadata)).map(({ family }) => family)
}

test("rows that are added, changed and deleted with their ledgers agree with them", async () => {
  const { metadata } = openStores()
  assert.deepEqual(await checkLedgers(metadata), [])
  await put(metadata, [FIRST, "a"], [SECOND, "b"], [rowKey("alias", "alias/a"), "first"])
  await put(metadata, [FIRST, "changed"], [SECOND, null])
  await put(metadata, [rowKey("alias", "alias/a"), "second"])
  assert.deepEqual(await checkLedgers(metadata), [])
  await put(metadata, [FIRST, null])
  assert.deepEqual(await checkLedgers(metadata), [])
})

test("writers that race leave rows and ledger in agreement", async () => {
  const { metadata } = openStores()
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      put(metadata, [rowKey("cmk", String(index % 10)), String(index)]),
    ),
  )
  assert.deepEqual(await checkLedgers(metadata), [])
})

test("only a commit that changes rows with a ledger writes a ledger", () => {
  const write = (family: RowFamily) => [
    { key: rowKey(family, "a"), value: Buffer.alloc(1), expect: "any" as const },
  ]
  assert.equal(changesLedger(write("part")), false)
  for (const family of ["cmk", "alias", "bucket", "accessKey"] as const) {
    assert.equal(changesLedger(write(family)), true)
  }
})

test("one older row that was put back is detected, by its family", async () => {
  const { metadata, plain } = openStores()
  await put(metadata, [FIRST, "Enabled"], [SECOND, "b"], [rowKey("alias", "alias/a"), "first"])
  const older = await rowsOf(plain, FIRST)
  await put(metadata, [FIRST, "Disabled"])
  await putBack(plain, older)
  assert.deepEqual(await checkLedgers(metadata), [
    { family: "cmk", reason: "one or more of them are older than they should be" },
  ])
})

test("a row that was removed, or put back after its deletion, is detected", async () => {
  const { metadata, plain } = openStores()
  await put(metadata, [FIRST, "a"], [SECOND, "b"])
  const deleted = await rowsOf(plain, FIRST)
  await put(metadata, [FIRST, null])
  await putBack(plain, deleted)
  assert.deepEqual(await families(metadata), ["cmk"])
  const writes = [FIRST, SECOND].map((key) => ({ key, value: null, expect: "any" as const }))
  await plain.commit(newCommit(clock, { guards: [], writes }))
  const [mismatch] = await checkLedgers(metadata)
  assert.equal(mismatch?.reason, "there are 0 of them, not 1")
})

test("an older ledger, and a removed one, are detected", async () => {
  const { metadata, plain } = openStores()
  await put(metadata, [FIRST, "a"])
  const older = await rowsOf(plain, ledgerRow("cmk"))
  await put(metadata, [FIRST, "b"])
  await putBack(plain, older)
  assert.deepEqual(await families(metadata), ["cmk"])
  const writes = [{ key: ledgerRow("cmk"), value: null, expect: "any" as const }]
  await plain.commit(newCommit(clock, { guards: [], writes }))
  const [mismatch] = await checkLedgers(metadata)
  assert.equal(mismatch?.reason, "their ledger is missing or damaged")
})

test("a damaged row and a damaged ledger are detected", async () => {
  const { metadata, plain } = openStores()
  await put(metadata, [FIRST, "a"])
  const garbage = (key: StoreKey) => ({ key, value: Buffer.alloc(100), expect: "any" as const })
  await plain.commit(newCommit(clock, { guards: [], writes: [garbage(FIRST)] }))
  assert.equal((await checkLedgers(metadata))[0]?.reason, "1 of them do not open")
  await plain.commit(newCommit(clock, { guards: [], writes: [garbage(ledgerRow("cmk"))] }))
  assert.deepEqual(await families(metadata), ["cmk"])
})

test("accepted rows agree again, without the damaged ones, and can be changed", async () => {
  const { metadata, plain } = openStores()
  await put(metadata, [FIRST, "Enabled"], [SECOND, "b"])
  const older = await rowsOf(plain, FIRST)
  await put(metadata, [FIRST, "Disabled"])
  await putBack(plain, older)
  const garbage = { key: SECOND, value: Buffer.alloc(100), expect: "any" as const }
  const lost = { key: ledgerRow("cmk"), value: Buffer.alloc(100), expect: "any" as const }
  await plain.commit(newCommit(clock, { guards: [], writes: [garbage, lost] }))
  await acceptRows(metadata, clock)
  assert.deepEqual(await checkLedgers(metadata), [])
  await put(metadata, [FIRST, "Disabled"])
  assert.deepEqual(await checkLedgers(metadata), [])
})
