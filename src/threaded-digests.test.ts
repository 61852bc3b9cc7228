import assert from "node:assert/strict"
import { after, test } from "node:test"
import { randomBytes } from "./base/random.ts"
import { SLOT_BYTES, SLOTS } from "./digest-ring.ts"
import { createDigester, type Digests } from "./objects/digests.ts"
import type { LargeDigests } from "./objects/large-digests.ts"
import { createThreadedDigests } from "./threaded-digests.ts"

/** A defect of the ring would make its users wait forever. */
const LIMIT = { timeout: 10_000 }

const digests = createThreadedDigests()
after(() => digests.close())

function expectedOf(bytes: Buffer): Digests {
  const digester = createDigester()
  digester.update(bytes)
  return digester.final()
}

/** Sends pieces of several sizes. Their memory is overwritten as soon as they were taken. */
async function digest(place: LargeDigests, bytes: Buffer): Promise<Digests> {
  const digester = place.begin()
  for (let at = 0, length = 1; at < bytes.length; at += length, length = (length * 7) % 200_003) {
    const piece = Buffer.from(bytes.subarray(at, at + length))
    await digester.update(piece)
    piece.fill(0)
  }
  return await digester.final()
}

test("many plaintexts at the same time have the same digests as one by one", LIMIT, async () => {
  const sizes = [0, 1, 65_535, 65_536, 65_537, 300_000, 3_000_001]
  // Together larger than the ring, so that all of them wait for space in it.
  const plaintexts = [...sizes, ...Array<number>(60).fill(400_000)].map(randomBytes)
  const found = await Promise.all(plaintexts.map((bytes) => digest(digests, bytes)))
  assert.deepEqual(found, plaintexts.map(expectedOf))
})

test(
  "of many at the same time, some can be dropped, also in the middle of a block",
  LIMIT,
  async () => {
    const dropped = Array.from({ length: 20 }, () => digests.begin())
    for (const digester of dropped) await digester.update(randomBytes(1000))
    const plaintexts = Array<number>(20).fill(300_001).map(randomBytes)
    const found = Promise.all(plaintexts.map((bytes) => digest(digests, bytes)))
    for (const digester of dropped) digester.drop()
    assert.deepEqual(await found, plaintexts.map(expectedOf))
  },
)

test("one of many ends while the others pause", LIMIT, async () => {
  const paused = Array.from({ length: 10 }, () => digests.begin())
  for (const digester of paused) await digester.update(randomBytes(1000))
  const bytes = randomBytes(500_000)
  assert.deepEqual(await digest(digests, bytes), expectedOf(bytes))
  for (const digester of paused) digester.drop()
})

test("dropping a plaintext does not affect others", LIMIT, async () => {
  const dropped = digests.begin()
  await dropped.update(randomBytes(1000))
  const bytes = randomBytes(500_000)
  const other = digest(digests, bytes)
  dropped.drop()
  assert.deepEqual(await other, expectedOf(bytes))
})

test("when the ring is full, further bytes wait for the thread", LIMIT, async () => {
  const own = createThreadedDigests()
  const digester = own.begin()
  const ring = Buffer.alloc(SLOTS * SLOT_BYTES, 1)
  // The thread has not started yet.
  await digester.update(ring)
  const more = Buffer.alloc(SLOT_BYTES, 2)
  let isTaken = false
  const taking = digester.update(more).then(() => (isTaken = true))
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
  assert.ok(!isTaken)
  await taking
  assert.deepEqual(await digester.final(), expectedOf(Buffer.concat([ring, more])))
  await own.close()
})

test(
  "when the thread ends by itself, everything that needs it fails with a reason",
  LIMIT,
  async () => {
    const broken = createThreadedDigests(new URL(`data:text/javascript,throw new Error("broken")`))
    const waiting = broken.begin().final()
    const full = broken.begin().update(Buffer.alloc(2 * SLOTS * SLOT_BYTES))
    await assert.rejects(waiting, /broken/)
    await assert.rejects(full, /broken/)
    assert.match(await broken.failed, /^the digest thread ended: Error: broken/)
    await assert.rejects(digest(broken, randomBytes(10)), /broken/)
  },
)
