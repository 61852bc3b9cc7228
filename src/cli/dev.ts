import { systemClock } from "../base/clock.ts"
import {
  type AccessKeySetting,
  checkLoopback,
  checkNothingKept,
  ConfigError,
  DEV_ACCESS_KEY,
  isDevAccessKey,
  readConfig,
  readEnvironment,
  type ServerOptions,
} from "../config.ts"
import { openMemory } from "../data-directory.ts"
import { fixedPair, openPairFiles } from "../http/tls.ts"
import { startServer } from "../server.ts"
import { readAccessKey } from "../secrets.ts"
import { accountAccessKey } from "./access-key.ts"
import { caLines, issueDevCertificate } from "./dev-certificate.ts"
import { createLog } from "./log.ts"
import { optimizeEarly } from "./optimize-early.ts"
import { describeConfig } from "./print-config.ts"
import { openReadyFile } from "./ready-file.ts"
import { type ServeOptions, serveUntilSignal } from "./serve.ts"
import { describeStart } from "./start-text.ts"
import { takeStopSignals } from "./stop-signals.ts"

interface DevOptions extends ServerOptions, ServeOptions {
  readonly tls?: boolean
  readonly caDir: string
  readonly dangerouslyServeFixedCredentials?: boolean
}

/** `osseal dev` */
export async function runDev(options: DevOptions): Promise<void> {
  checkNothingKept(readEnvironment())
  const accessKey = readDevAccessKey(options)
  const isTls = options.tls === true
  if (isTls && options.tlsCert !== undefined) {
    throw new ConfigError(
      "--tls creates a certificate and --tls-cert names one; use only one of them",
    )
  }
  // In memory there is nothing that threads could share.
  const config = readConfig({ ...options, gateways: "1" }, isTls)
  if (options.printConfig === true) {
    process.stdout.write(describeConfig({ command: "dev", config, accessKey }))
    return
  }
  optimizeEarly()
  const log = createLog(config.logLevel)
  const readyFile = openReadyFile(options.readyFile)
  const signals = takeStopSignals()
  const data = await openMemory({ region: config.region, clock: systemClock, log, kms: config.kms })
  const made = isTls ? await issueDevCertificate(options.caDir, config) : undefined
  const tls =
    made === undefined ? config.tls && openPairFiles(config.tls, { log }) : fixedPair(made.pair)
  const server = await startServer(config, accountAccessKey(accessKey, data), data, log, tls)
  const { accessKeyId, accessKeySecret } = accessKey
  const whose = isDevAccessKey(accessKey) ? "publicly known credentials" : "your credentials"
  const text = describeStart(config, server.doors, {
    title: `osseal dev: in memory, lost when it stops, ${whose}`,
    credentials: `${accessKeyId} ${accessKeySecret}`,
    rootKey: "in memory only",
    accessKeyId,
    accessKeySecret,
    consoleToken: server.issueSignInLink(accessKeyId),
    ...(made === undefined ? {} : { more: caLines(made.caFile) }),
  })
  const { region } = config
  readyFile.write(server.doors, { region, accessKeyId, accessKeySecret, caFile: made?.caFile })
  await serveUntilSignal({ server, signals, log, text, tls, readyFile })
  signals.release()
}

/**
 * The access key of the environment, or the documented one. Throws ConfigError where the documented one must not be
 * served.
 */
function readDevAccessKey(options: DevOptions): AccessKeySetting {
  const accessKey = readAccessKey(readEnvironment()) ?? DEV_ACCESS_KEY
  if (isDevAccessKey(accessKey) && options.dangerouslyServeFixedCredentials !== true) {
    checkLoopback(
      options.host,
      "set OSSEAL_ACCESS_KEY_ID and OSSEAL_ACCESS_KEY_SECRET to your own access key, or pass --dangerously-serve-fixed-credentials",
    )
  }
  return accessKey
}
