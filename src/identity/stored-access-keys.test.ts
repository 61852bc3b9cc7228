import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import { rootKeyFromSecret } from "../sealing/root-key.ts"
import { createMemoryMetadataStore } from "../storage/memory/metadata-store.ts"
import { createSealedMetadataStore } from "../storage/sealed-metadata-store.ts"
import { newCommit } from "../storage/commit.ts"
import { checkLedgers } from "../storage/ledger-check.ts"
import { rowKey } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"
import { storedAccessKeys } from "./access-keys.ts"
import { ensureRootAccessKey, replaceRootAccessKey, rootAccessKeyId } from "./stored-access-keys.ts"

function opened() {
  const plain = createMemoryMetadataStore()
  const clock = fakeClock(1_700_000_000_000)
  const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
  const metadata = createSealedMetadataStore({ store: plain, rootKey, clock })
  return { plain, metadata, clock }
}

test("the root access key is created once, and only that call returns its secret", async () => {
  const parts = opened()
  assert.equal(await rootAccessKeyId(parts.metadata), undefined)
  const first = await ensureRootAccessKey(parts)
  assert.match(first.madeSecret ?? "", /^[A-Za-z0-9_-]{32}$/)
  assert.deepEqual(await ensureRootAccessKey(parts), { ...first, madeSecret: undefined })
  assert.equal(await rootAccessKeyId(parts.metadata), first.accessKeyId)
})

test("an access key is found by its id and names the account; an invalid id finds nothing", async () => {
  const parts = opened()
  const { accessKeyId, madeSecret } = await ensureRootAccessKey(parts)
  const accessKeys = storedAccessKeys(parts.metadata, "1234")
  const found = await accessKeys.find(accessKeyId)
  assert.equal(found?.accessKeySecret, madeSecret)
  assert.deepEqual(found?.principal, { kind: "account", accountId: "1234" })
  for (const other of ["", "x", `${accessKeyId}A`, "a\0b", "\u4e2d", "x".repeat(5000)]) {
    assert.equal(await accessKeys.find(other), undefined)
  }
})

test("a replaced root access key can no longer sign", async () => {
  const parts = opened()
  const { accessKeyId } = await ensureRootAccessKey(parts)
  const replacement = await replaceRootAccessKey(parts)
  const accessKeys = storedAccessKeys(parts.metadata, "1234")
  assert.equal(await accessKeys.find(accessKeyId), undefined)
  const found = await accessKeys.find(replacement.accessKeyId)
  assert.equal(found?.accessKeySecret, replacement.accessKeySecret)
  assert.equal(await rootAccessKeyId(parts.metadata), replacement.accessKeyId)
})

test("no stored value contains the secret", async () => {
  const parts = opened()
  const { madeSecret = "" } = await ensureRootAccessKey(parts)
  const every = { from: Buffer.of(0), to: Buffer.alloc(16, 0xff) }
  for await (const { value } of scanAll(parts.plain, every)) {
    assert.equal(Buffer.from(value).indexOf(madeSecret), -1)
  }
})

test("a replaced access key that is put back is detected", async () => {
  const { plain, metadata, clock } = opened()
  const { accessKeyId } = await ensureRootAccessKey({ metadata, clock })
  const [older] = await plain.get([rowKey("accessKey", accessKeyId)])
  assert(older !== undefined)
  await replaceRootAccessKey({ metadata, clock })
  assert.deepEqual(await checkLedgers(metadata), [])
  const writes = [{ key: older.key, value: older.value, expect: "absent" as const }]
  await plain.commit(newCommit(clock, { guards: [], writes }))
  assert.deepEqual(
    (await checkLedgers(metadata)).map(({ family }) => family),
    ["accessKey"],
  )
})
