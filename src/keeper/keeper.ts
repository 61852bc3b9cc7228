import { setTimeout as delay } from "node:timers/promises"
import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { randomBytes } from "../base/random.ts"
import { commitProposal } from "../storage/commit-loop.ts"
import type { Guard, MetadataStore } from "../storage/metadata-store.ts"
import { recordCodec, type RecordCodec } from "../storage/record-codec.ts"
import { rowKey } from "../storage/row-keys.ts"
import type { Budget, Job } from "./job.ts"

/** A slice of work. After it, requests go first for the same time. */
const SLICE_MS = 5
/** One run of a job. After it, the other jobs have their turn. */
const RUN_MS = 500

/** How soon the keeper tries again to take a lease that it could not take. */
const LEASE_RETRY_MS = 2000

const LEASE_ROW = rowKey("lease", "keeper")

export interface LeaseRecord {
  readonly holder: string
}

export const leaseCodec: RecordCodec<LeaseRecord> = recordCodec({
  name: "lease",
  write: ({ holder }) => ({ holder }),
  readers: { 1: ({ holder }) => ({ holder: typeof holder === "string" ? holder : "" }) },
})

export interface JobRecord {
  readonly cursor: string | undefined
  readonly finishedMs: number
}

/** Where a job continues after a restart, and when it was last finished. */
export const jobCodec: RecordCodec<JobRecord> = recordCodec({
  name: "job",
  write: ({ cursor, finishedMs }) => ({ cursor, finishedMs }),
  readers: {
    1: ({ cursor, finishedMs }) => ({
      cursor: typeof cursor === "string" ? cursor : undefined,
      finishedMs: Number(finishedMs),
    }),
  },
})

/** The state of a job. */
export interface JobStatus {
  readonly name: string
  readonly everyMs: number
  readonly state: "waiting" | "running" | "failed"
  /** Counts of the last run. */
  readonly startedMs: number | undefined
  readonly endedMs: number | undefined
  readonly did: Readonly<Record<string, number>>
  readonly error: string | undefined
}

export interface Keeper {
  jobs(): readonly JobStatus[]
  /** Ends after the run in progress. */
  stop(): Promise<void>
}

interface Parts {
  readonly metadata: MetadataStore
  readonly clock: Clock
  readonly log: Log
}

/**
 * Runs each job at its interval until stopped. A job that waits for requests to end does not block the others. There is
 * one keeper per deployment: the last one that wrote the lease row. The current engine lets only one process in, so a
 * new keeper takes the lease at once. A commit that guards the lease fails once another keeper has it.
 */
export function startKeeper(
  parts: Parts,
  jobs: readonly Job[],
  leaseRetryMs: number = LEASE_RETRY_MS,
): Keeper {
  const stopping = new AbortController()
  const lease = createLease(parts, leaseRetryMs, stopping.signal)
  const statuses = new Map<string, JobStatus>(jobs.map((job) => [job.name, newStatus(job)]))
  const note = (name: string, change: Partial<JobStatus>): void => {
    const before = statuses.get(name)
    if (before !== undefined) statuses.set(name, { ...before, ...change })
  }
  const watched = { ...parts, note }
  const ended = Promise.all(jobs.map((job) => keep(watched, job, lease, stopping.signal)))
  return {
    jobs: () => [...statuses.values()],
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

function newStatus({ name, everyMs }: Job): JobStatus {
  const never = { startedMs: undefined, endedMs: undefined, error: undefined }
  return { name, everyMs, state: "waiting", did: {}, ...never }
}

interface Watched extends Parts {
  readonly note: (name: string, change: Partial<JobStatus>) => void
}

/** Takes the lease, regardless of who held it. */
export async function takeLease({ metadata, clock }: Omit<Parts, "log">): Promise<Guard> {
  const holder = randomBytes(16).toString("hex")
  await commitProposal({ metadata, clock }, () => ({
    writes: [{ key: LEASE_ROW, value: leaseCodec.encode({ holder }), expect: "any" }],
    // The jobs free space, so they need the lease on a full disk too.
    isRelease: true,
    result: undefined,
  }))
  const [row] = await metadata.get([LEASE_ROW])
  if (row === undefined || leaseCodec.decode(row.value).holder !== holder) {
    throw new Error("another keeper has taken the lease")
  }
  return { key: row.key, version: row.version }
}

/** The lease, taken when a job first needs it. undefined when the keeper is stopped before it could be taken. */
function createLease(
  parts: Parts,
  retryMs: number,
  stopping: AbortSignal,
): () => Promise<Guard | undefined> {
  let lease: Promise<Guard | undefined> | undefined
  return () => (lease ??= takeLeaseAtLast(parts, retryMs, stopping))
}

/** Tries until the lease can be taken: jobs are needed most when the store accepts hardly any writes. */
async function takeLeaseAtLast(
  parts: Parts,
  retryMs: number,
  stopping: AbortSignal,
): Promise<Guard | undefined> {
  let isTold = false
  while (!stopping.aborted) {
    try {
      return await takeLease(parts)
    } catch (error) {
      if (!isTold)
        parts.log.error({ err: error }, "background jobs wait until their lease can be taken")
      isTold = true
    }
    await delay(retryMs, undefined, { signal: stopping, ref: false }).catch(() => undefined)
  }
  return undefined
}

async function keep(
  parts: Watched,
  job: Job,
  lease: () => Promise<Guard | undefined>,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    let waitMs = job.everyMs
    try {
      const held = await lease()
      if (held === undefined) return
      if (!(await runOnce(parts, job, held, stopping))) waitMs = 0
      parts.note(job.name, { state: "waiting", error: undefined, endedMs: parts.clock.nowMs() })
    } catch (error) {
      parts.log.error({ err: error, job: job.name }, "a background job failed")
      const endedMs = parts.clock.nowMs()
      const text = error instanceof Error ? error.message : String(error)
      parts.note(job.name, { state: "failed", error: text, endedMs })
    }
    await delay(waitMs, undefined, { signal: stopping, ref: false }).catch(() => undefined)
  }
}

/** Runs a job from where its last run ended. Returns true when the job is done for now. */
async function runOnce(
  parts: Watched,
  job: Job,
  lease: Guard,
  stopping: AbortSignal,
): Promise<boolean> {
  const jobRow = rowKey("job", job.name)
  parts.note(job.name, { state: "running", startedMs: parts.clock.nowMs() })
  const [row] = await parts.metadata.get([jobRow])
  const before = row === undefined ? undefined : jobCodec.decode(row.value).cursor
  const { cursor, did } = await job.run(before, createBudget(lease, stopping))
  parts.note(job.name, { did })
  const done = Object.entries(did).filter(([, count]) => count > 0)
  if (done.length > 0) parts.log.info({ job: job.name, ...Object.fromEntries(done) }, "job run")
  if (cursor !== before) {
    const value = jobCodec.encode({ cursor, finishedMs: parts.clock.nowMs() })
    await commitProposal(parts, () => ({
      guards: [lease],
      writes: [{ key: jobRow, value, expect: "any" }],
      result: undefined,
    }))
  }
  return cursor === undefined
}

/** The budget of one run. */
export function createBudget(lease: Guard, stopping: AbortSignal): Budget {
  const startedMs = performance.now()
  let sliceMs = startedMs
  return {
    lease,
    async breathe() {
      if (performance.now() - sliceMs < SLICE_MS) return
      await delay(SLICE_MS)
      sliceMs = performance.now()
    },
    isSpent: () => stopping.aborted || performance.now() - startedMs > RUN_MS,
  }
}
