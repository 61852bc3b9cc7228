import { assertDefined } from "./base/assert.ts"
import { type AccessKeySetting, type Config, readConfig } from "./config.ts"
import type { ListenSettings } from "./listen-settings.ts"
import type { OpenDoor } from "./server.ts"
import { readAccessKey } from "./secrets.ts"

/**
 * The same checks as those of the command line. Throws ConfigError. `hasTls`: also TLS listeners, on any free port,
 * whose certificate the start creates.
 */
export function configOf(settings: ListenSettings, hasTls = false): Config {
  const options = {
    host: settings.host ?? "127.0.0.1",
    ossPort: String(settings.ossPort ?? 0),
    kmsPort: String(settings.kmsPort ?? 0),
    region: settings.region ?? "cn-hangzhou",
    domain: (settings.domains ?? ["localhost"]).join(","),
    encryptionHeaderOperations: settings.encryptionHeaderOperations ?? "founding",
    logLevel: settings.logLevel ?? "warn",
    gateways: "1",
    accessLog: settings.accessLog === true ? "on" : "off",
    kms: settings.kms ?? "on",
    ...(settings.consolePort === undefined
      ? { console: "off" }
      : { consolePort: String(settings.consolePort) }),
    ...(hasTls ? { ossTlsPort: "0", kmsTlsPort: "0" } : {}),
  }
  return readConfig(options, hasTls)
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

export function requireDoor(
  doors: readonly OpenDoor[],
  protocol: OpenDoor["protocol"],
  isTls = false,
): OpenDoor {
  const door = doors.find((each) => each.protocol === protocol && each.isTls === isTls)
  return assertDefined(door, `no ${protocol} listener is open`)
}
