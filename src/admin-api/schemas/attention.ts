import { z } from "zod"
import { count, time } from "./fields.ts"
import { named } from "./named.ts"

/** Something that an operator should look at. */
export interface Attention {
  readonly code:
    | "KeyNearDeletion"
    | "KeyDisabledInUse"
    | "DiskNearlyFull"
    | "StoreReadOnly"
    | "NoRecoveryCode"
    | "KmsNotEnabled"
    | "JobFailed"
    | "DataDamaged"
  readonly severity: "info" | "warning" | "critical"
  readonly cmkId: string | null
  readonly alias: string | null
  readonly at: string | null
  readonly count: number | null
  readonly message: string
}

export const attention: z.ZodType<Attention> = named(
  "Attention",
  z.object({
    code: z.enum([
      "KeyNearDeletion",
      "KeyDisabledInUse",
      "DiskNearlyFull",
      "StoreReadOnly",
      "NoRecoveryCode",
      "KmsNotEnabled",
      "JobFailed",
      "DataDamaged",
    ]),
    severity: z.enum(["info", "warning", "critical"]),
    cmkId: z.string().nullable(),
    alias: z.string().nullable(),
    at: time.nullable().describe("the time it concerns, such as that of the destruction"),
    count: count
      .nullable()
      .describe("object versions under the CMK, free bytes, or the number of damaged items"),
    message: z.string().describe("a sentence in English"),
  }),
)
