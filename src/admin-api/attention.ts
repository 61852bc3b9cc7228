import { isoTime } from "../base/clock.ts"
import type { KeyView } from "./schemas/key.ts"
import type { Attention } from "./schemas/attention.ts"
import type { SignedInCall } from "./operation.ts"

const DAY_MS = 86_400_000
const SHOWN_MAX = 50
const RANK = { critical: 0, warning: 1, info: 2 } as const

const NOTHING = { cmkId: null, alias: null, at: null, count: null }

/** What an operator should look at, the worst first. `keys` are those that are not enabled. */
export async function findAttention(
  call: SignedInCall,
  { keys, isKmsEnabled }: { readonly keys: readonly KeyView[]; readonly isKmsEnabled: boolean },
): Promise<Attention[]> {
  const found = [
    ...ofStorage(call),
    ...ofDamage(call),
    ...(await ofRootOfTrust(call)),
    ...keys.flatMap((key) => ofKey(key, call.clock.nowMs())),
    ...ofJobs(call),
    ...(isKmsEnabled ? [] : [ofActivation()]),
  ]
  return found.sort((left, right) => RANK[left.severity] - RANK[right.severity]).slice(0, SHOWN_MAX)
}

function ofStorage({ facts }: SignedInCall): Attention[] {
  const storage = facts.storage()
  if (storage === undefined) return []
  const { readOnlyReason, disk } = storage
  const found: Attention[] = []
  if (readOnlyReason !== undefined) {
    const message = `The store accepts no writes until it is restarted: ${readOnlyReason}.`
    found.push({ ...NOTHING, code: "StoreReadOnly", severity: "critical", message })
  }
  const freeShare = disk.totalBytes === 0 ? 1 : disk.freeBytes / disk.totalBytes
  if (freeShare < 0.1) {
    const message = `${Math.floor(freeShare * 100)} % of the disk is free.`
    const severity = freeShare < 0.03 ? "critical" : "warning"
    found.push({ ...NOTHING, code: "DiskNearlyFull", severity, count: disk.freeBytes, message })
  }
  return found
}

function ofDamage({ store }: SignedInCall): Attention[] {
  const count = store.damage.count()
  if (count === 0) return []
  const message = `${count} rows or objects that were read do not open: osseal fsck tells which.`
  return [{ ...NOTHING, code: "DataDamaged", severity: "critical", count, message }]
}

async function ofRootOfTrust({ facts }: SignedInCall): Promise<Attention[]> {
  const { provider, wraps } = await facts.rootOfTrust()
  if (provider === "memory" || wraps.some((wrap) => wrap.provider === "recovery")) return []
  const message = "No recovery code was created: if the means to unlock is lost, the data is lost."
  return [{ ...NOTHING, code: "NoRecoveryCode", severity: "warning", message }]
}

function ofKey(key: KeyView, nowMs: number): Attention[] {
  const { cmkId, state, deletionAt, uses } = key
  const alias = key.aliases[0] ?? null
  const count = uses.objectVersions
  if (state === "PendingDeletion" && deletionAt !== null) {
    const leftMs = Date.parse(deletionAt) - nowMs
    const severity = count > 0 || leftMs < 3 * DAY_MS ? "critical" : "warning"
    const message = `The CMK ${alias ?? cmkId} can be destroyed from ${isoTime(nowMs + leftMs)} on.`
    return [{ code: "KeyNearDeletion", severity, cmkId, alias, at: deletionAt, count, message }]
  }
  if (state !== "Disabled" || count === 0) return []
  const message = `The CMK ${alias ?? cmkId} is disabled, and objects under it cannot be read.`
  return [{ code: "KeyDisabledInUse", severity: "warning", cmkId, alias, at: null, count, message }]
}

function ofJobs({ facts }: SignedInCall): Attention[] {
  return facts
    .jobs()
    .filter(({ state }) => state === "failed")
    .map(({ name }) => ({
      ...NOTHING,
      code: "JobFailed",
      severity: "warning",
      message: `The background job ${name} failed; it will be retried.`,
    }))
}

function ofActivation(): Attention {
  const message = "The key service is not activated: nothing can be stored or read under a CMK."
  return { ...NOTHING, code: "KmsNotEnabled", severity: "info", message }
}
