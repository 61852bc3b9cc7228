import { readPrivateText } from "./base/private-file.ts"
import {
  type AccessKeySetting,
  ConfigError,
  type Environment,
  type Secrets,
  type UnlockMethod,
} from "./config.ts"

const PASSPHRASE_CHARACTERS_MIN = 8

/** The names of `server`'s secrets; each may also come from the file that NAME_FILE names. */
export function readSecrets(environment: Environment, unlockKeyFile: string | undefined): Secrets {
  const passphrase = readPassphrase(environment)
  const code = readRecoveryCode(environment)
  if (unlockKeyFile === "") {
    throw new ConfigError("--unlock-key (OSSEAL_UNLOCK_KEY) is empty; name a file, or omit it")
  }
  const given = [passphrase, code, unlockKeyFile].filter((each) => each !== undefined)
  if (given.length > 1) {
    throw new ConfigError(
      "only one of OSSEAL_PASSPHRASE, OSSEAL_RECOVERY_CODE and --unlock-key can unlock the root key, but several are set; keep one",
    )
  }
  const unlock: UnlockMethod =
    passphrase !== undefined
      ? { kind: "passphrase", passphrase }
      : code !== undefined
        ? { kind: "recovery-code", code }
        : { kind: "key-file", path: unlockKeyFile }
  return { unlock, rootAccessKey: readAccessKey(environment) }
}

/** Throws ConfigError. */
export function readPassphrase(environment: Environment): string | undefined {
  const passphrase = readSecret(environment, "OSSEAL_PASSPHRASE")
  if (passphrase !== undefined && passphrase.length < PASSPHRASE_CHARACTERS_MIN) {
    throw new ConfigError(
      `OSSEAL_PASSPHRASE must have at least ${PASSPHRASE_CHARACTERS_MIN} characters: a shorter one could be guessed by anyone who copies the data`,
    )
  }
  return passphrase
}

/** Throws ConfigError. */
export function readRecoveryCode(environment: Environment): string | undefined {
  return readSecret(environment, "OSSEAL_RECOVERY_CODE")
}

/**
 * The access key from the environment, which `server` uses as the account's root access key and client commands sign
 * with.
 */
export function readAccessKey(environment: Environment): AccessKeySetting | undefined {
  const accessKeyId = readSecret(environment, "OSSEAL_ACCESS_KEY_ID")
  const accessKeySecret = readSecret(environment, "OSSEAL_ACCESS_KEY_SECRET")
  if (accessKeyId === undefined && accessKeySecret === undefined) return undefined
  if (accessKeyId === undefined || accessKeySecret === undefined) {
    throw new ConfigError(
      `OSSEAL_ACCESS_KEY_ID and OSSEAL_ACCESS_KEY_SECRET go together; ${accessKeyId === undefined ? "OSSEAL_ACCESS_KEY_ID" : "OSSEAL_ACCESS_KEY_SECRET"} is missing`,
    )
  }
  if (!/^[A-Za-z0-9._-]{3,128}$/.test(accessKeyId)) {
    throw new ConfigError("OSSEAL_ACCESS_KEY_ID takes 3 to 128 letters, digits, '.', '_' and '-'")
  }
  if (accessKeySecret.length < 8) {
    throw new ConfigError("OSSEAL_ACCESS_KEY_SECRET must have at least 8 characters")
  }
  return { accessKeyId, accessKeySecret }
}

/**
 * The variable NAME, or the first line of the file that NAME_FILE names; undefined when neither is set. A variable that
 * is set but empty is refused: it would silently select another way to unlock the data, or another access key.
 */
function readSecret(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  const path = environment[`${name}_FILE`]
  if (value !== undefined && path !== undefined) {
    throw new ConfigError(`${name} and ${name}_FILE are both set; keep one`)
  }
  if (path !== undefined) return readSecretFile(name, path)
  if (value === "") throw new ConfigError(`${name} is set but empty; give it a value, or unset it`)
  return value
}

function readSecretFile(name: string, path: string): string {
  if (path === "") {
    throw new ConfigError(`${name}_FILE is set but empty; name a file, or unset it`)
  }
  let secret: string
  try {
    secret = readPrivateText(path).split(/\r?\n/, 1)[0] ?? ""
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`${name}_FILE: ${reason}`)
  }
  if (secret === "") {
    throw new ConfigError(`the first line of ${path}, which ${name}_FILE names, is empty`)
  }
  return secret
}
