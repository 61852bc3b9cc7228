import { systemClock } from "./base/clock.ts"
import type { Log } from "./base/log.ts"
import type { AccessKeySetting, Config } from "./config.ts"
import type { OpenedData } from "./data-directory.ts"
import { startHttpServer, type RunningHttpServer } from "./http/server.ts"
import { fixedAccessKeys } from "./identity/access-keys.ts"
import { createKmsHandler } from "./kms-api/handler.ts"
import { sweep } from "./objects/sweep.ts"
import { createOssHandler } from "./oss/handler.ts"
import { OPERATIONS } from "./oss/operations/index.ts"

/** KMS parameters may all come in the URL, where Node's default of 16 KiB is too small for legal requests. */
const KMS_HEADER_BYTES_MAX = 128 * 1024
const OSS_HEADER_BYTES_MAX = 64 * 1024
const SWEEP_CMKS_EVERY_MS = 60_000
const STOP_GRACE_MS = 30_000

export interface RunningServer {
  readonly ossPort: number
  readonly kmsPort: number
  /** Takes no new requests, lets the running ones end for up to 30 s, and closes the data. */
  stop(): Promise<void>
}

/** Opens both doors over opened data. The only place where the parts of the program meet. */
export async function startServer(
  config: Config,
  rootAccessKey: AccessKeySetting,
  data: OpenedData,
  log: Log,
): Promise<RunningServer> {
  const { accountId, keyService, store } = data
  const clock = systemClock
  const accessKeys = fixedAccessKeys([
    { ...rootAccessKey, principal: { kind: "account", accountId } },
  ])
  const oss = await startHttpServer({
    host: config.host,
    port: config.ossPort,
    maxHeaderBytes: OSS_HEADER_BYTES_MAX,
    clock,
    log,
    handle: createOssHandler({
      operations: OPERATIONS,
      store,
      accessKeys,
      clock,
      log,
      health: () => ({ status: "ok" }),
      settings: {
        region: config.region,
        domains: config.domains,
        encryptionHeaderOperations: config.encryptionHeaderOperations,
        owner: { id: accountId, displayName: accountId },
      },
    }),
  })
  const kms = await startHttpServer({
    host: config.host,
    port: config.kmsPort,
    maxHeaderBytes: KMS_HEADER_BYTES_MAX,
    clock,
    log,
    handle: createKmsHandler({
      keyService,
      accessKeys,
      clock,
      region: config.region,
      accountId,
      log,
    }),
  })
  const housekeeping = startHousekeeping(data, log)
  return {
    ossPort: oss.port,
    kmsPort: kms.port,
    stop: () => stop([oss, kms], housekeeping, data),
  }
}

interface Housekeeping {
  stop(): Promise<void>
}

/** Sweeps once what a crash may have left, and destroys CMKs whose time has come, now and every minute. */
function startHousekeeping({ store, keyService }: OpenedData, log: Log): Housekeeping {
  const report = (what: string) => (error: unknown) => log.error({ err: error }, `${what} failed`)
  const sweepCmks = (): Promise<unknown> =>
    keyService.sweepDeletedCmks().catch(report("destroying CMKs whose deletion was due"))
  const sweeping = sweep(store)
    .then((swept) => log.debug(swept, "swept"))
    .catch(report("sweeping"))
  let destroying = sweepCmks()
  const timer = setInterval(() => {
    destroying = sweepCmks()
  }, SWEEP_CMKS_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all([sweeping, destroying])
      await store.reclaimer.drained()
    },
  }
}

async function stop(
  doors: readonly RunningHttpServer[],
  housekeeping: Housekeeping,
  data: OpenedData,
): Promise<void> {
  await Promise.all(doors.map((door) => door.close(STOP_GRACE_MS)))
  await housekeeping.stop()
  await data.close()
}
