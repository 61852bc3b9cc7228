import { systemClock } from "../base/clock.ts"
import {
  checkLoopback,
  ConfigError,
  DEV_ACCESS_KEY,
  readConfig,
  type ServerOptions,
} from "../config.ts"
import { openMemory } from "../data-directory.ts"
import { fixedPair, openPairFiles } from "../http/tls.ts"
import { startServer } from "../server.ts"
import { accountAccessKey } from "./access-key.ts"
import { caLines, issueDevCertificate } from "./dev-certificate.ts"
import { createLog } from "./log.ts"
import { serveUntilSignal } from "./serve.ts"
import { describeStart } from "./start-text.ts"
import { takeStopSignals } from "./stop-signals.ts"

interface DevOptions extends ServerOptions {
  readonly tls?: boolean
  readonly caDir: string
}

/** `osseal dev` */
export async function runDev(options: DevOptions): Promise<void> {
  checkLoopback(options.host)
  const isTls = options.tls === true
  if (isTls && options.tlsCert !== undefined) {
    throw new ConfigError("--tls makes a certificate and --tls-cert names one; keep one of them")
  }
  const config = readConfig(options, isTls)
  const log = createLog(config.logLevel)
  const signals = takeStopSignals()
  const data = await openMemory({ region: config.region, clock: systemClock, log, kms: config.kms })
  const made = isTls ? await issueDevCertificate(options.caDir, config) : undefined
  const tls =
    made === undefined ? config.tls && openPairFiles(config.tls, { log }) : fixedPair(made.pair)
  const accessKeys = accountAccessKey(DEV_ACCESS_KEY, data)
  const server = await startServer(config, accessKeys, data, log, tls)
  const text = describeStart(config, server.doors, {
    title: "osseal dev: in memory, gone when it stops, credentials that everyone knows",
    credentials: `${DEV_ACCESS_KEY.accessKeyId} ${DEV_ACCESS_KEY.accessKeySecret}`,
    rootKey: "in memory only",
    accessKeyId: DEV_ACCESS_KEY.accessKeyId,
    accessKeySecret: DEV_ACCESS_KEY.accessKeySecret,
    consoleToken: server.issueSignInLink(DEV_ACCESS_KEY.accessKeyId),
    ...(made === undefined ? {} : { more: caLines(made.caFile) }),
  })
  await serveUntilSignal({ server, signals, log, text, tls })
  signals.release()
}
