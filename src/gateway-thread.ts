// A further gateway: reads through its own connection, commits through the writer of the first gateway, and serves the
// same listeners.
import { type MessagePort, parentPort, workerData } from "node:worker_threads"
import { systemClock } from "./base/clock.ts"
import { createLog } from "./cli/log.ts"
import { accountAccessKey } from "./cli/access-key.ts"
import { joinDataDirectory } from "./data-directory.ts"
import { isConsoleOrigin } from "./console-door.ts"
import { createReporting } from "./gateway-report.ts"
import type { GatewayAnswer, GatewayData, GatewayRequest } from "./gateways.ts"
import { openPairFiles } from "./http/tls.ts"
import { storedAccessKeys } from "./identity/access-keys.ts"
import { allowConsole } from "./oss/console-origins.ts"
import { createHandlers, createHealth, measured, openDoors } from "./server.ts"

const REPORT_MS = 1000

async function start(
  port: MessagePort,
  { config, doors, data: handover, accessKey }: GatewayData,
): Promise<void> {
  const log = createLog(config.logLevel)
  const reporting = createReporting(systemClock.nowMs())
  const { lastUses, damage, traffic, requests } = reporting
  const { region, kms } = config
  const surroundings = { region, kms, clock: systemClock, log, lastUses, damage }
  const data = await joinDataDirectory(handover, surroundings)
  void data.failed.then(endThread)
  const tls = config.tls && openPairFiles(config.tls, { log })
  const accessKeys =
    accessKey === undefined
      ? storedAccessKeys(data.metadata, data.accountId)
      : accountAccessKey(accessKey, data)
  const { oss, kms: ofKms } = createHandlers(config, accessKeys, data, log, { requests })
  const isConsole = (origin: string, host: string): boolean =>
    isConsoleOrigin({ config, doors: () => doors }, origin, host)
  const handlers = { oss: measured("oss", allowConsole(oss, isConsole), traffic), kms: ofKms }
  const health = createHealth(data)
  const { memory } = data.store
  const parts = { log, tls, memory, health: health.reasons, sharing: "further" } as const
  const own = doors.filter(({ protocol }) => protocol === "oss")
  const opened = await openDoors(own, handlers, parts)
  port.on("message", (request: GatewayRequest) => {
    if (request.kind === "reload") tls?.reload()
    else void stop(request.graceMs)
  })
  port.postMessage({ kind: "ready" } satisfies GatewayAnswer)
  const report = (): void => {
    const taken = reporting.take()
    if (taken === undefined) return
    port.postMessage({ kind: "report", report: taken } satisfies GatewayAnswer)
  }
  const timer = setInterval(report, REPORT_MS)

  async function stop(graceMs: number): Promise<void> {
    health.drain()
    clearInterval(timer)
    await opened.close(graceMs)
    report()
    tls?.close()
    await data.store.reclaimer.drained()
    await data.close()
    port.close()
  }
}

/** Ends the process when a gateway thread ends by itself. */
function endThread(reason: string): never {
  throw new Error(reason)
}

if (parentPort !== null) await start(parentPort, workerData as GatewayData)
