import type { Clock } from "../base/clock.ts"
import { keeperCaller } from "../identity/caller.ts"
import type { Job } from "../keeper/job.ts"
import type { KeyService } from "./key-service.ts"

/** Looks for used CMKs every minute. The first use of a CMK is stored at once, later ones at most once an hour. */
export function storeLastUsesJob(keyService: Pick<KeyService, "storeLastUses">, clock: Clock): Job {
  return {
    name: "store-last-uses",
    everyMs: 60_000,
    async run() {
      const caller = keeperCaller(clock.nowMs())
      const lastUsesStored = await keyService.storeLastUses(caller, { isLast: false })
      return { cursor: undefined, did: { lastUsesStored } }
    },
  }
}
