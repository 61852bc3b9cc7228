import type { Guard } from "../storage/metadata-store.ts"

/** Another keeper has taken the lease: the run that finds it ends, and nothing of that commit was done. */
export class LeaseLost extends Error {
  override name = "LeaseLost"
}

/** What one run of a job may take, and on whose behalf it commits. */
export interface Budget {
  /** The keeper's lease: a guard of every commit of a job, so that a keeper that was replaced changes nothing. */
  readonly lease: Guard
  /** Lets requests go first. To be awaited between small pieces of work, each well below 10 ms. */
  readonly breathe: () => Promise<void>
  /** Whether the run should end and return where to go on. */
  readonly isSpent: () => boolean
}

export interface JobRun {
  /** Where the next run goes on; undefined when the job is done until its interval has passed. */
  readonly cursor: string | undefined
  /** What was done, by name; zeros are left out of the log. */
  readonly did: Readonly<Record<string, number>>
}

/** Work that goes on in the background, in runs that are short, resumable and safe beside any traffic. */
export interface Job {
  /** In the log and in the job's row. */
  readonly name: string
  readonly everyMs: number
  run(cursor: string | undefined, budget: Budget): Promise<JobRun>
}
