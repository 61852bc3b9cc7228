import type { Config } from "../config.ts"

interface StartFacts {
  readonly title: string
  readonly credentials: string
  readonly rootKey: string
  readonly accessKeyId: string
  /** undefined: not to be printed. */
  readonly accessKeySecret: string | undefined
}

/** What a person reads when a server is ready. Scripts read the lines "OSS" and "KMS". */
export function describeStart(
  config: Config,
  ports: { readonly ossPort: number; readonly kmsPort: number },
  facts: StartFacts,
): string {
  const oss = localEndpoint(config.host, ports.ossPort)
  const kms = localEndpoint(config.host, ports.kmsPort)
  const secret = facts.accessKeySecret ?? "…"
  return `${facts.title}

  OSS          ${oss}
  KMS          ${kms}
  Region       ${config.region}
  Access key   ${facts.credentials}
  Root key     ${facts.rootKey}

Try next:
  export OSSEAL_ACCESS_KEY_ID=${facts.accessKeyId} OSSEAL_ACCESS_KEY_SECRET=${secret}
  npm run osseal -- keys create --endpoint ${kms} --description "my first CMK"
  curl ${oss}/-/health

`
}

/** The address at which clients of this machine reach a listener. */
export function localEndpoint(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`
}
