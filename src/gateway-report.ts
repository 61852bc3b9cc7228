import { type Answered, latencyClassOf, type Traffic } from "./http/traffic.ts"
import type { CmkId } from "./kms/cmk.ts"
import { createLastUses, type LastUses } from "./kms/last-uses.ts"

/** What a further gateway reports to the first one, whose console shows it. */
export interface GatewayReport {
  readonly answered: readonly Answered[]
  readonly used: readonly (readonly [cmkId: CmkId, atMs: number])[]
}

/** Collects what is to be reported. */
export interface Reporting {
  readonly traffic: Pick<Traffic, "note">
  readonly lastUses: LastUses
  /** What was collected since the last call; undefined when nothing was. */
  take(): GatewayReport | undefined
}

export function createReporting(sinceMs: number): Reporting {
  let answered = new Map<string, Answered>()
  let used = new Map<CmkId, number>()
  const lastUses = createLastUses(sinceMs)
  return {
    traffic: {
      note(request) {
        const name = `${request.door} ${request.status >= 500} ${latencyClassOf(request.ms)}`
        const count = (answered.get(name)?.count ?? 0) + 1
        answered.set(name, { ...request, count })
      },
    },
    lastUses: {
      ...lastUses,
      note(cmkId, atMs) {
        lastUses.note(cmkId, atMs)
        used.set(cmkId, atMs)
      },
    },
    take() {
      if (answered.size === 0 && used.size === 0) return undefined
      const report = { answered: [...answered.values()], used: [...used] }
      answered = new Map()
      used = new Map()
      return report
    },
  }
}

/** Adds another gateway's report to what this one knows. */
export function addReport(
  { answered, used }: GatewayReport,
  { traffic, lastUses }: Pick<Reporting, "traffic" | "lastUses">,
): void {
  for (const each of answered) traffic.note(each)
  for (const [cmkId, atMs] of used) lastUses.note(cmkId, Math.max(atMs, lastUses.of(cmkId) ?? 0))
}
