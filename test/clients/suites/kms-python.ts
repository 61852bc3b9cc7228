import { parsePytest } from "../parse-output.ts"
import { followLines, scenarioEnv } from "../scenario.ts"
import type { Suite } from "../suite.ts"

const PACKAGES = ["alibabacloud_kms20160120==3.3.1", "aliyun-python-sdk-kms==2.16.5"]
const CORE = ["aliyun-python-sdk-core==2.16.1", "oss2==2.19.1", "pytest", "pytest-timeout"]

export const KMS_PYTHON: Suite = {
  name: "kms-python",
  title: "alibabacloud_kms20160120 3.3.1 and aliyun-python-sdk-kms 2.16.5 over https, scenarios",
  programs: ["python3", "bash"],
  install: [
    { program: "python3", args: ["-m", "venv", "venv"] },
    { program: "venv/bin/pip", args: ["install", "-q", ...PACKAGES, ...CORE] },
  ],
  scenarios: {
    "test_kms.py": "test_kms.py",
    "test_client_side.py": "test_client_side.py",
  },
  runTls: (server) =>
    followLines("Python", server, {
      command: "venv/bin/pytest -v --no-header --tb=short --timeout=60",
      env: scenarioEnv(server),
    }),
  parse: parsePytest,
  minutesMax: 5,
}
