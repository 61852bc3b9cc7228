import assert from "node:assert/strict"
import { test } from "node:test"
import { openStore, type StoreFixture } from "../../../test/objects/store-fixture.ts"
import { createBudget, takeLease } from "../../keeper/keeper.ts"
import { type BlobId, newBlobId } from "../../storage/blob-store.ts"
import { sweepJob } from "./sweep.ts"

const DAY_MS = 86_400_000

async function writeFile({ blobs, clock }: StoreFixture): Promise<BlobId> {
  const blobId = newBlobId(clock.nowMs())
  const writer = await blobs.create(blobId)
  await writer.write([Buffer.from("sealed")])
  await writer.commit()
  return blobId
}

async function sweepOnce({ store }: StoreFixture): Promise<void> {
  const budget = createBudget(await takeLease(store), new AbortController().signal)
  await sweepJob(store).run(undefined, budget)
}

async function setAsideOf({ blobs }: StoreFixture): Promise<BlobId[]> {
  return Array.fromAsync(blobs.quarantined(), ({ id }) => id)
}

test("a file without a record stays for a day and is then set aside, and comes back whole", async () => {
  const fixture = openStore()
  const blobId = await writeFile(fixture)
  fixture.clock.advance(DAY_MS)
  await sweepOnce(fixture)
  assert.deepEqual(await setAsideOf(fixture), [])
  fixture.clock.advance(1)
  await sweepOnce(fixture)
  assert.deepEqual(await setAsideOf(fixture), [blobId])
  await fixture.blobs.restore(blobId)
  const reader = await fixture.blobs.open(blobId)
  assert.equal((await reader.read(0, reader.sizeBytes)).toString(), "sealed")
})

test("many files without a record at once are left alone: the database lacks them", async () => {
  const fixture = openStore()
  for (let count = 0; count < 1001; count += 1) await writeFile(fixture)
  fixture.clock.advance(2 * DAY_MS)
  await sweepOnce(fixture)
  assert.deepEqual(await setAsideOf(fixture), [])
})
