import { systemClock } from "../base/clock.ts"
import { type AccessKeySetting, readEnvironment } from "../config.ts"
import { openDataDirectory, openDataDirectoryReadOnly, type OpenedData } from "../data-directory.ts"
import { type AccessKeys, fixedAccessKeys } from "../identity/access-keys.ts"
import { replaceRootAccessKey, rootAccessKeyId } from "../identity/stored-access-keys.ts"
import { readSecrets } from "../secrets.ts"
import { createLog } from "./log.ts"

/** The one access key that a server accepts, when one is configured. */
export function accountAccessKey(
  accessKey: AccessKeySetting,
  { accountId }: Pick<OpenedData, "accountId">,
): AccessKeys {
  return fixedAccessKeys([{ ...accessKey, principal: { kind: "account", accountId } }])
}

export const ACCESS_KEY_ACTIONS = ["show-id", "replace"] as const

/** `osseal access-key DIR show-id|replace` */
export async function runAccessKey(
  directory: string,
  action: (typeof ACCESS_KEY_ACTIONS)[number],
  options: { readonly unlockKey?: string },
): Promise<void> {
  const { unlock } = readSecrets(readEnvironment(), options.unlockKey)
  const surroundings = { region: "cn-hangzhou", clock: systemClock, log: createLog("warn") }
  const data =
    action === "show-id"
      ? await openDataDirectoryReadOnly(directory, unlock, surroundings, { besideServer: false })
      : await openDataDirectory(directory, unlock, surroundings, { mustExist: true })
  try {
    process.stdout.write(await (action === "show-id" ? showId(data) : replace(data)))
  } finally {
    await data.close()
  }
}

async function showId({ metadata }: OpenedData): Promise<string> {
  const accessKeyId = await rootAccessKeyId(metadata)
  if (accessKeyId !== undefined) return `${accessKeyId}\n`
  throw new Error(
    "there is no access key yet: `access-key DIR replace` or the next start creates one",
  )
}

async function replace({ metadata }: OpenedData): Promise<string> {
  const made = await replaceRootAccessKey({ metadata, clock: systemClock })
  return `${made.accessKeyId} ${made.accessKeySecret}

The previous access key is no longer valid. This secret is shown only once: keep it now.
`
}
