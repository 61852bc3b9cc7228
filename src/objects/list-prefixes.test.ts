import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { test } from "node:test"
import { openBucket, openStore, put, targetOf } from "../../test/objects/store-fixture.ts"
import { openUpload } from "../../test/objects/uploads-fixture.ts"
import { newCommit } from "../storage/commit.ts"
import type { StoreKey } from "../storage/metadata-store.ts"
import type { Bucket } from "./buckets.ts"
import { listUploads } from "./list.ts"
import { listVersions } from "./list-versions.ts"
import type { ObjectStore } from "./object-store.ts"
import { currentRow, newUploadId, uploadRow } from "./rows/keyspace.ts"
import type { VersionId } from "./rows/records.ts"

const FOLDERS = 20
const ROWS_PER_FOLDER = 500
const OPTIONS = { prefix: "", delimiter: "/", keyMarker: "", limit: 1000 }

/** Copies a row to many places in each of many folders, and after them to places in no folder. */
async function fill(
  store: ObjectStore,
  from: StoreKey,
  place: (folder: string, index: number) => StoreKey,
): Promise<void> {
  const [row] = await store.metadata.get([from])
  assert(row !== undefined)
  const folders = Array.from(
    { length: FOLDERS },
    (_, folder) => `${String.fromCodePoint(98 + folder)}/`,
  )
  for (const folder of [...folders, "z"]) {
    const writes = Array.from({ length: ROWS_PER_FOLDER }, (_, index) => ({
      key: place(folder, index),
      value: row.value,
      expect: "absent" as const,
    }))
    await store.metadata.commit(newCommit(store.clock, { guards: [], writes }))
  }
}

/** The same store, and how many rows its scans returned. */
function counting(store: ObjectStore): {
  readonly counted: ObjectStore
  readonly rows: () => number
} {
  let rows = 0
  const metadata: ObjectStore["metadata"] = {
    ...store.metadata,
    async scan(scan) {
      const scanned = await store.metadata.scan(scan)
      rows += scanned.length
      return scanned
    },
  }
  return { counted: { ...store, metadata }, rows: () => rows }
}

interface Page {
  readonly entries: readonly { readonly kind: string }[]
  readonly isTruncated: boolean
}

function assertWhole({ entries, isTruncated }: Page): void {
  const prefixes = entries.filter(({ kind }) => kind === "prefix")
  assert.equal(prefixes.length, FOLDERS)
  assert.equal(entries.length, FOLDERS + ROWS_PER_FOLDER + 1)
  assert.equal(isTruncated, false)
}

async function openFilled(
  fillBucket: (store: ObjectStore, bucket: Bucket) => Promise<void>,
): Promise<{ bucket: Bucket; counted: ObjectStore; rows: () => number }> {
  const { store } = openStore()
  const bucket = await openBucket(store, "never")
  await fillBucket(store, bucket)
  return { bucket, ...counting(store) }
}

test("a list of versions reads few of the rows under each common prefix", async () => {
  const { bucket, counted, rows } = await openFilled(async (store, { record }) => {
    await put(store, await targetOf(store, "a"), Buffer.from("1"))
    await fill(store, currentRow(record.instanceId, "a"), (folder, index) =>
      currentRow(record.instanceId, `${folder}${index}`),
    )
  })
  assertWhole(await listVersions(counted, bucket, { ...OPTIONS, versionIdMarker: undefined }))
  assert(rows() < ROWS_PER_FOLDER + FOLDERS * 50, `${rows()} rows`)
})

test("a list of versions that goes on within a name reads none of the newer ones", async () => {
  const { store } = openStore()
  const bucket = await openBucket(store, "enabled")
  const written: string[] = []
  for (let count = 0; count < 500; count += 1) {
    const { versionId } = await put(store, await targetOf(store, "a"), Buffer.from("1"))
    written.unshift(versionId)
  }
  for (const place of [0, 1, 450, 499]) {
    const versionIdMarker = written[place] as VersionId
    const { counted, rows } = counting(store)
    const options = { ...OPTIONS, keyMarker: "a", versionIdMarker }
    const { entries } = await listVersions(counted, bucket, options)
    const ids = entries.map((each) => (each.kind === "version" ? each.record.versionId : ""))
    assert.deepEqual(ids, written.slice(place + 1))
    assert(rows() <= ids.length + 1, `${rows()} rows`)
  }
  const { counted, rows } = counting(store)
  await listVersions(counted, bucket, { ...OPTIONS, keyMarker: "a", versionIdMarker: undefined })
  assert.equal(rows(), 1, "the newest")
})

test("a list of uploads reads few of the rows under each common prefix", async () => {
  const { bucket, counted, rows } = await openFilled(async (store, { record }) => {
    const { uploadId } = await openUpload(store, "a")
    await fill(store, uploadRow(record.instanceId, "a", uploadId), (folder) =>
      uploadRow(record.instanceId, `${folder}upload`, newUploadId(randomBytes(16))),
    )
  })
  assertWhole(await listUploads(counted, bucket, { ...OPTIONS, uploadIdMarker: "" }))
  assert(rows() < 1000 + ROWS_PER_FOLDER + FOLDERS * 50, `${rows()} rows`)
})
