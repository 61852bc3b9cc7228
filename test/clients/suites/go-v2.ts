import { parseGoTest } from "../parse-output.ts"
import type { Suite } from "../suite.ts"
import { copyGoModule } from "./go-module.ts"

/**
 * Each test runs in its own process: many continue with a nil result when an operation is refused, and their panic
 * * would end the others. Tests with a mock are left out: they need no server, but files that are not in the module.
 */
const EACH_ALONE = `for test in $(../suite.test -test.list . | grep '^Test' | grep -v '^TestMock'); do
  ../suite.test -test.v -test.timeout 5m -test.run "^$test$"
done
true`

export const GO_V2: Suite = {
  name: "go-v2",
  title: "alibabacloud-oss-go-sdk-v2 1.6.1, its integration and unit tests",
  needsHostNames: true,
  programs: ["go"],
  install: [
    ...copyGoModule("github.com/aliyun/alibabacloud-oss-go-sdk-v2", "v1.6.1"),
    {
      program: "go",
      args: ["test", "-tags", "integration", "-vet=off", "-c", "-o", "suite.test", "./oss"],
    },
  ],
  serverArgs: ["--encryption-header-operations", "current"],
  run: (server) => ({
    program: "bash",
    args: ["-c", EACH_ALONE],
    cwd: "oss",
    env: {
      OSS_TEST_ENDPOINT: server.ossEndpoint,
      OSS_TEST_ACCESS_KEY_ID: server.accessKeyId,
      OSS_TEST_ACCESS_KEY_SECRET: server.accessKeySecret,
      OSS_TEST_REGION: server.region,
      OSS_TEST_SIGNATURE_VERSION: "v4",
    },
  }),
  parse: parseGoTest,
  minutesMax: 30,
}
