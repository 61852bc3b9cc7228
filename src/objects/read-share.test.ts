import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { describe, test } from "node:test"
import {
  openBucket,
  openStore,
  put,
  readBytes,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { createMemoryBudget, type MemoryBudget, MemoryExhausted } from "../base/memory-budget.ts"
import type { ObjectStore } from "./object-store.ts"
import { openObject } from "./read.ts"
import { CURRENT } from "./rows/version-rows.ts"
import type { Target } from "./target.ts"

const BYTES = randomBytes(300_000)

async function stored(
  budgetBytes: number,
  bytes = BYTES,
): Promise<{ store: ObjectStore; target: Target; memory: MemoryBudget }> {
  const { store } = openStore()
  const limited = { ...store, memory: createMemoryBudget(budgetBytes) }
  await openBucket(store, "never")
  const target = await targetOf(store, "a")
  await put(store, target, bytes)
  return { store: limited, target, memory: limited.memory }
}

describe("the memory that reads hold", () => {
  test("is given back when all bytes were read, in large and in small batches", async () => {
    for (const heldBytes of [0, 6_000_000]) {
      const { store, target, memory } = await stored(10_000_000)
      memory.add(heldBytes)
      assert.deepEqual(await readBytes(store, target), BYTES)
      assert.equal(memory.freeBytes(), 10_000_000 - heldBytes)
    }
  })

  test("is that of 64 KiB at a time when more than half of the budget is in use", async () => {
    const { store, target, memory } = await stored(10_000_000)
    memory.add(6_000_000)
    const { body } = await openObject(store, target, CURRENT, () => undefined)
    assert(body.kind === "stream")
    assert.equal(memory.freeBytes(), 4_000_000 - 4 * 64 * 1024)
    await body.batches.return()
    assert.equal(memory.freeBytes(), 4_000_000)
  })

  test("is not taken beyond the budget: the read is refused", async () => {
    const { store, target, memory } = await stored(100_000)
    await assert.rejects(readBytes(store, target), MemoryExhausted)
    assert.equal(memory.freeBytes(), 100_000)
  })

  test("is also taken for an object in a row of its own, unless that has one segment", async () => {
    for (const [sizeBytes, isTaken] of [
      [16_384, false],
      [65_536, true],
    ] as const) {
      const { store, target, memory } = await stored(100_000, randomBytes(sizeBytes))
      const opened = openObject(store, target, CURRENT, () => undefined)
      if (isTaken) await assert.rejects(opened, MemoryExhausted)
      else await opened
      assert.equal(memory.freeBytes(), 100_000)
    }
  })
})
