import {
  checkVariableNames,
  ConfigError,
  type Environment,
  readConfig,
  readPort,
  type ServerOptions,
} from "./config.ts"
import { readAccessKey, readPassphrase, readRecoveryCode, readSecrets } from "./secrets.ts"

/** Options that have no problem. */
const GOOD_OPTIONS: ServerOptions = {
  host: "127.0.0.1",
  region: "cn-hangzhou",
  domain: "localhost",
  encryptionHeaderOperations: "founding",
  logLevel: "info",
}

/**
 * Everything that is wrong with the settings of a server, one sentence each; empty when the server could start with
 * them.
 */
export function findConfigProblems(
  options: ServerOptions,
  environment: Environment,
  unlockKeyFile: string | undefined,
): readonly string[] {
  const { tlsCert, tlsKey } = options
  const files = {
    ...(tlsCert === undefined ? {} : { tlsCert }),
    ...(tlsKey === undefined ? {} : { tlsKey }),
  }
  const reads: readonly (() => unknown)[] = [
    () => checkVariableNames(environment),
    // Checks each option alone among valid ones, so that one problem does not hide another.
    ...Object.entries<unknown>({ ...options })
      .filter(([name]) => !/^tls|Port$/.test(name))
      .map(
        ([name, value]) =>
          () =>
            readConfig({ ...GOOD_OPTIONS, [name]: value }),
      ),
    () => readPort("--oss-port", options.ossPort ?? "off"),
    () => readPort("--kms-port", options.kmsPort ?? "off"),
    () => readPort("--oss-tls-port", options.ossTlsPort ?? "off"),
    () => readPort("--kms-tls-port", options.kmsTlsPort ?? "off"),
    () => readConfig({ ...GOOD_OPTIONS, ...files }),
    () => readConfig(options),
    () => readPassphrase(environment),
    () => readRecoveryCode(environment),
    () => readAccessKey(environment),
    () => readSecrets(environment, unlockKeyFile),
  ]
  const problems = new Set<string>()
  for (const read of reads) {
    try {
      read()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.add(error.message)
    }
  }
  return [...problems]
}
