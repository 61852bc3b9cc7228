import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { count, time, wholeNumber } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

const trafficPoint = named(
  "TrafficPoint",
  z.object({
    at: time.describe("the start of the interval"),
    oss: count,
    kms: count,
    console: count,
    failures: count.describe("responses with status 500 or above"),
    p50Ms: z.number().nullable().describe("of OSS and KMS requests; null without any"),
    p99Ms: z.number().nullable(),
  }),
)

export const describeTraffic: Operation = defineOperation({
  name: "describeTraffic",
  tag: "service",
  summary: "Requests and their latency over at most the last hour",
  method: "GET",
  path: "/api/traffic",
  parameters: z.strictObject({
    seconds: wholeNumber(60, 3600).default(600),
  }),
  output: named("Traffic", z.object({ intervalSeconds: z.int(), points: z.array(trafficPoint) })),
  needs: ofServer("osseal:DescribeTraffic"),
  run: ({ facts }, { seconds }) => {
    const { intervalSeconds, points } = facts.traffic(seconds)
    return Promise.resolve({
      intervalSeconds,
      points: points.map(({ atMs, p50Ms, p99Ms, ...point }) => ({
        ...point,
        at: isoTime(atMs),
        p50Ms: p50Ms ?? null,
        p99Ms: p99Ms ?? null,
      })),
    })
  },
})
