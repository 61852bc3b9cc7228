import type { AccessKeySetting, Config, Secrets } from "../config.ts"

const MASKED = "********"

interface Printed {
  readonly command: string
  /** undefined: in memory. */
  readonly directory?: string
  readonly config: Config
  readonly unlock?: Secrets["unlock"]
  readonly accessKey: AccessKeySetting | undefined
}

/** The settings that a start would use, as JSON without secrets. */
export function describeConfig({ command, directory, config, unlock, accessKey }: Printed): string {
  const printed = {
    command,
    ...(directory === undefined ? {} : { directory }),
    ...config,
    tls: config.tls ?? null,
    ...(unlock === undefined ? {} : { unlock: maskedUnlock(unlock, directory) }),
    accessKey:
      accessKey === undefined
        ? "the one stored in the data directory"
        : { accessKeyId: accessKey.accessKeyId, accessKeySecret: MASKED },
  }
  return `${JSON.stringify(printed, undefined, 2)}\n`
}

function maskedUnlock(unlock: Secrets["unlock"], directory = ""): object {
  const { kind } = unlock
  if (kind === "key-file") return { kind, path: unlock.path ?? `${directory}/unlock.key` }
  return kind === "passphrase" ? { kind, passphrase: MASKED } : { kind, code: MASKED }
}
