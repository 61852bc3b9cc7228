import { monotonicClock, systemClock } from "./base/clock.ts"
import type { MemoryBudget } from "./base/memory-budget.ts"
import type { Log } from "./base/log.ts"
import type { Config, Door } from "./config.ts"
import type { OpenedData } from "./data-directory.ts"
import { HEALTH_TARGETS, type HealthReason, withHealth } from "./http/health.ts"
import { type HttpHandler, type RunningHttpServer, startHttpServer } from "./http/server.ts"
import type { SecureContextSource } from "./http/tls.ts"
import type { AccessKeys } from "./identity/access-keys.ts"
import { createKmsHandler } from "./kms-api/handler.ts"
import { startKeeper, type Keeper } from "./keeper/keeper.ts"
import { destroyCmksJob } from "./kms/destroy-cmks-job.ts"
import { joinAppendsJob } from "./objects/jobs/join-appends.ts"
import { sweepJob } from "./objects/jobs/sweep.ts"
import { createOssHandler } from "./oss/handler.ts"
import { OPERATIONS } from "./oss/operations/index.ts"

/** KMS parameters may all come in the URL, where Node's default of 16 KiB is too small for legal requests. */
const HEADER_BYTES_MAX = { oss: 64 * 1024, kms: 128 * 1024 } as const
const STOP_GRACE_MS = 30_000

/** A door with the port that it listens on. */
export type OpenDoor = Door

export interface RunningServer {
  readonly doors: readonly OpenDoor[]
  /** Takes no new requests, lets the running ones end for up to 30 s, and closes the data. */
  stop(): Promise<void>
}

/** A door that could not be opened. The message names its setting. */
class DoorRefused extends Error {
  override name = "DoorRefused"
}

/**
 * Opens every door over opened data, or none: throws DoorRefused. `tls` is the certificate of the TLS doors. The only
 * place where the parts of the program meet.
 */
export async function startServer(
  config: Config,
  accessKeys: AccessKeys,
  data: OpenedData,
  log: Log,
  tls?: SecureContextSource,
): Promise<RunningServer> {
  const { keyService, store } = data
  const state = { isDraining: false }
  const health = (): HealthReason[] => [
    ...(state.isDraining ? (["draining"] as const) : []),
    ...data.writeRefusals(),
  ]
  const handlers = createHandlers(config, accessKeys, data, log)
  const servers: RunningHttpServer[] = []
  const doors: OpenDoor[] = []
  try {
    for (const door of config.doors) {
      const server = await openDoor(door, withHealth(handlers[door.protocol], health), {
        log,
        tls,
        memory: store.memory,
      })
      servers.push(server)
      doors.push({ ...door, port: server.port })
    }
  } catch (error) {
    await Promise.all(servers.map((server) => server.close(0)))
    throw error
  }
  const keeper = startKeeper({ metadata: store.metadata, clock: systemClock, log }, [
    sweepJob(store),
    joinAppendsJob(store),
    destroyCmksJob(keyService, systemClock),
  ])
  return {
    doors,
    stop() {
      state.isDraining = true
      return stop(servers, keeper, data)
    },
  }
}

function createHandlers(
  config: Config,
  accessKeys: AccessKeys,
  { accountId, keyService, store }: OpenedData,
  log: Log,
): Readonly<Record<Door["protocol"], HttpHandler>> {
  const { region, domains, encryptionHeaderOperations, accessLog } = config
  const owner = { id: accountId, displayName: accountId }
  const common = { accessKeys, clock: systemClock, log }
  return {
    oss: createOssHandler({
      ...common,
      operations: OPERATIONS,
      store,
      accessLog,
      settings: { region, domains, encryptionHeaderOperations, owner },
    }),
    kms: createKmsHandler({ ...common, keyService, region, accountId }),
  }
}

interface DoorParts {
  readonly log: Log
  readonly tls: SecureContextSource | undefined
  readonly memory: MemoryBudget
}

async function openDoor(
  door: Door,
  handle: HttpHandler,
  { log, tls, memory }: DoorParts,
): Promise<RunningHttpServer> {
  const { host, port, isTls, protocol, flag } = door
  if (isTls && tls === undefined) throw new DoorRefused(`${flag} has no certificate`)
  try {
    return await startHttpServer({
      host,
      port,
      maxHeaderBytes: HEADER_BYTES_MAX[protocol],
      urgentTargets: HEALTH_TARGETS,
      tls: isTls ? tls : undefined,
      clock: monotonicClock,
      memory,
      log,
      handle,
    })
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : ""
    const sentence = LISTEN_FAILURES[code]?.(door) ?? String(error)
    throw new DoorRefused(`${sentence}. Nothing was started`, { cause: error })
  }
}

const LISTEN_FAILURES: Readonly<Record<string, (door: Door) => string>> = {
  EADDRINUSE: ({ host, port, flag }) =>
    `port ${port} of ${host} is taken by another program; stop it, or choose another port with ${flag}`,
  EACCES: ({ port, flag }) =>
    `port ${port} needs rights that this user does not have; choose one from 1024 up with ${flag}`,
  EADDRNOTAVAIL: ({ host }) => `${host} is no address of this machine; choose one with --host`,
  ENOTFOUND: ({ host }) => `${host} is no host name that can be found; choose another with --host`,
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
