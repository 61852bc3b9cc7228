import assert from "node:assert/strict"
import { test } from "node:test"
import { pino } from "pino"
import { fakeClock } from "../../base/clock.ts"
import { BlobStoreFull, BlobStoreReadOnly } from "../blob-store.ts"
import { StoreFull, StoreReadOnly } from "../metadata-store.ts"
import { createReadOnlyState } from "./read-only-state.ts"
import { createWriteRefusals } from "./write-refusals.ts"

function open() {
  const lines: { msg: string; reason: string; refusedBefore: number; level: number }[] = []
  const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number])
  const state = createReadOnlyState(pino({ level: "silent" }))
  const disk = { hasRoom: true }
  const clock = fakeClock(0)
  const refusals = createWriteRefusals({
    directory: "/data",
    state,
    hasRoom: () => disk.hasRoom,
    clock,
    log: pino({}, { write }),
  })
  return { refusals, lines, clock, disk, state }
}

test("a write that is refused is a warning that says what to do, at most once a minute", () => {
  const { refusals, lines, clock } = open()
  refusals.note(new StoreFull("the disk is nearly full"))
  for (let count = 0; count < 5; count += 1) {
    clock.advance(11_000)
    refusals.note(new BlobStoreFull("the disk is nearly full"))
  }
  assert.equal(lines.length, 1)
  assert.equal(lines[0]?.level, 40)
  assert.match(lines[0].msg, /Delete objects.*64 MiB/)
  clock.advance(5000)
  refusals.note(new BlobStoreFull("the disk is full"))
  assert.equal(lines.length, 2)
  assert.equal(lines[1]?.refusedBefore, 5)
})

test("each reason has a warning of its own", () => {
  const { refusals, lines } = open()
  refusals.note(new StoreFull("the disk is nearly full"))
  refusals.note(new StoreReadOnly("fsync failed"))
  refusals.note(new BlobStoreReadOnly("fsync failed"))
  assert.deepEqual(
    lines.map(({ msg }) => /nearly full|restart/.exec(msg)?.[0]),
    ["nearly full", "restart"],
  )
})

test("what is no refusal of the store is not told", () => {
  const { refusals, lines } = open()
  refusals.note(new Error("a bug"))
  assert.deepEqual(lines, [])
})

test("a full disk counts for as long as it is full, a failed write until the restart", () => {
  const { refusals, disk, state } = open()
  assert.deepEqual(refusals.current(), [])
  disk.hasRoom = false
  assert.deepEqual(refusals.current(), ["full"])
  disk.hasRoom = true
  assert.deepEqual(refusals.current(), [])
  state.turnReadOnly("fsync failed")
  assert.deepEqual(refusals.current(), ["read-only"])
})
