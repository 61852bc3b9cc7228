import assert from "node:assert/strict"
import { test } from "node:test"
import { pino } from "pino"
import { fakeClock } from "../base/clock.ts"
import { newCommit } from "../storage/commit.ts"
import { StoreFull } from "../storage/metadata-store.ts"
import { createMemoryMetadataStore } from "../storage/memory/metadata-store.ts"
import { rowKey } from "../storage/row-keys.ts"
import type { Job, JobRun } from "./job.ts"
import { startKeeper, takeLease } from "./keeper.ts"

const DONE: JobRun = { cursor: undefined, did: {} }

function openParts() {
  const logged: string[] = []
  const log = pino({}, { write: (line: string) => logged.push(line) })
  return { metadata: createMemoryMetadataStore(), clock: fakeClock(0), log, logged }
}

function jobOf(name: string, run: Job["run"]): Job {
  return { name, everyMs: 60_000, run }
}

/** A promise and its resolve function. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  return { given: promise, give: () => resolve(undefined) }
}

test("a job that waits or fails does not block the others", async () => {
  const parts = openParts()
  const waiting = signal()
  const ran = signal()
  const keeper = startKeeper(parts, [
    jobOf("waiting", async () => {
      await waiting.given
      return DONE
    }),
    jobOf("failing", () => Promise.reject(new Error("no such row"))),
    jobOf("running", () => {
      ran.give()
      return Promise.resolve(DONE)
    }),
  ])
  await ran.given
  waiting.give()
  await keeper.stop()
  assert.match(parts.logged.join(""), /"job":"failing".*a background job failed/)
})

test("a job continues where it stopped, even after a restart", async () => {
  const parts = openParts()
  const cursors: (string | undefined)[] = []
  const stepping = (until: number, ended: () => void): Job =>
    jobOf("stepping", (cursor) => {
      cursors.push(cursor)
      const next = Number(cursor ?? 0) + 1
      if (cursors.length === until) ended()
      return Promise.resolve({ cursor: next === 4 ? undefined : String(next), did: {} })
    })
  for (const until of [2, 4]) {
    const ended = signal()
    const keeper = startKeeper(parts, [stepping(until, ended.give)])
    await ended.given
    await keeper.stop()
  }
  const distinct = cursors.filter((cursor, index) => index === 0 || cursor !== cursors[index - 1])
  assert.deepEqual(distinct.slice(0, 4), [undefined, "1", "2", "3"])
})

test("a keeper's commits under its lease fail once another keeper has it", async () => {
  const parts = openParts()
  const older = await takeLease(parts)
  const newer = await takeLease(parts)
  const outcomes = []
  for (const lease of [older, newer]) {
    const write = { key: rowKey("part", "a"), value: Buffer.of(1), expect: "any" as const }
    const commit = newCommit(parts.clock, { guards: [lease], writes: [write] })
    outcomes.push((await parts.metadata.commit(commit)).outcome)
  }
  assert.deepEqual(outcomes, ["conflict", "applied"])
})

test("a lease that cannot be taken yet is taken soon after it can be, and is logged once", async () => {
  const parts = openParts()
  const store = { takesWrites: false, refused: 0 }
  const ran = signal()
  const commit: typeof parts.metadata.commit = (asked) => {
    if (store.takesWrites) return parts.metadata.commit(asked)
    store.refused += 1
    if (store.refused === 3) store.takesWrites = true
    return Promise.reject(new StoreFull("the disk is nearly full"))
  }
  const job = jobOf("running", () => {
    ran.give()
    return Promise.resolve(DONE)
  })
  const keeper = startKeeper({ ...parts, metadata: { ...parts.metadata, commit } }, [job, job], 1)
  await ran.given
  await keeper.stop()
  assert.equal(parts.logged.length, 1)
  assert.match(parts.logged.join(""), /background jobs wait until their lease can be taken/)
})

test("a keeper that waits for its lease stops at once", async () => {
  const parts = openParts()
  const commit = () => Promise.reject(new StoreFull("the disk is nearly full"))
  const metadata = { ...parts.metadata, commit }
  const job = jobOf("running", () => Promise.resolve(DONE))
  const keeper = startKeeper({ ...parts, metadata }, [job], 3_600_000)
  await keeper.stop()
})

test("stopping waits for the run in progress", async () => {
  const parts = openParts()
  const begun = signal()
  const release = signal()
  let isDone = false
  const keeper = startKeeper(parts, [
    jobOf("slow", async () => {
      begun.give()
      await release.given
      isDone = true
      return DONE
    }),
  ])
  await begun.given
  const stopped = keeper.stop()
  assert.equal(isDone, false)
  release.give()
  await stopped
  assert.equal(isDone, true)
})
