import { setTimeout as delay } from "node:timers/promises"
import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { randomBytes } from "../base/random.ts"
import { commitProposal } from "../storage/commit-loop.ts"
import type { Guard, MetadataStore } from "../storage/metadata-store.ts"
import { recordCodec, type RecordCodec } from "../storage/record-codec.ts"
import { rowKey } from "../storage/row-keys.ts"
import type { Budget, Job } from "./job.ts"

/** A slice of work, after which requests go first for as long. */
const SLICE_MS = 5
/** A run of a job; then the others have their turn. */
const RUN_MS = 500

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

/** Where a job goes on after a restart, and when it was last done. */
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

/** How a job goes. */
export interface JobStatus {
  readonly name: string
  readonly everyMs: number
  readonly state: "waiting" | "running" | "failed"
  /** Of the last run. */
  readonly startedMs: number | undefined
  readonly endedMs: number | undefined
  readonly did: Readonly<Record<string, number>>
  readonly error: string | undefined
}

export interface Keeper {
  jobs(): readonly JobStatus[]
  /** Ends after the run that is under way. */
  stop(): Promise<void>
}

interface Parts {
  readonly metadata: MetadataStore
  readonly clock: Clock
  readonly log: Log
}

/**
 * Runs each job in its interval until stopped; one that waits for requests to end does not hold the others up. One keeper
 * per deployment: the one that wrote the lease row last. The engine in use lets one process in, so a new keeper takes the
 * lease at once; a commit that guards it comes to nothing once another keeper has it.
 */
export function startKeeper(parts: Parts, jobs: readonly Job[]): Keeper {
  const stopping = new AbortController()
  const lease = createLease(parts)
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

/** Takes the lease, whoever had it. */
export async function takeLease({ metadata, clock }: Omit<Parts, "log">): Promise<Guard> {
  const holder = randomBytes(16).toString("hex")
  await commitProposal({ metadata, clock }, () => ({
    writes: [{ key: LEASE_ROW, value: leaseCodec.encode({ holder }), expect: "any" }],
    result: undefined,
  }))
  const [row] = await metadata.get([LEASE_ROW])
  if (row === undefined || leaseCodec.decode(row.value).holder !== holder) {
    throw new Error("another keeper has taken the lease")
  }
  return { key: row.key, version: row.version }
}

/** The lease, taken when a job needs it first; one that could not be taken is tried for again. */
function createLease(parts: Parts): () => Promise<Guard> {
  let lease: Promise<Guard> | undefined
  return () => {
    lease ??= takeLease(parts)
    lease.catch(() => (lease = undefined))
    return lease
  }
}

async function keep(
  parts: Watched,
  job: Job,
  lease: () => Promise<Guard>,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    let waitMs = job.everyMs
    try {
      if (!(await runOnce(parts, job, await lease(), stopping))) waitMs = 0
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

/** One run from where the last one ended; true when the job is done for now. */
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

/** A budget of one run. */
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
