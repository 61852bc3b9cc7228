import assert from "node:assert/strict"
import { test } from "node:test"
import {
  anotherStore,
  damageRow,
  openBucket,
  openStore,
  put,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import type { Version } from "../storage/metadata-store.ts"
import { deleteObject } from "./delete.ts"
import { listObjects, type ObjectPage } from "./list.ts"
import { createListedRows, type ListedRow, type ListedRows, type RowName } from "./listed-rows.ts"
import type { Bucket } from "./buckets.ts"
import type { ObjectStore } from "./object-store.ts"
import { currentRow } from "./rows/keyspace.ts"

const ROW: ListedRow = {
  objectKey: "a",
  record: {
    lastModifiedMs: 1,
    storageClass: "Standard",
    sizeBytes: 1,
    etag: { kind: "md5", text: "0" },
  },
}

const named = (name: string): RowName => name as RowName
const version = (of: number): Version => BigInt(of) as Version

test("a row is found by its name and its version", () => {
  const listed = createListedRows()
  listed.add(named("a"), version(1), ROW)
  assert.equal(listed.find(named("a"), version(1)), ROW)
  assert.equal(listed.find(named("a"), version(2)), undefined)
  assert.equal(listed.find(named("b"), version(1)), undefined)
  const next = { ...ROW, objectKey: "b" }
  listed.add(named("a"), version(2), next)
  assert.equal(listed.find(named("a"), version(2)), next)
  assert.equal(listed.find(named("a"), version(1)), undefined)
})

/** The names of 1 to `count` that are found, all of version 1. */
function namesIn(listed: ListedRows, count: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index + 1)
  return all.filter((name) => listed.find(named(`${name}`), version(1)) !== undefined)
}

function addNames(listed: ListedRows, first: number, last: number): void {
  for (let name = first; name <= last; name += 1) listed.add(named(`${name}`), version(1), ROW)
}

test("rows that have no room replace others after a minute, those that nobody asked for first", () => {
  let nowMs = 0
  const listed = createListedRows(1000, () => nowMs)
  addNames(listed, 1, 6)
  nowMs = 59_999
  addNames(listed, 5, 7)
  assert.deepEqual(namesIn(listed, 7), [1, 2, 3, 4, 5, 6], "two generations of three rows")
  nowMs = 60_000
  addNames(listed, 7, 7)
  assert.deepEqual(namesIn(listed, 7), [4, 5, 6, 7])
  nowMs = 120_000
  addNames(listed, 8, 8)
  assert.deepEqual(namesIn(listed, 8), [4, 5, 7, 8], "4 and 5 were asked for")
})

test("a row of another version takes the place of the one before it, and a long name more room", () => {
  const listed = createListedRows(1000, () => 0)
  for (const each of [1, 2, 3, 4]) listed.add(named("a"), version(each), ROW)
  addNames(listed, 1, 2)
  assert.deepEqual(namesIn(listed, 2), [1, 2])
  assert.equal(listed.find(named("a"), version(4)), ROW)
  listed.add(named("x".repeat(400)), version(1), ROW)
  addNames(listed, 3, 3)
  assert.deepEqual(namesIn(listed, 3), [1, 2])
})

test("a long object key takes as much room as two bytes a character", () => {
  const listed = createListedRows(1000, () => 0)
  listed.add(named("1"), version(1), { ...ROW, objectKey: "a".repeat(90) })
  addNames(listed, 2, 6)
  assert.deepEqual(namesIn(listed, 6), [1, 2, 3, 4, 5], "generations of two rows and of three")
})

function list(store: ObjectStore, bucket: Bucket): Promise<ObjectPage> {
  return listObjects(store, bucket, { prefix: "", delimiter: "", after: "", limit: 1000 })
}

function told({ entries }: ObjectPage): string[] {
  return entries.map((each) =>
    each.kind === "object" ? `${each.objectKey}: ${each.record.sizeBytes}` : each.prefix,
  )
}

test("a list shows what another gateway changed since the last list", async () => {
  const fixture = openStore()
  const { store } = fixture
  const bucket = await openBucket(store, "never")
  const other = anotherStore(fixture)
  for (const objectKey of ["a", "b", "c"]) {
    await put(store, await targetOf(store, objectKey), Buffer.from(objectKey))
  }
  assert.deepEqual(told(await list(store, bucket)), ["a: 1", "b: 1", "c: 1"])
  await put(other, await targetOf(other, "a"), Buffer.from("longer"))
  await deleteObject(other, await targetOf(other, "b"), undefined)
  assert.deepEqual(told(await list(store, bucket)), ["a: 6", "c: 1"])
  await put(other, await targetOf(other, "b"), Buffer.from("back"))
  assert.deepEqual(told(await list(store, bucket)), ["a: 6", "b: 4", "c: 1"])
})

test("a list opens no row twice while it is unchanged", async () => {
  const fixture = openStore()
  const { store } = fixture
  const bucket = await openBucket(store, "never")
  await put(store, await targetOf(store, "a"), Buffer.from("1"))
  await list(store, bucket)
  const opened: string[] = []
  const metadata: ObjectStore["metadata"] = {
    ...store.metadata,
    async scan(scan) {
      const rows = await store.metadata.scan(scan)
      for (const row of rows) if (row.kind === "row") opened.push(`${row.value.length > 0}`)
      return rows
    },
  }
  await list({ ...store, metadata }, bucket)
  assert.deepEqual(opened, ["false"])
  await damageRow(fixture, currentRow(bucket.record.instanceId, "a"))
  assert.deepEqual(told(await list(store, bucket)), [], "an edit by others has another version")
})

test("a row that is forgotten while a list reads it is listed", async () => {
  const { store } = openStore()
  const bucket = await openBucket(store, "never")
  for (const objectKey of ["a", "b"]) {
    await put(store, await targetOf(store, objectKey), Buffer.from("1"))
  }
  let nowMs = 0
  const listed = createListedRows(1000, () => (nowMs += 60_000))
  await list({ ...store, listed }, bucket)
  const metadata: ObjectStore["metadata"] = {
    ...store.metadata,
    async scan(scan) {
      const rows = await store.metadata.scan(scan)
      addNames(listed, 1, 9)
      return rows
    },
  }
  assert.deepEqual(told(await list({ ...store, metadata, listed }, bucket)), ["a: 1", "b: 1"])
})
