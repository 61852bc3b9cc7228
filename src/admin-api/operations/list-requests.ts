import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { cmkId, next, time, wholeNumber } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

const recentRequest = named(
  "RecentRequest",
  z.object({
    requestId: z.string(),
    at: time,
    door: z.enum(["oss", "kms", "console"]),
    action: z.string().describe("such as kms:Encrypt, oss:PutBucketAcl or console:disableKey"),
    caller: z.string().describe("the access key that signed or signed in; empty when unknown"),
    sourceAddress: z.string(),
    cmkId: z.string().nullable(),
    status: z.int(),
    errorCode: z.string().nullable().describe("null when it succeeded"),
    ms: z.number(),
  }),
)

/** The last few thousand since the server started. The console's own reads are left out. */
export const listRequests: Operation = defineOperation({
  name: "listRequests",
  tag: "service",
  summary: "Recent operations of the key service, of administration and on buckets, newest first",
  method: "GET",
  path: "/api/requests",
  parameters: z.strictObject({
    action: z.string().max(128).optional().describe("part of the action's name"),
    caller: z.string().max(128).optional(),
    cmkId: cmkId.optional(),
    result: z.enum(["success", "failure"]).optional(),
    after: z
      .string()
      .regex(/^\d{0,15}$/)
      .default("")
      .describe("`next` of the previous page"),
    limit: wholeNumber(1, 500).default(100),
  }),
  output: named(
    "RequestPage",
    z.object({
      items: z.array(recentRequest),
      next,
      kept: z.int().describe("how many requests are kept at most"),
      since: time.describe("the server's start"),
    }),
  ),
  needs: ofServer("osseal:ListRequests"),
  run: ({ requests }, { after, limit: most, ...filter }) => {
    const before = after === "" ? Number.MAX_SAFE_INTEGER : Number(after)
    const page = requests.list({ filter, before, limit: most })
    return Promise.resolve({
      items: page.items.map(({ atMs, cmkId: id, errorCode, ...request }) => ({
        ...request,
        at: isoTime(atMs),
        cmkId: id ?? null,
        errorCode: errorCode ?? null,
      })),
      next: page.next === undefined ? null : String(page.next),
      kept: requests.keptMax,
      since: isoTime(requests.sinceMs),
    })
  },
})
