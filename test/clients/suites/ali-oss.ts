import { parseTap } from "../parse-output.ts"
import type { Suite } from "../suite.ts"

const VERSION = "6.23.0"

export const ALI_OSS: Suite = {
  name: "ali-oss",
  title: `ali-oss ${VERSION}, a scenario of ours for each method that osseal has an operation for`,
  needsHostNames: true,
  programs: ["npm"],
  install: [
    {
      program: "npm",
      args: ["install", "--ignore-scripts", "--no-audit", "--no-fund", `ali-oss@${VERSION}`],
    },
  ],
  scenarios: { "ali-oss.ts": "scenario.ts", "package.json": "package.json" },
  run: (server) => ({
    program: process.execPath,
    args: ["--test", "--test-reporter=tap", "--test-concurrency=1", "scenario.ts"],
    env: {
      OSS_TEST_ENDPOINT: server.ossEndpoint,
      OSS_TEST_ACCESS_KEY_ID: server.accessKeyId,
      OSS_TEST_ACCESS_KEY_SECRET: server.accessKeySecret,
      OSS_TEST_REGION: server.region,
      OSS_TEST_CMK: server.cmkId,
    },
  }),
  parse: parseTap,
  minutesMax: 10,
}
