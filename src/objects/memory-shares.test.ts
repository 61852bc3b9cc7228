import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { describe, test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import {
  ATTRIBUTES,
  openBucket,
  openStore,
  put,
  readBytes,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { createMemoryBudget, type MemoryBudget, MemoryExhausted } from "../base/memory-budget.ts"
import { newBlobId } from "../storage/blob-store.ts"
import { readShare, writeShare } from "./memory-shares.ts"
import type { ObjectStore } from "./object-store.ts"
import { openObject } from "./read.ts"
import { CURRENT } from "./rows/version-rows.ts"
import type { Target } from "./target.ts"
import { putObject } from "./write.ts"

const BYTES = randomBytes(300_000)
const MIB = 1024 ** 2
const BLOB_ID = newBlobId(0)

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

  test("is that of 64 KiB at a time when little of the budget is left", async () => {
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

  test("is given back by a read from a row as soon as it is opened", async () => {
    const { store, target, memory } = await stored(1_000_000, randomBytes(65_536))
    await openObject(store, target, CURRENT, () => undefined)
    assert.equal(memory.freeBytes(), 1_000_000)
  })

  test("shrinks step by step: 30 readers of 1 MiB have batches of 128 KiB or more in 64 MiB", () => {
    const memory = createMemoryBudget(64 * MIB)
    const batches = sharesOf(memory, MIB, 30)
    assert.deepEqual([batches.at(0), batches.at(-1)], [64, 8])
    assert.deepEqual(
      batches,
      batches.toSorted((left, right) => right - left),
    )
  })

  test("leaves room for a hundred slow readers of a large object in 64 MiB", () => {
    const memory = createMemoryBudget(64 * MIB)
    sharesOf(memory, 32 * MIB, 100)
    assert.ok(memory.freeBytes() > 0)
  })
})

describe("the memory that a write gathers bytes in", () => {
  test("shrinks step by step, and the smallest share takes nothing from others", () => {
    const memory = createMemoryBudget(64 * MIB)
    const shares = Array.from({ length: 100 }, () => {
      const share = writeShare(memory, 5 * MIB)
      memory.add(share.bytes)
      return share
    })
    assert.deepEqual(shares.at(0), { gatheredBytes: MIB, bytes: 2 * MIB })
    assert.deepEqual(shares.at(-1), { gatheredBytes: MIB / 16, bytes: 0 })
    const gathered = shares.map(({ gatheredBytes }) => gatheredBytes)
    assert.deepEqual(
      gathered,
      gathered.toSorted((left, right) => right - left),
    )
    assert.ok(memory.freeBytes() > 16 * MIB)
  })

  test("is no more than a short content has", () => {
    const memory = createMemoryBudget(64 * MIB)
    assert.deepEqual(writeShare(memory, 70_000), { gatheredBytes: MIB, bytes: 70_000 })
    assert.deepEqual(writeShare(memory), { gatheredBytes: MIB, bytes: 2 * MIB })
  })

  test("is held while the bytes arrive, and given back at the end and after a failure", async () => {
    const { store } = openStore()
    const memory = createMemoryBudget(64 * MIB)
    const limited = { ...store, memory }
    await openBucket(store, "never")
    const target = await targetOf(store, "a")
    let heldBytes = 0
    async function* chunks(failure?: Error): AsyncGenerator<Buffer, void, undefined> {
      yield randomBytes(200_000)
      await turn()
      yield randomBytes(100_000)
      heldBytes = 64 * MIB - memory.freeBytes()
      if (failure !== undefined) throw failure
    }
    const putChunks = async (failure?: Error): Promise<void> => {
      const incoming = { chunks: chunks(failure), bytesMax: MIB }
      const attributes = ATTRIBUTES
      await putObject(limited, target, {
        attributes,
        forbidOverwrite: false,
        encryption: undefined,
        incoming,
      })
    }
    await putChunks()
    assert.equal(heldBytes, 2 * MIB)
    assert.equal(memory.freeBytes(), 64 * MIB)
    await assert.rejects(putChunks(new Error("gone")), /gone/)
    assert.equal(memory.freeBytes(), 64 * MIB)
  })
})

/** How many segments each of the readers may read at a time, when all hold their shares. */
function sharesOf(memory: MemoryBudget, sizeBytes: number, readers: number): number[] {
  return Array.from({ length: readers }, () => {
    const { batchSegments, bytes } = readShare(memory, { kind: "blob", blobId: BLOB_ID }, sizeBytes)
    memory.add(bytes)
    return batchSegments
  })
}
