import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { test } from "node:test"
import { fakeClock } from "../../base/clock.ts"
import { keeperCaller } from "../../identity/caller.ts"
import { rootKeyFromSecret } from "../../sealing/root-key.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { newCommit } from "../../storage/commit.ts"
import { createMemoryMetadataStore } from "../../storage/memory/metadata-store.ts"
import type { MetadataStore, Write } from "../../storage/metadata-store.ts"
import type { DataKeyContext } from "../data-keys.ts"
import { createBucketDataKeys } from "./bucket-data-keys.ts"

const CALLER = keeperCaller(0)
const REQUEST = { suite: "aes-256-gcm" } as const
const ROOT_KEY = rootKeyFromSecret(createSecretKey(Buffer.alloc(32, 7)))
const BUCKET = Buffer.alloc(16, 1)
const OTHER_BUCKET = Buffer.alloc(16, 2)
const CONTEXT: DataKeyContext = { bucketInstanceId: BUCKET, objectKey: "object", dataKeyId: "id" }

type Keys = ReturnType<typeof createBucketDataKeys>

function open(metadata: MetadataStore): Keys {
  return createBucketDataKeys({ metadata, rootKey: ROOT_KEY })
}

async function commit(metadata: MetadataStore, write: Write): Promise<string> {
  const result = await metadata.commit(newCommit(fakeClock(0), { guards: [], writes: [write] }))
  return result.outcome
}

async function withBucket(): Promise<{ metadata: MetadataStore; keys: Keys }> {
  const metadata = createMemoryMetadataStore()
  const keys = open(metadata)
  assert.equal(await commit(metadata, keys.create(BUCKET)), "applied")
  return { metadata, keys }
}

test("a data key opens only for its object, its bucket and its id, in any process", async () => {
  const { metadata, keys } = await withBucket()
  assert.equal(await commit(metadata, keys.create(OTHER_BUCKET)), "applied")
  const { dataKey, wrapped } = await keys.generate(CALLER, CONTEXT, REQUEST)
  const opened = await open(metadata).unwrap(CALLER, wrapped, CONTEXT)
  assert(opened.equals(dataKey))
  for (const other of [
    { objectKey: "other" },
    { dataKeyId: "other" },
    { bucketInstanceId: OTHER_BUCKET },
  ]) {
    await assert.rejects(
      open(metadata).unwrap(CALLER, wrapped, { ...CONTEXT, ...other }),
      SealBroken,
    )
  }
})

test("without its bucket key no data key opens, and none is created", async () => {
  const { metadata, keys } = await withBucket()
  const { wrapped } = await keys.generate(CALLER, CONTEXT, REQUEST)
  assert.equal(await commit(metadata, keys.destroy(BUCKET)), "applied")
  for (const each of [keys, open(metadata)]) {
    await assert.rejects(each.unwrap(CALLER, wrapped, CONTEXT), SealBroken)
    await assert.rejects(each.generate(CALLER, CONTEXT, REQUEST), SealBroken)
  }
})

test("a bucket key is created once", async () => {
  const { metadata, keys } = await withBucket()
  assert.equal(await commit(metadata, keys.create(BUCKET)), "conflict")
})

test("a bucket key moved to another bucket's row does not open there", async () => {
  const { metadata, keys } = await withBucket()
  const { key } = keys.create(OTHER_BUCKET)
  const [row] = await metadata.get([keys.create(BUCKET).key])
  assert(row !== undefined)
  await commit(metadata, { key, value: row.value, expect: "absent" })
  const moved = { ...CONTEXT, bucketInstanceId: OTHER_BUCKET }
  await assert.rejects(open(metadata).generate(CALLER, moved, REQUEST), SealBroken)
})
