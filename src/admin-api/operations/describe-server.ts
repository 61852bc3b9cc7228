import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { activationView, viewOfActivation } from "../schemas/activation.ts"
import { time } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const describeServer: Operation = defineOperation({
  name: "describeServer",
  tag: "service",
  summary: "The server's names, addresses and version, for code and links",
  method: "GET",
  path: "/api/server",
  output: named(
    "Server",
    z.object({
      version: z.string(),
      startedAt: time,
      now: time,
      region: z.string(),
      accountId: z.string(),
      ossEndpoint: z.string().describe("as this browser reaches it; buckets in the path"),
      kmsEndpoint: z.string(),
      storage: z.enum(["directory", "memory"]),
      canCreateRecoveryCode: z.boolean(),
      activation: activationView,
    }),
  ),
  needs: ofServer("osseal:DescribeServer"),
  run: async ({ caller, clock, facts, keyService, request, scope }) => ({
    version: facts.version,
    startedAt: isoTime(facts.startedMs),
    now: isoTime(clock.nowMs()),
    region: scope.region,
    accountId: scope.accountId,
    ossEndpoint: facts.endpointFor("oss", request.reached),
    kmsEndpoint: facts.endpointFor("kms", request.reached),
    storage: facts.storageKind,
    canCreateRecoveryCode: facts.createRecoveryCode !== undefined,
    activation: viewOfActivation(await keyService.accountStatus(caller)),
  }),
})
