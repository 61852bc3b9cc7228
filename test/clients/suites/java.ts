import { parseTap } from "../parse-output.ts"
import { followLines, scenarioEnv } from "../scenario.ts"
import type { Suite } from "../suite.ts"

const FILES = [
  "pom.xml",
  "Tap.java",
  "KeyService.java",
  "AcsKeyService.java",
  "TeaKeyService.java",
  "KmsScenario.java",
  "OssScenario.java",
  "OssV2Scenario.java",
]

const COMPILE = "javac -encoding UTF-8 -cp 'lib/*' -d classes *.java"

function java(name: string, title: string, mainClass: string): Suite {
  return {
    name,
    title,
    programs: ["mvn", "javac", "keytool", "bash"],
    scenarios: Object.fromEntries(FILES.map((file) => [`java/${file}`, file])),
    install: [
      {
        program: "mvn",
        args: ["-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
      },
      { program: "bash", args: ["-euc", COMPILE] },
    ],
    runTls: (server, folder) =>
      followLines("Java", server, {
        // keytool adds to an existing store, and the CA differs in every run.
        before: `rm -f ${folder}/osseal.p12`,
        command: `-Dfile.encoding=UTF-8 -cp 'classes:lib/*' ${mainClass}`,
        env: scenarioEnv(server),
      }),
    parse: parseTap,
    minutesMax: 5,
  }
}

export const KMS_JAVA: Suite = java(
  "kms-java",
  "aliyun-java-sdk-kms 2.16.6 and kms20160120 1.2.3 over https, a scenario",
  "KmsScenario",
)

export const OSS_JAVA: Suite = java(
  "oss-java",
  "aliyun-sdk-oss 3.18.2 over https, a scenario",
  "OssScenario",
)

export const OSS_JAVA_V2: Suite = java(
  "oss-java-v2",
  "alibabacloud-oss-v2 0.4.0 (Java) over https, a scenario",
  "OssV2Scenario",
)
