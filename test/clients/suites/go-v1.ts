import { parseGocheck } from "../parse-output.ts"
import type { Suite } from "../suite.ts"
import { copyGoModule } from "./go-module.ts"

const MODULE = "github.com/aliyun/aliyun-oss-go-sdk"

/** The module has no go.mod; its tests need these. */
const INIT = [
  { program: "go", args: ["mod", "init", MODULE] },
  {
    program: "go",
    args: [
      "get",
      "gopkg.in/check.v1@v1.0.0-20201130134442-10cb98267c6c",
      "github.com/aliyun/alibaba-cloud-sdk-go@v1.63.107",
      "golang.org/x/time@v0.12.0",
    ],
  },
  { program: "go", args: ["mod", "tidy"] },
  { program: "go", args: ["test", "-vet=off", "-c", "-o", "suite.test", "./oss"] },
]

function goV1(name: string, title: string, filter: string): Suite {
  return {
    name,
    title,
    programs: ["go"],
    install: [...copyGoModule(MODULE, "v3.0.2+incompatible"), ...INIT],
    serverArgs: ["--encryption-header-operations", "current"],
    run: (server) => ({
      program: "../suite.test",
      args: ["-test.timeout", "55m", "-check.v", "-check.f", filter],
      cwd: "oss",
      env: {
        OSS_TEST_ENDPOINT: server.ossEndpoint,
        OSS_TEST_ACCESS_KEY_ID: server.accessKeyId,
        OSS_TEST_ACCESS_KEY_SECRET: server.accessKeySecret,
        OSS_TEST_REGION: server.region,
        OSS_ACCESS_KEY_ID: server.accessKeyId,
        OSS_ACCESS_KEY_SECRET: server.accessKeySecret,
      },
    }),
    parse: parseGocheck,
    minutesMax: 60,
  }
}

export const GO_V1: Suite = goV1("go-v1", "aliyun-oss-go-sdk 3.0.2, its own tests", "Oss.*Suite")
