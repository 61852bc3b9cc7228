import assert from "node:assert/strict"
import { test } from "node:test"
import { createMemoryBudget, MemoryExhausted } from "./memory-budget.ts"

test("a request for more than is free waits, and requests are served in order", async () => {
  const budget = createMemoryBudget(10)
  await budget.take(8)
  const served: string[] = []
  const large = budget.take(6).then(() => served.push("large"))
  const small = budget.take(1).then(() => served.push("small"))
  assert.equal(budget.isShort(), true)
  budget.give(8)
  await Promise.all([large, small])
  assert.deepEqual(served, ["large", "small"])
  assert.equal(budget.freeBytes(), 3)
  assert.equal(budget.isShort(), false)
})

test("a request that waits ten seconds is refused, and does not block the ones behind it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] })
  const budget = createMemoryBudget(10)
  await budget.take(8)
  const refused = assert.rejects(budget.take(6), MemoryExhausted)
  t.mock.timers.tick(5000)
  const behind = budget.take(2)
  t.mock.timers.tick(5000)
  await refused
  await behind
  assert.equal(budget.freeBytes(), 0)
})

test("more than the budget is refused at once", async () => {
  await assert.rejects(createMemoryBudget(10).take(11), MemoryExhausted)
})

test("bytes already in memory are counted, even beyond the limit", async () => {
  const budget = createMemoryBudget(10)
  budget.add(14)
  const waiting = budget.take(1)
  budget.give(4)
  assert.equal(budget.isShort(), true)
  budget.give(10)
  await waiting
  assert.equal(budget.freeBytes(), 9)
})
