import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import type { Outcome } from "./suite.ts"

const FOLDER = join(import.meta.dirname, "known-failures")

/** A cause, in a sentence, and the tests that fail because of it. */
type Causes = Readonly<Record<string, readonly string[]>>

export interface KnownFailures {
  readonly fails: Causes
  /** Tests that fail now and then, for example depending on the speed of the machine. */
  readonly varies: Causes
}

const CAUSES = z.record(z.string(), z.array(z.string()))
const KNOWN_FAILURES: z.ZodType<KnownFailures> = z.strictObject({
  fails: CAUSES,
  varies: CAUSES.default({}),
})

/**
 * What fails in a suite: SUITE.json everywhere, SUITE.names.json where the service's host names resolve to the server,
 * and SUITE.address.json on an IP address.
 */
export function readKnownFailures(suiteName: string, hasHostNames: boolean): KnownFailures {
  const everywhere = readList(`${suiteName}.json`)
  const here = readList(`${suiteName}.${hasHostNames ? "names" : "address"}.json`)
  return {
    fails: { ...everywhere.fails, ...here.fails },
    varies: { ...everywhere.varies, ...here.varies },
  }
}

function readList(file: string): KnownFailures {
  const path = join(FOLDER, file)
  if (!existsSync(path)) return { fails: {}, varies: {} }
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

/** The result of a run, compared with the known failures. */
export function compareOutcomes(outcomes: readonly Outcome[], known: KnownFailures): Comparison {
  const expected = new Set(Object.values(known.fails).flat())
  const varying = new Set(Object.values(known.varies).flat())
  const named = (result: Outcome["result"]) =>
    outcomes.filter((outcome) => outcome.result === result).map(({ test }) => test)
  const [passed, failed, skipped] = [named("passed"), named("failed"), named("skipped")]
  const ran = new Set([...passed, ...failed])
  return {
    passed: passed.length,
    knownFailures: failed.filter((test) => expected.has(test) || varying.has(test)).length,
    skipped: skipped.length,
    newFailures: failed.filter((test) => !expected.has(test) && !varying.has(test)),
    unexpectedPasses: passed.filter((test) => expected.has(test)),
    notRun: [...expected].filter((test) => !ran.has(test)),
  }
}
