import assert from "node:assert/strict"
import { test } from "node:test"
import { pino } from "pino"
import { OWNER } from "../../test/kms/key-service-fixture.ts"
import {
  damageRow,
  openBucket,
  openStore as openFixture,
} from "../../test/objects/store-fixture.ts"
import { openUpload, PARTS } from "../../test/objects/uploads-fixture.ts"
import { fakeClock } from "../base/clock.ts"
import { openMemory } from "../data-directory.ts"
import { newCommit } from "../storage/commit.ts"
import { createBucket, loadBucket } from "./buckets.ts"
import { parseBucketName, parseObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { currentRow, partRow } from "./rows/keyspace.ts"
import { tallyOfVersion } from "./rows/tally.ts"
import { versionCodec } from "./rows/version-codec.ts"
import { verifyStore } from "./verify.ts"
import { putObject } from "./write.ts"

const NAME = parseBucketName("some-bucket")
const KEY = parseObjectKey("object")

async function* bytes(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from("some bytes"))
}

/** A store with one object, and fsck's findings. */
async function openStore(): Promise<{ store: ObjectStore; findings: () => Promise<string[]> }> {
  const log = pino({ level: "silent" })
  const { store } = await openMemory({ region: "cn-hangzhou", clock: fakeClock(0), log })
  const owner = { ownerId: "1234567890123456", storageClass: "Standard", dataRedundancyType: "LRS" }
  await createBucket(store, { name: NAME, ...owner })
  const bucket = await loadBucket(store, NAME)
  await putObject(
    store,
    { caller: OWNER, bucket, objectKey: KEY },
    {
      attributes: { headers: {}, acl: "default", storageClass: "Standard" },
      encryption: undefined,
      forbidOverwrite: false,
      incoming: { chunks: bytes(), bytesMax: 100 },
    },
  )
  const findings = async (): Promise<string[]> => {
    const found: string[] = []
    await verifyStore(store, {
      finding: ({ reason }) => void found.push(reason),
      progress: () => undefined,
    })
    return found
  }
  return { store, findings }
}

test("fsck compares the bytes with each recorded digest and the size", async () => {
  for (const [change, reason] of [
    [{}, undefined],
    [{ crc64: "1" }, "its CRC-64 differs"],
    [{ etag: { kind: "md5", text: "0".repeat(32) } }, "its MD5 differs"],
  ] as const) {
    const { store, findings } = await openStore()
    const bucket = await loadBucket(store, NAME)
    const { record } = bucket
    const [row] = await store.metadata.get([currentRow(record.instanceId, KEY)])
    assert(row !== undefined)
    const version = versionCodec.decode(row.value)
    assert(version.kind === "object")
    const value = versionCodec.encode({ ...version, ...change })
    const tally = tallyOfVersion(bucket, "current", version)
    const writes = [{ key: row.key, value, expect: row.version, tally }]
    await store.metadata.commit(newCommit(store.clock, { guards: [], writes }))
    assert.deepEqual(await findings(), reason === undefined ? [] : [reason])
  }
})

test("fsck adds up the rows of a bucket again, and reports sums that differ", async () => {
  const { store, findings } = await openStore()
  const { record } = await loadBucket(store, NAME)
  const [row] = await store.metadata.get([currentRow(record.instanceId, KEY)])
  assert(row !== undefined)
  const { key, value, version } = row
  // The same row, but without its tally.
  const writes = [{ key, value, expect: version }]
  await store.metadata.commit(newCommit(store.clock, { guards: [], writes }))
  assert.deepEqual(await findings(), [
    "its rows come to 1 with 10 bytes in a group, and its sums say 0 with 0",
  ])
})

test("fsck continues after a part that does not open", async () => {
  const fixture = openFixture()
  const { store } = fixture
  const { record } = await openBucket(store, "never")
  const upload = await openUpload(store, "object")
  const place = {
    bucketInstanceId: record.instanceId,
    objectKey: "object",
    uploadId: upload.uploadId,
  }
  await damageRow(fixture, partRow(place, 2))
  const found: string[] = []
  const summary = await verifyStore(store, {
    finding: ({ reason }) => void found.push(reason),
    progress: () => undefined,
  })
  assert.deepEqual(found, ["its value does not open"])
  assert.equal(summary.parts, PARTS.length - 1)
})
