import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import type { Outcome } from "./suite.ts"

const FOLDER = join(import.meta.dirname, "known-failures")

/** A cause, in a sentence, and the tests that fail from it. */
export type KnownFailures = Readonly<Record<string, readonly string[]>>

const KNOWN_FAILURES: z.ZodType<KnownFailures> = z.record(z.string(), z.array(z.string()))

/**
 * What fails of a suite. Without the names of the service, that is on an IP address, SUITE.address.json names what fails
 * besides.
 */
export function readKnownFailures(suiteName: string, hasHostNames: boolean): KnownFailures {
  const everywhere = readList(`${suiteName}.json`)
  return hasHostNames ? everywhere : { ...everywhere, ...readList(`${suiteName}.address.json`) }
}

function readList(file: string): KnownFailures {
  const path = join(FOLDER, file)
  if (!existsSync(path)) return {}
  return KNOWN_FAILURES.parse(JSON.parse(readFileSync(path, "utf8")))
}

export interface Comparison {
  readonly passed: number
  /** Those that failed as expected. */
  readonly knownFailures: number
  readonly skipped: number
  /** Failed, and not in the list. */
  readonly newFailures: readonly string[]
  /** In the list, but passed. */
  readonly unexpectedPasses: readonly string[]
  /** In the list, but did not run. */
  readonly notRun: readonly string[]
}

/** What came of a run, against what is known to fail. */
export function compareOutcomes(outcomes: readonly Outcome[], known: KnownFailures): Comparison {
  const expected = new Set(Object.values(known).flat())
  const named = (result: Outcome["result"]) =>
    outcomes.filter((outcome) => outcome.result === result).map(({ test }) => test)
  const [passed, failed, skipped] = [named("passed"), named("failed"), named("skipped")]
  const ran = new Set([...passed, ...failed])
  return {
    passed: passed.length,
    knownFailures: failed.filter((test) => expected.has(test)).length,
    skipped: skipped.length,
    newFailures: failed.filter((test) => !expected.has(test)),
    unexpectedPasses: passed.filter((test) => expected.has(test)),
    notRun: [...expected].filter((test) => !ran.has(test)),
  }
}
