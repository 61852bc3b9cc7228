import type { AccessKeySetting, Config, Door } from "../config.ts"
import { programName } from "./program-name.ts"

interface StartFacts {
  readonly title: string
  readonly credentials: string
  readonly rootKey: string
  readonly accessKeyId: string
  /** undefined: not printed. */
  readonly accessKeySecret: string | undefined
  /** Signs in to the console once. */
  readonly consoleToken?: string
  /** Further lines, each with its line end. */
  readonly more?: string
}

/** What a person reads when a server is ready. Scripts read the lines "OSS" and "KMS". */
export function describeStart(config: Config, doors: readonly Door[], facts: StartFacts): string {
  const oss = doors.filter(({ protocol }) => protocol === "oss").map(endpoint)
  const kms = doors.filter(({ protocol }) => protocol === "kms").map(endpoint)
  const { accessKeyId, accessKeySecret = "…" } = facts
  return `${facts.title}

  OSS          ${oss.join("  ")}
  KMS          ${kms.join("  ")}
${consoleLine(doors, facts)}  Region       ${config.region}
  Access key   ${facts.credentials}
  Root key     ${facts.rootKey}

Try next:
  curl ${oss[0] ?? ""}/-/health
  export OSSEAL_ACCESS_KEY_ID=${accessKeyId} OSSEAL_ACCESS_KEY_SECRET=${accessKeySecret}
  ${programName()} keys create --endpoint ${kms[0] ?? ""} --description "my first CMK"
${clientLines(config, [oss[0] ?? "", kms[0] ?? ""], { accessKeyId, accessKeySecret })}${facts.more ?? ""}
`
}

/** Lines to paste for clients that do not know osseal. */
function clientLines(
  { region }: Config,
  [oss, kms]: readonly [oss: string, kms: string],
  { accessKeyId, accessKeySecret }: AccessKeySetting,
): string {
  return `
OSS SDKs and ossutil 2 read:
  export OSS_ENDPOINT=${oss} OSS_REGION=${region}
  export OSS_ACCESS_KEY_ID=${accessKeyId} OSS_ACCESS_KEY_SECRET=${accessKeySecret}
ossutil 1:
  ossutil config -e ${oss} -i ${accessKeyId} -k ${accessKeySecret}
KMS SDKs take the endpoint ${kms.replace(/^https?:\/\//, "")} and read:
  export ALIBABA_CLOUD_ACCESS_KEY_ID=${accessKeyId} ALIBABA_CLOUD_ACCESS_KEY_SECRET=${accessKeySecret}
`
}

/** With a token: links that sign in, once and within ten minutes. */
function consoleLine(doors: readonly Door[], { consoleToken }: StartFacts): string {
  const page = consoleToken === undefined ? "" : `/sign-in#token=${consoleToken}`
  const links = doors.filter(({ protocol }) => protocol === "console").map(endpoint)
  if (links.length === 0) return ""
  return `  Console      ${links.map((link) => `${link}${page}`).join("  ")}\n`
}

/** The address at which clients of this machine reach a listener. */
export function endpoint({ host, port, isTls }: Door): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  return `${isTls ? "https" : "http"}://${name.includes(":") ? `[${name}]` : name}:${port}`
}
