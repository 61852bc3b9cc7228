import { createDamageNotes, type DamageNotes } from "./base/damage-notes.ts"
import { type Answered, latencyClassOf, type Traffic } from "./http/traffic.ts"
import type { CmkId } from "./kms/cmk.ts"
import type { RecentRequest, RecentRequests } from "./identity/recent-requests.ts"
import { createLastUses, type LastUses } from "./kms/last-uses.ts"

/** What a further gateway reports to the first one, whose console shows it. */
export interface GatewayReport {
  readonly answered: readonly Answered[]
  readonly used: readonly (readonly [cmkId: CmkId, atMs: number])[]
  readonly requests: readonly RecentRequest[]
  /** Names of damaged rows and objects. */
  readonly damaged: readonly string[]
}

/** Collects what is to be reported. */
export interface Reporting {
  readonly traffic: Pick<Traffic, "note">
  readonly requests: Pick<RecentRequests, "add">
  readonly lastUses: LastUses
  readonly damage: DamageNotes
  /** What was gathered since the last call; undefined when that is nothing. */
  take(): GatewayReport | undefined
}

/** Limits of one report. */
const DAMAGED_MAX = 1000
const REQUESTS_MAX = 1000

export function createReporting(sinceMs: number): Reporting {
  let answered = new Map<string, Answered>()
  let used = new Map<CmkId, number>()
  let requests: RecentRequest[] = []
  let damaged = new Set<string>()
  const lastUses = createLastUses(sinceMs)
  const damage = createDamageNotes()
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
    requests: {
      add(request) {
        if (requests.length < REQUESTS_MAX) requests.push(request)
      },
    },
    damage: {
      ...damage,
      note(name) {
        if (damaged.size < DAMAGED_MAX) damaged.add(name)
      },
    },
    take() {
      if (answered.size + used.size + requests.length + damaged.size === 0) return undefined
      const told = { answered: [...answered.values()], used: [...used] }
      const report = { ...told, requests, damaged: [...damaged] }
      requests = []
      damaged = new Set()
      answered = new Map()
      used = new Map()
      return report
    },
  }
}

/** Adds another gateway's report to what this one knows. */
export function addReport(
  { answered, used, requests: done, damaged }: GatewayReport,
  { traffic, lastUses, damage, requests }: Omit<Reporting, "take">,
): void {
  for (const each of answered) traffic.note(each)
  for (const request of done) requests.add(request)
  for (const name of damaged) damage.note(name)
  for (const [cmkId, atMs] of used) lastUses.note(cmkId, Math.max(atMs, lastUses.of(cmkId) ?? 0))
}
