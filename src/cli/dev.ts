import { systemClock } from "../base/clock.ts"
import { checkLoopback, DEV_ACCESS_KEY, readConfig, type ServerOptions } from "../config.ts"
import { openMemory } from "../data-directory.ts"
import { startServer } from "../server.ts"
import { accountAccessKey } from "./access-key.ts"
import { createLog } from "./log.ts"
import { serveUntilSignal } from "./serve.ts"
import { describeStart } from "./start-text.ts"

/** `osseal dev` */
export async function runDev(options: ServerOptions): Promise<void> {
  checkLoopback(options.host)
  const config = readConfig(options)
  const log = createLog(config.logLevel)
  const data = await openMemory({ region: config.region, clock: systemClock, log })
  const server = await startServer(config, accountAccessKey(DEV_ACCESS_KEY, data), data, log)
  const text = describeStart(config, server, {
    title: "osseal dev: in memory, gone when it stops, credentials that everyone knows",
    credentials: `${DEV_ACCESS_KEY.accessKeyId} ${DEV_ACCESS_KEY.accessKeySecret}`,
    rootKey: "in memory only",
    accessKeyId: DEV_ACCESS_KEY.accessKeyId,
    accessKeySecret: DEV_ACCESS_KEY.accessKeySecret,
  })
  await serveUntilSignal(server, log, text)
}
