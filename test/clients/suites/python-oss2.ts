import { parsePytest } from "../parse-output.ts"
import type { Suite } from "../suite.ts"

const VERSION = "2.19.1"

/** Packages that the tests import and the package does not bring. */
const TEST_PACKAGES = ["pytest", "pytest-timeout", "mock", "aliyun-python-sdk-sts"]

export const PYTHON_OSS2: Suite = {
  name: "python-oss2",
  title: `oss2 ${VERSION}, the tests of its source distribution`,
  needsHostNames: true,
  programs: ["python3", "tar"],
  install: [
    { program: "python3", args: ["-m", "venv", "venv"] },
    {
      program: "venv/bin/pip",
      args: ["install", "-q", `oss2==${VERSION}`, ...TEST_PACKAGES],
    },
    {
      program: "venv/bin/pip",
      args: ["download", "-q", "--no-deps", "--no-binary", ":all:", `oss2==${VERSION}`],
    },
    { program: "tar", args: ["xzf", `oss2-${VERSION}.tar.gz`, "--strip-components=1"] },
  ],
  serverArgs: ["--encryption-header-operations", "current"],
  run: (server) => ({
    program: "venv/bin/pytest",
    args: ["tests", "-v", "--no-header", "--tb=native", "--timeout=900", "-p", "no:cacheprovider"],
    env: {
      OSS_TEST_ENDPOINT: server.ossEndpoint,
      OSS_TEST_ACCESS_KEY_ID: server.accessKeyId,
      OSS_TEST_ACCESS_KEY_SECRET: server.accessKeySecret,
      OSS_TEST_REGION: server.region,
      OSS_TEST_BUCKET: "oss2-suite",
      OSS_TEST_CMK: server.cmkId,
      OSS_TEST_CMK_REGION: server.region,
    },
  }),
  parse: parsePytest,
  minutesMax: 60,
}
