import { assertDefined } from "./base/assert.ts"
import { type AccessKeySetting, type Config, readAccessKey, readConfig } from "./config.ts"
import type { ListenSettings } from "./listen-settings.ts"
import type { OpenDoor } from "./server.ts"

/** The same checks as those of the command line. Throws ConfigError. */
export function configOf(settings: ListenSettings): Config {
  return readConfig({
    host: settings.host ?? "127.0.0.1",
    ossPort: String(settings.ossPort ?? 0),
    kmsPort: String(settings.kmsPort ?? 0),
    region: settings.region ?? "cn-hangzhou",
    domain: (settings.domains ?? ["localhost"]).join(","),
    encryptionHeaderOperations: settings.encryptionHeaderOperations ?? "founding",
    logLevel: settings.logLevel ?? "warn",
  })
}

/** Throws ConfigError for a pair that clients could not sign with. */
export function checkAccessKey(
  accessKey: AccessKeySetting | undefined,
): AccessKeySetting | undefined {
  return (
    accessKey &&
    readAccessKey({
      OSSEAL_ACCESS_KEY_ID: accessKey.accessKeyId,
      OSSEAL_ACCESS_KEY_SECRET: accessKey.accessKeySecret,
    })
  )
}

export function requireDoor(doors: readonly OpenDoor[], protocol: OpenDoor["protocol"]): OpenDoor {
  const door = doors.find((each) => each.protocol === protocol)
  return assertDefined(door, `no door of ${protocol} is open`)
}
