import assert from "node:assert/strict"
import { test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import { createUses, newSharedEpochs, type Uses } from "./uses.ts"

async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false
  void promise.then(() => (done = true))
  for (let turns = 0; turns < 4; turns += 1) await turn()
  return done
}

function gateways(count: number): Uses[] {
  const shared = newSharedEpochs(count)
  return Array.from({ length: count }, (_, index) => createUses(shared, index))
}

test("without a use everything is settled at once", async () => {
  for (const uses of gateways(3)) assert.equal(await isDone(uses.settled()), true)
})

test("what was freed waits for uses that began before, and not for later ones", async () => {
  const [uses] = gateways(1)
  assert(uses !== undefined)
  const endFirst = uses.begin()
  const endSecond = uses.begin()
  const settled = uses.settled()
  const endLater = uses.begin()
  endFirst()
  assert.equal(await isDone(settled), false)
  endSecond()
  await settled
  endLater()
})

test("what was freed on one gateway waits for uses of every other", async () => {
  const [freeing, reading, writing] = gateways(3)
  assert(freeing !== undefined && reading !== undefined && writing !== undefined)
  const endRead = reading.begin()
  const endWrite = writing.begin()
  const settled = freeing.settled()
  const endLater = reading.begin()
  endRead()
  assert.equal(await isDone(settled), false)
  endWrite()
  await settled
  endLater()
})

test("a use that ends out of order does not end those that began before it", async () => {
  const [freeing, reading] = gateways(2)
  assert(freeing !== undefined && reading !== undefined)
  const endOld = reading.begin()
  const first = freeing.settled()
  const endNew = reading.begin()
  endNew()
  assert.equal(await isDone(first), false)
  endOld()
  await first
})

test("epochs run over", async () => {
  const shared = newSharedEpochs(2)
  new Int32Array(shared)[0] = 2 ** 31 - 1
  const [freeing, reading] = [createUses(shared, 0), createUses(shared, 1)]
  const end = reading.begin()
  const settled = freeing.settled()
  assert.equal(await isDone(settled), false)
  end()
  await settled
  const endLater = reading.begin()
  const later = freeing.settled()
  assert.equal(await isDone(later), false)
  endLater()
  await later
})
