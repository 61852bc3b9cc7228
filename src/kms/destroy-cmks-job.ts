import type { Clock } from "../base/clock.ts"
import { keeperCaller } from "../identity/caller.ts"
import type { Job } from "../keeper/job.ts"
import type { KeyService } from "./key-service.ts"

/** Observes the clock every minute. While it is trusted, destroys the CMKs whose deletion is due. */
export function destroyCmksJob(
  keyService: Pick<KeyService, "sweepDeletedCmks">,
  clock: Clock,
): Job {
  return {
    name: "destroy-cmks",
    everyMs: 60_000,
    async run() {
      const { destroyed, failed } = await keyService.sweepDeletedCmks(keeperCaller(clock.nowMs()))
      const did = { cmksDestroyed: destroyed, cmksNotDestroyed: failed }
      return { cursor: undefined, did }
    },
  }
}
