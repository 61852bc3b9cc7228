import { z } from "zod"
import { countBuckets } from "../../objects/buckets.ts"
import { takeCensus } from "../../objects/census.ts"
import { findAttention } from "../attention.ts"
import { sharesOf } from "../bucket-view.ts"
import { readKeySurroundings } from "../key-view.ts"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import type { SignedInCall } from "../operation.ts"
import { attention } from "../schemas/attention.ts"
import { encryptionShares } from "../schemas/bucket.ts"
import { cmkState, count } from "../schemas/fields.ts"
import type { KeyView } from "../schemas/key.ts"
import { named } from "../schemas/named.ts"

const STATES = ["Enabled", "Disabled", "PendingDeletion", "PendingImport"] as const

async function readKeys(call: SignedInCall): Promise<KeyView[]> {
  const surroundings = await readKeySurroundings(call)
  const cmks = await call.keyService.listCmks(call.caller)
  return Promise.all(cmks.map((cmk) => surroundings.viewOf(cmk)))
}

export const describeOverview: Operation = defineOperation({
  name: "describeOverview",
  tag: "service",
  summary: "What the store contains, and what needs attention",
  method: "GET",
  path: "/api/overview",
  output: named(
    "Overview",
    z.object({
      buckets: count,
      objectVersions: count,
      objectBytes: count,
      uploads: count,
      byEncryption: encryptionShares,
      keysByState: z.array(z.object({ state: cmkState, count })).describe("every state once"),
      serviceKeys: count.describe("default CMKs, which are also counted in keysByState"),
      attention: z.array(attention).describe("at most 50, the worst first"),
    }),
  ),
  needs: ofServer("osseal:DescribeOverview"),
  run: async (call) => {
    const { caller, keyService, scope, store } = call
    const { isEnabled } = await keyService.accountStatus(caller)
    const keys = isEnabled ? await readKeys(call) : []
    const census = await takeCensus(store)
    const byEncryption = sharesOf(census)
    return {
      buckets: await countBuckets(store, scope.accountId),
      objectVersions: byEncryption.reduce((sum, share) => sum + share.objectVersions, 0),
      objectBytes: byEncryption.reduce((sum, share) => sum + share.objectBytes, 0),
      uploads: census.uploadCount,
      byEncryption,
      keysByState: STATES.map((state) => ({
        state,
        count: keys.filter((key) => key.state === state).length,
      })),
      serviceKeys: keys.filter(({ owner }) => owner === "service").length,
      attention: await findAttention(call, { keys, isKmsEnabled: isEnabled }),
    }
  },
})
