import type { Config, Door } from "../config.ts"

interface StartFacts {
  readonly title: string
  readonly credentials: string
  readonly rootKey: string
  readonly accessKeyId: string
  /** undefined: not to be printed. */
  readonly accessKeySecret: string | undefined
  /** Signs in to the console once. */
  readonly consoleToken?: string
  /** Further lines, each ended. */
  readonly more?: string
}

/** What a person reads when a server is ready. Scripts read the lines "OSS" and "KMS". */
export function describeStart(config: Config, doors: readonly Door[], facts: StartFacts): string {
  const oss = doors.filter(({ protocol }) => protocol === "oss").map(endpoint)
  const kms = doors.filter(({ protocol }) => protocol === "kms").map(endpoint)
  const secret = facts.accessKeySecret ?? "…"
  return `${facts.title}

  OSS          ${oss.join("  ")}
  KMS          ${kms.join("  ")}
${consoleLine(doors, facts)}  Region       ${config.region}
  Access key   ${facts.credentials}
  Root key     ${facts.rootKey}

Try next:
  export OSSEAL_ACCESS_KEY_ID=${facts.accessKeyId} OSSEAL_ACCESS_KEY_SECRET=${secret}
  npm run osseal -- keys create --endpoint ${kms[0] ?? ""} --description "my first CMK"
  curl ${oss[0] ?? ""}/-/health
${facts.more ?? ""}
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
