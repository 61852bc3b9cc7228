import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import { fakeClock } from "./clock.ts"
import { createTurns } from "./turns.ts"

/** Work that takes a millisecond of the clock, begun a hundred times in one turn. */
function beginMany() {
  const clock = fakeClock(0)
  const turns = createTurns(clock)
  const begun: number[] = []
  const work = (index: number) => () => {
    clock.advance(1)
    begun.push(index)
  }
  for (let index = 0; index < 100; index += 1) turns.begin(work(index))
  return { clock, turns, begun }
}

describe("work that comes all at once", () => {
  test("begins in the turn in which it came only as far as that has time", () => {
    const { begun } = beginMany()
    assert.equal(begun.length, 5)
  })

  test("begins in later turns by its time, in order, and lets others have their turns in between", async () => {
    const { begun } = beginMany()
    const seen: number[] = []
    while (begun.length < 100) {
      await turn()
      seen.push(begun.length)
    }
    assert.deepEqual(
      begun,
      Array.from({ length: 100 }, (_, index) => index),
    )
    const steps = seen.map((count, index) => count - (seen[index - 1] ?? 5))
    assert.ok(Math.max(...steps) <= 5, steps.join(" "))
  })

  test("counts what follows at once on what was begun as a part of it", async () => {
    const clock = fakeClock(0)
    const turns = createTurns(clock)
    let done = 0
    const work = async (): Promise<void> => {
      if (turns.isSpent()) await turns.next()
      for (let step = 0; step < 3; step += 1) await Promise.resolve()
      clock.advance(5)
      done += 1
    }
    turns.isSpent()
    clock.advance(5)
    const all = Promise.all([work(), work(), work()])
    await turn()
    assert.equal(done, 1)
    await all
    assert.equal(done, 3)
  })
})

test("a turn in which little was done is not spent, nor is the one after a turn that was", async () => {
  const clock = fakeClock(0)
  const turns = createTurns(clock)
  assert.equal(turns.isSpent(), false)
  clock.advance(100)
  assert.equal(turns.isSpent(), true)
  await turn()
  assert.equal(turns.isSpent(), false)
})
