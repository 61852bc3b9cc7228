import assert from "node:assert/strict"
import { test } from "node:test"
import { DAY_MS, openKeyService } from "../../test/kms/key-service-fixture.ts"
import { newCommit } from "../storage/commit.ts"
import { StoreReadOnly } from "../storage/metadata-store.ts"
import { rowKey } from "../storage/row-keys.ts"
import { createClockWitness } from "./clock-witness.ts"

const MINUTE_MS = 60_000

test("the clock is on trial for a day from the first observation", async () => {
  const fixture = openKeyService()
  const witness = createClockWitness(fixture)
  assert.equal(await witness.observe(), "on trial")
  fixture.clock.advance(DAY_MS - 1)
  assert.equal(await witness.observe(), "on trial")
  fixture.clock.advance(1)
  assert.equal(await witness.observe(), "trusted")
})

test("a restart continues the trial or the trust, if the pause was no longer than a day", async () => {
  const fixture = openKeyService()
  const { clock } = fixture
  await createClockWitness(fixture).observe()
  clock.advance(DAY_MS - 1)
  assert.equal(await createClockWitness(fixture).observe(), "on trial")
  clock.advance(1)
  assert.equal(await createClockWitness(fixture).observe(), "trusted")
  clock.advance(DAY_MS - 10 * MINUTE_MS)
  assert.equal(await createClockWitness(fixture).observe(), "trusted")
  clock.advance(DAY_MS + 1)
  assert.equal(await createClockWitness(fixture).observe(), "on trial")
})

for (const [direction, jumpMs] of [
  ["forward", 5 * MINUTE_MS + 1],
  ["back", -5 * MINUTE_MS - 1],
] as const) {
  test(`a jump ${direction} puts the clock on trial, at once or in steps, whatever is restarted`, async () => {
    for (const steps of [1, 10]) {
      const fixture = openKeyService()
      const { clock, jump } = fixture
      const witness = createClockWitness(fixture)
      await witness.observe()
      clock.advance(2 * DAY_MS)
      assert.equal(await witness.observe(), "trusted")
      for (let step = 0; step < steps; step += 1) {
        assert.equal(await witness.observe(), "trusted")
        jump(Math.trunc(jumpMs / steps) + (step === 0 ? jumpMs % steps : 0))
      }
      assert.equal(await witness.observe(), "on trial")
      clock.advance(DAY_MS - 1)
      assert.equal(await witness.observe(), "on trial")
      assert.equal(await createClockWitness(fixture).observe(), "on trial")
      clock.advance(1)
      assert.equal(await witness.observe(), "trusted")
    }
  })
}

test("five minutes are not a jump", async () => {
  const fixture = openKeyService()
  const witness = createClockWitness(fixture)
  await witness.observe()
  fixture.clock.advance(2 * DAY_MS)
  assert.equal(await witness.observe(), "trusted")
  fixture.jump(5 * MINUTE_MS)
  assert.equal(await witness.observe(), "trusted")
})

test("a start before the last observation puts the clock on trial", async () => {
  const fixture = openKeyService()
  await createClockWitness(fixture).observe()
  fixture.clock.advance(2 * DAY_MS)
  await createClockWitness(fixture).observe()
  fixture.jump(-DAY_MS)
  assert.equal(await createClockWitness(fixture).observe(), "on trial")
})

test("a jump that could not be stored is detected again", async () => {
  const fixture = openKeyService()
  const { clock, jump, store } = fixture
  let isReadOnly = false
  const breaking: typeof store = {
    ...store,
    commit: (commit) =>
      isReadOnly ? Promise.reject(new StoreReadOnly("full")) : store.commit(commit),
  }
  const witness = createClockWitness({ ...fixture, store: breaking })
  await witness.observe()
  clock.advance(2 * DAY_MS)
  assert.equal(await witness.observe(), "trusted")
  isReadOnly = true
  jump(8 * DAY_MS)
  await assert.rejects(witness.observe(), { code: "Unavailable" })
  isReadOnly = false
  assert.equal(await witness.observe(), "on trial")
})

test("a witness whose row does not open starts over", async () => {
  const fixture = openKeyService()
  const { clock, plainStore } = fixture
  const witness = createClockWitness(fixture)
  await witness.observe()
  clock.advance(2 * DAY_MS)
  assert.equal(await witness.observe(), "trusted")
  const key = rowKey("settings", "clock-witness")
  const writes = [{ key, value: Buffer.alloc(100), expect: "any" as const }]
  await plainStore.commit(newCommit(clock, { guards: [], writes }))
  assert.equal(await witness.observe(), "on trial")
  clock.advance(DAY_MS)
  assert.equal(await witness.observe(), "trusted")
})
