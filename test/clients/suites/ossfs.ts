import { parsePytest } from "../parse-output.ts"
import type { Suite } from "../suite.ts"

const VERSION = "2025.5.0"

/** aiooss2 does not work with a newer aiohttp. */
const TEST_PACKAGES = ["pytest", "pytest-timeout", "aliyun-python-sdk-sts", "aiohttp<3.10"]

export const OSSFS: Suite = {
  name: "ossfs",
  title: `ossfs ${VERSION} (fsspec), the functional tests of its source distribution`,
  programs: ["python3", "tar"],
  install: [
    { program: "python3", args: ["-m", "venv", "venv"] },
    {
      program: "venv/bin/pip",
      args: ["install", "-q", `ossfs==${VERSION}`, ...TEST_PACKAGES],
    },
    {
      program: "venv/bin/pip",
      args: ["download", "-q", "--no-deps", "--no-binary", ":all:", `ossfs==${VERSION}`],
    },
    { program: "tar", args: ["xzf", `ossfs-${VERSION}.tar.gz`, "--strip-components=1"] },
  ],
  buckets: [
    { name: "ossfs-suite", acl: "private" },
    { name: "ossfs-suite-anonymous", acl: "public-read" },
  ],
  run: (server) => ({
    program: "venv/bin/pytest",
    args: ["tests/func", "-v", "--no-header", "--tb=short", "--timeout=300", "-o", "addopts="],
    env: {
      OSS_ENDPOINT: server.ossEndpoint,
      OSS_ACCESS_KEY_ID: server.accessKeyId,
      OSS_SECRET_ACCESS_KEY: server.accessKeySecret,
      OSS_TEST_BUCKET_NAME: "ossfs-suite",
      OSS_TEST_ANONYMOUS_BUCKET_NAME: "ossfs-suite-anonymous",
    },
  }),
  parse: parsePytest,
  minutesMax: 15,
}
