import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import { pino } from "pino"
import {
  ATTRIBUTES,
  BUCKET,
  incomingOf,
  openBucket,
  OWNER,
  sweep,
} from "../test/objects/store-fixture.ts"
import { countFiles, openUpload, putInParts } from "../test/objects/uploads-fixture.ts"
import { type FakeClock, fakeClock } from "./base/clock.ts"
import { type OpenedData, openDataDirectory } from "./data-directory.ts"
import { loadBucket } from "./objects/buckets.ts"
import { parseObjectKey } from "./objects/names.ts"
import type { ObjectStore } from "./objects/object-store.ts"
import { encodeBlob } from "./objects/rows/codecs.ts"
import { blobRow } from "./objects/rows/keyspace.ts"
import { putObject } from "./objects/write.ts"
import { type BlobId, newBlobId } from "./storage/blob-store.ts"
import { newCommit } from "./storage/commit.ts"
import { createThreadedSurvey } from "./threaded-survey.ts"

const LARGE = Buffer.alloc(70_000, "x")
const DAY_MS = 86_400_000

interface Opened {
  readonly directory: string
  readonly clock: FakeClock
  readonly data: OpenedData
  readonly store: ObjectStore
}

async function open(t: TestContext): Promise<Opened> {
  const directory = mkdtempSync(join(tmpdir(), "osseal-survey-"))
  // The survey's thread uses the system's clock.
  const clock = fakeClock(Date.now())
  const unlock = { kind: "key-file", path: undefined } as const
  const surroundings = { region: "cn-hangzhou", clock, log: pino({ level: "silent" }) }
  const data = await openDataDirectory(directory, unlock, surroundings)
  t.after(async () => {
    await data.close()
    rmSync(directory, { recursive: true })
  })
  return { directory, clock, data, store: data.store }
}

async function putLarge(store: ObjectStore, name: string): Promise<void> {
  const target = { caller: OWNER, bucket: await loadBucket(store, BUCKET) }
  await putObject(
    store,
    { ...target, objectKey: parseObjectKey(name) },
    {
      attributes: ATTRIBUTES,
      encryption: undefined,
      forbidOverwrite: false,
      incoming: incomingOf(LARGE),
    },
  )
}

/** A record and a file that nothing refers to, as a crash leaves them. */
async function leaveBlob({ store, clock }: Opened): Promise<BlobId> {
  const blobId = newBlobId(clock.nowMs())
  const writer = await store.blobs.create(blobId)
  await writer.write([Buffer.from(LARGE)])
  await writer.commit()
  const bucket = await loadBucket(store, BUCKET)
  const owner = {
    kind: "version",
    bucketInstanceId: bucket.record.instanceId,
    objectKey: "large",
    versionId: "null",
  } as const
  const value = encodeBlob(owner, undefined)
  const write = { key: blobRow(blobId), value, expect: "absent" } as const
  await store.metadata.commit(newCommit(clock, { guards: [], writes: [write] }))
  return blobId
}

test("the survey of a server's directory finds, on another thread, the blob that nothing refers to", async (t) => {
  const opened = await open(t)
  const { store } = opened
  await openBucket(store, "never")
  await putLarge(store, "large")
  await putInParts(store, "parts")
  await openUpload(store, "under way")
  const files = await countFiles(store.blobs)
  const blobId = await leaveBlob(opened)
  assert.deepEqual(await store.survey.look("blobs", ""), {
    found: [blobId],
    next: undefined,
    damaged: 0,
  })
  assert.deepEqual((await store.survey.look("contents", "")).found, [])
  assert.equal((await sweep(store))["blobsFreed"], 1)
  assert.equal(await countFiles(store.blobs), files)
  assert.deepEqual(await sweep(store), await sweep(store))
})

test("a look sees every commit that was acknowledged before it began", async (t) => {
  const { store } = await open(t)
  await openBucket(store, "never")
  for (let count = 0; count < 20; count += 1) {
    await putLarge(store, `object ${count}`)
    assert.deepEqual((await store.survey.look("blobs", "")).found, [])
  }
})

test("a day-old file without a record is found; a newer one is not", async (t) => {
  const { directory, store } = await open(t)
  const ids = [2, 0].map((days) => newBlobId(Date.now() - days * DAY_MS))
  for (const id of ids) writeFileSync(join(directory, "blobs", id.slice(-2), id), "sealed")
  assert.deepEqual((await store.survey.look("files", "")).found, ids.slice(0, 1))
})

test("a survey that restarts after a rest, or after a failure, continues as before", async (t) => {
  const { data, directory } = await open(t)
  const { secret } = data.root ?? assert.fail("a directory has a root key")
  const survey = createThreadedSurvey(directory, secret)
  t.after(() => survey.rest())
  assert.deepEqual((await survey.look("blobs", "")).found, [])
  await survey.rest()
  assert.deepEqual((await survey.look("blobs", "")).found, [])
  await assert.rejects(survey.look("blobs", "no row key"), /the survey failed: /)
  assert.deepEqual((await survey.look("blobs", "")).found, [])
})

test("a survey whose thread cannot start reports it, and no caller hangs", async (t) => {
  const { data, directory } = await open(t)
  const { secret } = data.root ?? assert.fail("a directory has a root key")
  const survey = createThreadedSurvey(join(directory, "elsewhere"), secret)
  await assert.rejects(survey.look("blobs", ""), /unable to open database/)
  await survey.rest()
})
