import { z } from "zod"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { named } from "../schemas/named.ts"

const WRAPS_SHOWN_MAX = 100

const rootOfTrust = named(
  "RootOfTrust",
  z.object({
    provider: z
      .enum(["key-file", "passphrase", "recovery", "memory"])
      .describe("what unlocked the root key at this start"),
    rootKeyId: z.string().nullable().describe("null in memory, where it has no id"),
    wraps: z
      .array(
        z.object({
          wrapId: z.string(),
          provider: z.enum(["key-file", "passphrase", "recovery"]),
        }),
      )
      .describe("at most 100"),
    hasRecoveryCode: z.boolean(),
    keyCheck: z
      .enum(["passed", "not needed"])
      .describe(
        "whether the root key is the one that the data was created with; a server with another one does not start",
      ),
  }),
)

export const describeRootOfTrust: Operation = defineOperation({
  name: "describeRootOfTrust",
  tag: "service",
  summary: "Where the root key is kept, and what unlocks it",
  method: "GET",
  path: "/api/root-of-trust",
  output: rootOfTrust,
  needs: ofServer("osseal:DescribeRootOfTrust"),
  run: async ({ facts }) => {
    const { provider, rootKeyId, wraps } = await facts.rootOfTrust()
    return {
      provider,
      rootKeyId,
      wraps: wraps.slice(0, WRAPS_SHOWN_MAX),
      hasRecoveryCode: wraps.some((wrap) => wrap.provider === "recovery"),
      keyCheck: provider === "memory" ? ("not needed" as const) : ("passed" as const),
    }
  },
})
