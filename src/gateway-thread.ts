// A further gateway: reads by its own connection, commits through the writer of the first one, and answers on the same doors.
import { type MessagePort, parentPort, workerData } from "node:worker_threads"
import { systemClock } from "./base/clock.ts"
import { createLog } from "./cli/log.ts"
import { accountAccessKey } from "./cli/access-key.ts"
import { joinDataDirectory } from "./data-directory.ts"
import type { GatewayData, GatewayReady, GatewayRequest } from "./gateways.ts"
import { openPairFiles } from "./http/tls.ts"
import { storedAccessKeys } from "./identity/access-keys.ts"
import { createHandlers, createHealth, openDoors } from "./server.ts"

async function start(
  port: MessagePort,
  { config, doors, data: handover, accessKey }: GatewayData,
): Promise<void> {
  const log = createLog(config.logLevel)
  const surroundings = { region: config.region, clock: systemClock, log }
  const data = await joinDataDirectory(handover, surroundings)
  const tls = config.tls && openPairFiles(config.tls, { log })
  const accessKeys =
    accessKey === undefined
      ? storedAccessKeys(data.metadata, data.accountId)
      : accountAccessKey(accessKey, data)
  const handlers = createHandlers(config, accessKeys, data, log)
  const health = createHealth(data)
  const { memory } = data.store
  const parts = { log, tls, memory, health: health.reasons, sharing: "further" } as const
  const opened = await openDoors(doors, handlers, parts)
  port.on("message", (request: GatewayRequest) => {
    if (request.kind === "reload") tls?.reload()
    else void stop(request.graceMs)
  })
  port.postMessage({ kind: "ready" } satisfies GatewayReady)

  async function stop(graceMs: number): Promise<void> {
    health.drain()
    await opened.close(graceMs)
    tls?.close()
    await data.store.reclaimer.drained()
    await data.close()
    port.close()
  }
}

if (parentPort !== null) await start(parentPort, workerData as GatewayData)
