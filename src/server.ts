import { monotonicClock, systemClock } from "./base/clock.ts"
import type { Log } from "./base/log.ts"
import type { Config } from "./config.ts"
import type { OpenedData } from "./data-directory.ts"
import { startHttpServer, type RunningHttpServer } from "./http/server.ts"
import type { AccessKeys } from "./identity/access-keys.ts"
import { createKmsHandler } from "./kms-api/handler.ts"
import { startKeeper, type Keeper } from "./keeper/keeper.ts"
import { destroyCmksJob } from "./kms/destroy-cmks-job.ts"
import { sweepJob } from "./objects/jobs/sweep.ts"
import { createOssHandler, HEALTH_TARGET } from "./oss/handler.ts"
import { OPERATIONS } from "./oss/operations/index.ts"

/** KMS parameters may all come in the URL, where Node's default of 16 KiB is too small for legal requests. */
const KMS_HEADER_BYTES_MAX = 128 * 1024
const OSS_HEADER_BYTES_MAX = 64 * 1024
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
  accessKeys: AccessKeys,
  data: OpenedData,
  log: Log,
): Promise<RunningServer> {
  const { accountId, keyService, store } = data
  const clock = systemClock
  const oss = await startHttpServer({
    host: config.host,
    port: config.ossPort,
    maxHeaderBytes: OSS_HEADER_BYTES_MAX,
    urgentTarget: HEALTH_TARGET,
    clock: monotonicClock,
    memory: store.memory,
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
    clock: monotonicClock,
    memory: store.memory,
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
  const keeper = startKeeper({ metadata: store.metadata, clock, log }, [
    sweepJob(store),
    destroyCmksJob(keyService, clock),
  ])
  return {
    ossPort: oss.port,
    kmsPort: kms.port,
    stop: () => stop([oss, kms], keeper, data),
  }
}

async function stop(
  doors: readonly RunningHttpServer[],
  keeper: Keeper,
  data: OpenedData,
): Promise<void> {
  await Promise.all(doors.map((door) => door.close(STOP_GRACE_MS)))
  await keeper.stop()
  await data.store.reclaimer.drained()
  await data.close()
}
