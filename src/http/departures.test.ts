import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import { createDepartures } from "./departures.ts"

describe("small responses", () => {
  test("on the only connection leave at once; on one of several, at the end of the turn", async () => {
    const departures = createDepartures()
    let left = 0
    const respond = (): void => departures.add(() => (left += 1))
    const closed = departures.open()
    respond()
    assert.equal(left, 1)
    departures.open()
    respond()
    assert.equal(left, 1)
    await turn()
    assert.equal(left, 2)
    closed()
    respond()
    assert.equal(left, 3)
  })

  test("leave in the order in which they were ready, at the end of their turn", async () => {
    const departures = createDepartures()
    const left: number[] = []
    for (const response of [1, 2, 3]) departures.add(() => left.push(response))
    assert.equal(left.length, 0)
    await turn()
    assert.deepEqual(left, [1, 2, 3])
    departures.add(() => left.push(4))
    await turn()
    assert.deepEqual(left, [1, 2, 3, 4])
  })

  test("leave at once when sixteen are ready, and those after them at the end of the turn", async () => {
    const departures = createDepartures()
    let left = 0
    for (let response = 0; response < 35; response += 1) departures.add(() => (left += 1))
    assert.equal(left, 32)
    await turn()
    assert.equal(left, 35)
  })
})
