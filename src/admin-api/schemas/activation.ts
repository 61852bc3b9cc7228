import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import type { AccountStatus } from "../../kms/key-service.ts"
import { time } from "./fields.ts"
import { named } from "./named.ts"

interface ActivationView {
  readonly mode: "on" | "off" | "ask"
  readonly status: "Enabled" | "NotEnabled"
  readonly openedAt: string | null
  readonly canOpen: boolean
}

export const activationView: z.ZodType<ActivationView> = named(
  "Activation",
  z.object({
    mode: z.enum(["on", "off", "ask"]).describe("the option --kms of the server"),
    status: z.enum(["Enabled", "NotEnabled"]),
    openedAt: time
      .nullable()
      .describe("when it was activated; null where no activation was needed"),
    canOpen: z.boolean().describe("whether openKmsService would activate it"),
  }),
)

export function viewOfActivation({ mode, isEnabled, openedMs }: AccountStatus): ActivationView {
  return {
    mode,
    status: isEnabled ? "Enabled" : "NotEnabled",
    openedAt: openedMs === undefined ? null : isoTime(openedMs),
    canOpen: mode === "ask" && !isEnabled,
  }
}
