import type { Clock } from "../base/clock.ts"
import { keeperCaller } from "../identity/caller.ts"
import type { Job } from "../keeper/job.ts"
import type { KeyService } from "./key-service.ts"

/** Looks every minute for CMKs that were used; each is stored at once the first time, and then once an hour. */
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
