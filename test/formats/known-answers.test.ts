// The stored formats, pinned: every later release must open what an earlier one wrote.
import assert from "node:assert/strict"
import { createHash, createSecretKey, type KeyObject } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { fakeClock } from "../../src/base/clock.ts"
import { keeperCaller } from "../../src/identity/caller.ts"
import { createBucketDataKeys } from "../../src/keys/service-managed/bucket-data-keys.ts"
import { blobContext, encodeBlobHeader, parseBlobHeader } from "../../src/sealing/blob-header.ts"
import { openMessage, sealMessage } from "../../src/sealing/message.ts"
import { rootKeyFromSecret } from "../../src/sealing/root-key.ts"
import { openRow, rowGeneration } from "../../src/sealing/row.ts"
import { SUITE_NAMES, type SuiteName } from "../../src/sealing/suites.ts"
import { newCommit } from "../../src/storage/commit.ts"
import { createMemoryMetadataStore } from "../../src/storage/memory/metadata-store.ts"
import type { MetadataStore } from "../../src/storage/metadata-store.ts"
import { createSealedMetadataStore } from "../../src/storage/sealed-metadata-store.ts"

interface StoredRow {
  readonly rowKey: string
  readonly value: string
}

interface KnownBlobs {
  readonly salt: string
  readonly bucketInstanceId: string
  readonly blob: {
    readonly dataKey: string
    readonly blobId: string
    readonly cases: readonly {
      readonly plaintextSizeBytes: number
      readonly blobSizeBytes: number
      readonly blobSha256: string
      readonly blob?: string
    }[]
  }
}

interface KnownAnswers extends KnownBlobs {
  readonly rootKey: string
  readonly bucketKey: StoredRow
  readonly dataKey: {
    readonly dataKey: string
    readonly objectKey: string
    readonly dataKeyId: string
    readonly wrapped: string
  }
  readonly row: StoredRow & {
    readonly generation: number
    readonly record: string
    readonly metadataKey: StoredRow & { readonly material: string }
  }
}

const known = readKnown("v1.json") as KnownAnswers
const knownBlobs: Record<SuiteName, KnownBlobs> = {
  "aes-256-gcm": known,
  "sm4-gcm": readKnown("sm4-v1.json") as KnownBlobs,
}
const bucketInstanceId = bytes(known.bucketInstanceId)
const rootKey = rootKeyFromSecret(secret(known.rootKey))
const clock = fakeClock(0)

function readKnown(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/sealed/${name}`, import.meta.url), "utf8"))
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, "hex")
}

function secret(hex: string): KeyObject {
  return createSecretKey(bytes(hex))
}

function patternOf(sizeBytes: number): Buffer {
  return Buffer.from(Array.from({ length: sizeBytes }, (_, index) => index % 251))
}

async function storeWith(rows: readonly StoredRow[]): Promise<MetadataStore> {
  const store = createMemoryMetadataStore()
  const writes = rows.map(({ rowKey, value }) => ({
    key: bytes(rowKey),
    value: bytes(value),
    expect: "absent" as const,
  }))
  assert.equal((await store.commit(newCommit(clock, { guards: [], writes }))).outcome, "applied")
  return store
}

for (const suite of SUITE_NAMES) {
  describe(`version 1 of a blob, ${suite}`, () => {
    const {
      salt,
      blob: { blobId, dataKey, cases },
    } = knownBlobs[suite]
    const header = { suite, blobId, bucketInstanceId: bytes(knownBlobs[suite].bucketInstanceId) }

    for (const { plaintextSizeBytes, blobSizeBytes, blobSha256, blob } of cases) {
      test(`seals a blob of ${plaintextSizeBytes} bytes to the promised bytes`, () => {
        const inputKey = secret(dataKey)
        const plaintext = patternOf(plaintextSizeBytes)
        const context = blobContext(header)
        const message = sealMessage({ suite, inputKey, context, plaintext, salt: bytes(salt) })
        const sealed = Buffer.concat([encodeBlobHeader(header), message])
        assert.equal(sealed.length, blobSizeBytes)
        assert.equal(createHash("sha256").update(sealed).digest("hex"), blobSha256)
        if (blob !== undefined) assert.equal(sealed.toString("hex"), blob)
      })
    }

    test("opens a stored blob from its bytes", () => {
      const stored = cases.filter(({ blob }) => blob !== undefined)
      assert.equal(stored.length, 2)
      for (const { blob = "", plaintextSizeBytes } of stored) {
        const parsed = parseBlobHeader(bytes(blob).subarray(0, 64))
        assert.deepEqual(parsed, header)
        const binding = { suite: parsed.suite, inputKey: secret(dataKey) }
        const message = bytes(blob).subarray(64)
        const plaintext = openMessage({ ...binding, context: blobContext(parsed), message })
        assert.deepEqual(plaintext, patternOf(plaintextSizeBytes))
      }
    })
  })
}

describe("version 1 of the stored formats", () => {
  test("opens a stored data key under its stored bucket key", async () => {
    const metadata = await storeWith([known.bucketKey])
    const { objectKey, dataKeyId, wrapped, dataKey: expected } = known.dataKey
    const opened = await createBucketDataKeys({ metadata, rootKey }).unwrap(
      keeperCaller(0),
      { provider: "service", wrapped: bytes(wrapped) },
      { bucketInstanceId, objectKey, dataKeyId },
    )
    assert.equal(opened.export().toString("hex"), expected)
  })

  test("opens a stored row under the metadata key of its generation", async () => {
    const { row } = known
    const store = await storeWith([row.metadataKey, row])
    const [opened] = await createSealedMetadataStore({ store, rootKey, clock }).get([
      bytes(row.rowKey),
    ])
    assert.equal(opened?.value.toString(), row.record)
    const value = bytes(row.value)
    assert.equal(rowGeneration(value), row.generation)
    const rowKeyMaterial = secret(row.metadataKey.material)
    const record = openRow({ rowKeyMaterial, rowKey: bytes(row.rowKey), value })
    assert.equal(record.toString(), row.record)
  })
})
