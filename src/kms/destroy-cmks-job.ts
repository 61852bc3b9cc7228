import type { Job } from "../keeper/job.ts"
import type { KeyService } from "./key-service.ts"

/** Destroys the CMKs whose deletion time has come, every minute. */
export function destroyCmksJob(keyService: Pick<KeyService, "sweepDeletedCmks">): Job {
  return {
    name: "destroy-cmks",
    everyMs: 60_000,
    async run() {
      return { cursor: undefined, did: { cmksDestroyed: await keyService.sweepDeletedCmks() } }
    },
  }
}
