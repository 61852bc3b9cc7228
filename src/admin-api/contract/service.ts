import { z } from "zod"
import { encryptionShares } from "./buckets.ts"
import { type Contract, defineContract, named } from "./contract.ts"
import { cmkId, cmkState, count, next, time, wholeNumber } from "./fields.ts"

const activation = named(
  "Activation",
  z.object({
    mode: z.enum(["on", "off", "ask"]).describe("the option --kms of the server"),
    status: z.enum(["Enabled", "NotEnabled"]),
    openedAt: time.nullable().describe("when it was activated; null where --kms on says so"),
    canOpen: z.boolean().describe("whether openKmsService would activate it"),
  }),
)

const describeServer = defineContract({
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
      activation,
    }),
  ),
})

const describeActivation = defineContract({
  name: "describeActivation",
  tag: "service",
  summary: "Whether the key service is activated",
  method: "GET",
  path: "/api/activation",
  output: activation,
})

const openKmsService = defineContract({
  name: "openKmsService",
  tag: "service",
  summary: "Activates the key service",
  method: "POST",
  path: "/api/activation",
  output: activation,
  errors: ["AlreadyOpen"],
})

const rootOfTrust = named(
  "RootOfTrust",
  z.object({
    provider: z
      .enum(["key-file", "passphrase", "recovery", "memory"])
      .describe("what unlocked the root key at this start"),
    rootKeyId: z.string().nullable().describe("null in memory, where it has none"),
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
        "whether the root key is the one that the data was made with; a server with another does not start",
      ),
  }),
)

const describeRootOfTrust = defineContract({
  name: "describeRootOfTrust",
  tag: "service",
  summary: "Where the root key lies, and what unlocks it",
  method: "GET",
  path: "/api/root-of-trust",
  output: rootOfTrust,
})

/** Codes that were made before go on opening the root key. */
const createRecoveryCode = defineContract({
  name: "createRecoveryCode",
  tag: "service",
  summary: "Makes a recovery code, which is answered this once and stored nowhere",
  method: "POST",
  path: "/api/root-of-trust/recovery-code",
  session: "fresh",
  output: named("RecoveryCode", z.object({ code: z.string() })),
})

const severity = z.enum(["info", "warning", "critical"])

const describeHealth = defineContract({
  name: "describeHealth",
  tag: "service",
  summary: "The health of the server in single checks",
  method: "GET",
  path: "/api/health",
  output: named(
    "Health",
    z.object({
      status: z.enum(["ok", "degraded", "failing"]),
      checks: z.array(
        z.object({
          name: z.enum(["store", "disk", "root-key", "jobs"]),
          status: z.enum(["ok", "degraded", "failing"]),
          message: z.string().describe("a sentence in English"),
        }),
      ),
      disk: z
        .object({ totalBytes: count, freeBytes: count })
        .nullable()
        .describe("of the data directory's file system; null in memory"),
      memory: z.object({ processBytes: count, requestBytes: count, requestBytesMax: count }),
    }),
  ),
})

const job = named(
  "Job",
  z.object({
    name: z.string(),
    everySeconds: z.number(),
    state: z.enum(["waiting", "running", "failed"]),
    lastStartedAt: time.nullable(),
    lastEndedAt: time.nullable(),
    lastDid: z
      .array(z.object({ what: z.string(), count }))
      .describe("what the last run did; empty when nothing was to do"),
    lastError: z.string().nullable(),
  }),
)

const listJobs = defineContract({
  name: "listJobs",
  tag: "service",
  summary: "The background jobs",
  method: "GET",
  path: "/api/jobs",
  output: named("JobList", z.object({ items: z.array(job) })),
})

const recentRequest = named(
  "RecentRequest",
  z.object({
    requestId: z.string(),
    at: time,
    door: z.enum(["kms", "console"]),
    action: z.string().describe("kms:Encrypt, console:disableKey"),
    caller: z.string().describe("the access key that signed or signed in; empty when unknown"),
    sourceAddress: z.string(),
    cmkId: z.string().nullable(),
    status: z.int(),
    errorCode: z.string().nullable().describe("null when it succeeded"),
    ms: z.number(),
  }),
)

/** The last few thousand since the server's start. Reads of the console itself are left out. */
const listRequests = defineContract({
  name: "listRequests",
  tag: "service",
  summary: "Recent operations of the key service and of administration, the newest first",
  method: "GET",
  path: "/api/requests",
  parameters: z.strictObject({
    action: z.string().max(128).optional().describe("part of the action's name"),
    caller: z.string().max(128).optional(),
    cmkId: cmkId.optional(),
    result: z.enum(["success", "failure"]).optional(),
    after: z.string().max(64).default("").describe("`next` of the page before"),
    limit: wholeNumber(1, 500).default(100),
  }),
  output: named(
    "RequestPage",
    z.object({
      items: z.array(recentRequest),
      next,
      kept: z.int().describe("how many requests are remembered at most"),
      since: time.describe("the server's start"),
    }),
  ),
})

const attention = named(
  "Attention",
  z.object({
    code: z.enum([
      "KeyNearDeletion",
      "KeyDisabledInUse",
      "DiskNearlyFull",
      "StoreReadOnly",
      "DamagedRows",
      "NoRecoveryCode",
      "KmsNotEnabled",
      "JobFailed",
    ]),
    severity,
    cmkId: z.string().nullable(),
    alias: z.string().nullable(),
    at: time.nullable().describe("the moment that the code is about: of the destruction"),
    count: count.nullable().describe("how many the code is about"),
    message: z.string().describe("a sentence in English"),
  }),
)

const describeOverview = defineContract({
  name: "describeOverview",
  tag: "service",
  summary: "What lies in the store, and what needs attention",
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
      serviceKeys: count.describe("default CMKs, which count in keysByState too"),
      attention: z.array(attention).describe("at most 50, the worst first"),
    }),
  ),
})

const trafficPoint = named(
  "TrafficPoint",
  z.object({
    at: time.describe("where the interval begins"),
    oss: count,
    kms: count,
    console: count,
    failures: count.describe("answers of status 500 and above"),
    p50Ms: z.number().nullable().describe("of OSS and KMS requests; null without any"),
    p99Ms: z.number().nullable(),
  }),
)

const describeTraffic = defineContract({
  name: "describeTraffic",
  tag: "service",
  summary: "Requests and their latency over the last hour at most",
  method: "GET",
  path: "/api/traffic",
  parameters: z.strictObject({
    seconds: wholeNumber(60, 3600).default(600),
  }),
  output: named("Traffic", z.object({ intervalSeconds: z.int(), points: z.array(trafficPoint) })),
})

export const SERVICE_CONTRACTS: readonly Contract[] = [
  describeServer,
  describeActivation,
  openKmsService,
  describeRootOfTrust,
  createRecoveryCode,
  describeHealth,
  listJobs,
  listRequests,
  describeOverview,
  describeTraffic,
]
