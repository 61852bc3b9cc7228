import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Step } from "../clients/suite.ts"

/** The page whose programs are run. */
export const PAGE: string = join(import.meta.dirname, "..", "..", "docs", "guide", "connect.md")

/** How the programs of one language are installed and run. */
export interface Ecosystem {
  /** Below `.clients`. */
  readonly name: string
  /** As the lines of `dev --tls` set it; undefined when nothing must be trusted. */
  readonly trusts: string | undefined
  readonly programs: readonly string[]
  readonly install: readonly Step[]
  /** Files of test/clients/scenarios that the installation needs, and their names there. */
  readonly scenarios?: Readonly<Record<string, string>>
  /** The file of a program, in its own folder below the installed one. */
  readonly file: string
  /** Runs in the installed folder; `folder` is the program's. */
  command(folder: string): string
  /** Buckets that the programs expect to find. */
  readonly buckets?: readonly string[]
}

const PYTHON_PACKAGES = [
  "alibabacloud-oss-v2==1.4.1",
  "ossfs==2025.5.0",
  // The newest that ossfs takes.
  "oss2==2.18.4",
  "alibabacloud_kms20160120==3.3.1",
  "aliyun-python-sdk-kms==2.16.5",
  "aliyun-python-sdk-core==2.16.1",
]

/** Packages rather than modules, so that `go get` also records their dependencies. */
const GO_PACKAGES = [
  "github.com/aliyun/alibabacloud-oss-go-sdk-v2@v1.6.1",
  "github.com/aliyun/aliyun-oss-go-sdk@v3.0.2+incompatible",
  "golang.org/x/time@v0.12.0",
  "github.com/aliyun/alibaba-cloud-sdk-go/services/kms@v1.63.107",
  "github.com/alibabacloud-go/kms-20160120/v3/client@v3.2.3",
]

const ECOSYSTEMS: Readonly<Record<string, Ecosystem>> = {
  python: {
    name: "guide-python",
    trusts: "Python",
    programs: ["python3"],
    install: [
      { program: "python3", args: ["-m", "venv", "venv"] },
      { program: "venv/bin/pip", args: ["install", "-q", ...PYTHON_PACKAGES] },
    ],
    file: "program.py",
    command: (folder) => `venv/bin/python ${folder}/program.py`,
    buckets: ["fsspec-bucket"],
  },
  go: {
    name: "guide-go",
    trusts: "Go",
    programs: ["go"],
    install: [
      { program: "go", args: ["mod", "init", "guide"] },
      { program: "go", args: ["get", ...GO_PACKAGES] },
    ],
    file: "main.go",
    command: (folder) => `go run ./${folder}`,
  },
  java: {
    name: "guide-java",
    trusts: "Java",
    programs: ["mvn", "java", "keytool"],
    install: [
      {
        program: "mvn",
        args: ["-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
      },
    ],
    scenarios: { "java/pom.xml": "pom.xml" },
    file: "Main.java",
    command: (folder) => `-cp 'lib/*' ${folder}/Main.java`,
  },
  hcl: {
    name: "guide-terraform",
    trusts: undefined,
    programs: ["terraform"],
    install: [],
    file: "main.tf",
    command: (folder) =>
      `cd ${folder} && { terraform init && terraform apply -auto-approve; } >&2 && terraform output -raw greeting && echo`,
    buckets: ["terraform-bucket"],
  },
}

export const RUN_BY_GUIDE: readonly string[] = Object.keys(ECOSYSTEMS)

export function ecosystemOf(language: string): Ecosystem {
  const found = ECOSYSTEMS[language]
  if (found === undefined) throw new Error(`no ecosystem runs programs in ${language}`)
  return found
}

/** Writes a program where its ecosystem runs it, and returns the command. */
export async function placeProgram(
  ecosystem: Ecosystem,
  installed: string,
  index: number,
  code: string,
): Promise<string> {
  const folder = `program-${index}`
  const path = join(installed, folder, ecosystem.file)
  // What an earlier run left there, as Terraform does, belongs to another server.
  await rm(dirname(path), { recursive: true, force: true })
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, code)
  return ecosystem.command(folder)
}
