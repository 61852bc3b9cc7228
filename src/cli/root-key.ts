import { systemClock } from "../base/clock.ts"
import { readEnvironment } from "../config.ts"
import { openDataDirectory } from "../data-directory.ts"
import { addRecoveryWrap } from "../kms/root-key/root-key.ts"
import { readSecrets } from "../secrets.ts"
import { createLog } from "./log.ts"

/** `osseal root-key export-recovery DIR` */
export async function runExportRecovery(
  directory: string,
  options: { readonly unlockKey?: string },
): Promise<void> {
  const { unlock } = readSecrets(readEnvironment(), options.unlockKey)
  const surroundings = { region: "cn-hangzhou", clock: systemClock, log: createLog("warn") }
  const data = await openDataDirectory(directory, unlock, surroundings, { mustExist: true })
  try {
    if (data.root === undefined) throw new Error("a data directory has a root key")
    const code = await addRecoveryWrap(directory, data.root)
    process.stdout.write(`${code}

This code unlocks the root key of ${directory} without its key file or passphrase: keep it on paper, away from the
data. It is stored nowhere and not shown again. To use it: OSSEAL_RECOVERY_CODE=… osseal server ${directory}
`)
  } finally {
    await data.close()
  }
}
