import type { Guard } from "../storage/metadata-store.ts"

/** Another keeper has taken the lease. The run that detects it ends, and nothing of that commit was done. */
export class LeaseLost extends Error {
  override name = "LeaseLost"
}

/** The limits of one run of a job, and the lease it commits under. */
export interface Budget {
  /** The keeper's lease. It guards every commit of a job, so that a replaced keeper changes nothing. */
  readonly lease: Guard
  /** Lets requests go first. Await it between small pieces of work, each well below 10 ms. */
  readonly breathe: () => Promise<void>
  /** Whether the run should end and return where to continue. */
  readonly isSpent: () => boolean
}

export interface JobRun {
  /** Where the next run continues; undefined when the job is done until its interval has passed. */
  readonly cursor: string | undefined
  /** Counts of what was done, by name. The log leaves zeros out. */
  readonly did: Readonly<Record<string, number>>
}

/** Background work, in runs that are short, resumable and safe beside any traffic. */
export interface Job {
  /** Appears in the log and in the job's row. */
  readonly name: string
  readonly everyMs: number
  run(cursor: string | undefined, budget: Budget): Promise<JobRun>
}
