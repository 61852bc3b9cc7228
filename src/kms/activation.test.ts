import assert from "node:assert/strict"
import { test } from "node:test"
import { systemClock } from "../base/clock.ts"
import { createMemoryMetadataStore } from "../storage/memory/metadata-store.ts"
import { loadActivation } from "./activation.ts"

test("a key service that one gateway opens is open on every other at once", async () => {
  const parts = { store: createMemoryMetadataStore(), clock: systemClock }
  const [first, second] = await Promise.all([1, 2].map(() => loadActivation(parts, "ask")))
  assert(first !== undefined && second !== undefined)
  assert.equal(await second.isEnabled(), false)
  const openedMs = await first.open()
  assert.equal(await second.isEnabled(), true)
  assert.equal(second.openedMs(), openedMs)
})
