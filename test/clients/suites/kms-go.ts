import { parseGoTest } from "../parse-output.ts"
import { followLines, scenarioEnv } from "../scenario.ts"
import type { Suite } from "../suite.ts"

const MODULES = [
  "github.com/aliyun/alibaba-cloud-sdk-go@v1.63.107",
  "github.com/alibabacloud-go/kms-20160120/v3@v3.2.3",
  "github.com/aliyun/aliyun-oss-go-sdk@v3.0.2+incompatible",
  "golang.org/x/time@v0.12.0",
  "github.com/hashicorp/go-kms-wrapping/wrappers/alicloudkms/v2@v2.0.4",
]

const FILES = [
  "scenario_test.go",
  "sdk_go_test.go",
  "typed_test.go",
  "seal_test.go",
  "client_side_test.go",
]

export const KMS_GO: Suite = {
  name: "kms-go",
  title:
    "alibaba-cloud-sdk-go 1.63.107, kms-20160120 3.2.3 and the alicloudkms seal 2.0.4 over https, scenarios",
  programs: ["go", "bash"],
  scenarios: Object.fromEntries(FILES.map((file) => [`kms-go/${file}`, file])),
  install: [
    { program: "go", args: ["mod", "init", "scenario"] },
    { program: "go", args: ["get", ...MODULES] },
    { program: "go", args: ["mod", "tidy"] },
    { program: "go", args: ["test", "-c", "-o", "suite.test"] },
  ],
  runTls: (server) =>
    followLines("Go", server, {
      command: "./suite.test -test.v -test.timeout 4m",
      env: scenarioEnv(server),
    }),
  parse: parseGoTest,
  minutesMax: 5,
}
