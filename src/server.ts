import { monotonicClock, systemClock } from "./base/clock.ts"
import type { MemoryBudget } from "./base/memory-budget.ts"
import type { Log } from "./base/log.ts"
import type { AccessKeySetting, Config, Door } from "./config.ts"
import type { OpenedData } from "./data-directory.ts"
import { type FurtherGateways, startGateways, type Starting } from "./gateways.ts"
import { HEALTH_TARGETS, type HealthReason, withHealth } from "./http/health.ts"
import {
  type HttpHandler,
  type HttpServerOptions,
  type RunningHttpServer,
  startHttpServer,
} from "./http/server.ts"
import type { SecureContextSource } from "./http/tls.ts"
import type { AccessKeys } from "./identity/access-keys.ts"
import { type BeforeKmsOperation, createKmsHandler } from "./kms-api/handler.ts"
import { startKeeper, type Keeper } from "./keeper/keeper.ts"
import { destroyCmksJob } from "./kms/destroy-cmks-job.ts"
import { joinAppendsJob } from "./objects/jobs/join-appends.ts"
import { sweepJob } from "./objects/jobs/sweep.ts"
import { type BeforeOssOperation, createOssHandler } from "./oss/handler.ts"
import { OPERATIONS } from "./oss/operations/index.ts"

/** KMS parameters may all come in the URL, where Node's default of 16 KiB is too small for legal requests. */
const HEADER_BYTES_MAX = { oss: 64 * 1024, kms: 128 * 1024 } as const
const STOP_GRACE_MS = 30_000

/** A door with the port that it listens on. */
export type OpenDoor = Door

export interface RunningServer {
  readonly doors: readonly OpenDoor[]
  /** Resolves with a reason when the server cannot go on; never as long as it can. */
  readonly failed: Promise<string>
  /** Looks at the certificate's files at once. */
  reload(): void
  /** Takes no new requests, lets the running ones end for up to 30 s, and closes the data. */
  stop(): Promise<void>
}

/** A door that could not be opened. The message names its setting. */
class DoorRefused extends Error {
  override name = "DoorRefused"
}

/**
 * Opens every door over opened data, or none: throws DoorRefused. `tls` is the certificate of the TLS doors. `further`
 * gateways answer on the OSS doors too. The only place where the parts of the program meet.
 */
export async function startServer(
  config: Config,
  accessKeys: AccessKeys,
  data: OpenedData,
  log: Log,
  tls?: SecureContextSource,
  further?: Further,
): Promise<RunningServer> {
  const handlers = createHandlers(config, accessKeys, data, log)
  const health = createHealth(data)
  const { memory } = data.store
  const sharing = further === undefined ? "none" : "first"
  const parts = { log, tls, memory, health: health.reasons, sharing } as const
  const opened = await openDoors(config.doors, handlers, parts)
  const others = await startFurther(further, { config, doors: opened.doors, data, log }).catch(
    async (error: unknown) => {
      await opened.close(0)
      throw error
    },
  )
  const keeper = startBackgroundWork(data, log)
  return {
    doors: opened.doors,
    failed: others.failed,
    reload() {
      tls?.reload()
      others.reload()
    },
    async stop() {
      health.drain()
      await Promise.all([opened.close(STOP_GRACE_MS), others.stop(STOP_GRACE_MS)])
      await keeper.stop()
      await data.store.reclaimer.drained()
      await data.close()
    },
  }
}

interface Health {
  readonly reasons: () => readonly HealthReason[]
  /** From now on the server is draining. */
  readonly drain: () => void
}

/** Why a gateway does not take every request now. */
export function createHealth({ writeRefusals }: Pick<OpenedData, "writeRefusals">): Health {
  let isDraining = false
  return {
    reasons: () => [...(isDraining ? (["draining"] as const) : []), ...writeRefusals()],
    drain() {
      isDraining = true
    },
  }
}

/** Gateways beside the first one. */
interface Further {
  readonly count: number
  /** As in GatewayData. */
  readonly accessKey: AccessKeySetting | undefined
}

const NO_FURTHER: FurtherGateways = {
  failed: new Promise(() => undefined),
  reload: () => undefined,
  stop: () => Promise.resolve(),
}

/** The KMS doors stay with the first one, which remembers their nonces. */
async function startFurther(
  further: Further | undefined,
  { config, doors, data, log }: Pick<Starting, "config" | "doors" | "log"> & { data: OpenedData },
): Promise<FurtherGateways> {
  const { handOver } = data
  if (further === undefined || handOver === undefined) return NO_FURTHER
  const oss = doors.filter(({ protocol }) => protocol === "oss")
  return await startGateways({ ...further, config, doors: oss, handOver, log })
}

/** What keeps stored data in order, until it is stopped. */
export function startBackgroundWork({ keyService, store }: OpenedData, log: Log): Keeper {
  const { metadata, clock } = store
  return startKeeper({ metadata, clock, log }, [
    sweepJob(store),
    joinAppendsJob(store),
    destroyCmksJob(keyService, clock),
  ])
}

type Handlers = Readonly<Record<Door["protocol"], HttpHandler>>

/** What each door calls before it runs an operation. */
interface OperationHooks {
  readonly oss?: BeforeOssOperation
  readonly kms?: BeforeKmsOperation
}

/** What answers the requests of each protocol. Signatures are judged by the system's clock, all else by the data's own. */
export function createHandlers(
  config: Config,
  accessKeys: AccessKeys,
  { accountId, keyService, store }: OpenedData,
  log: Log,
  beforeOperation: OperationHooks = {},
): Handlers {
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
      beforeOperation: beforeOperation.oss,
    }),
    kms: createKmsHandler({
      ...common,
      keyService,
      region,
      accountId,
      beforeOperation: beforeOperation.kms,
    }),
  }
}

interface OpenedDoors {
  readonly doors: readonly OpenDoor[]
  /** Takes no new requests, and lets the running ones end for so long. */
  close(graceMs: number): Promise<void>
}

/** Opens every door, or none: throws DoorRefused. */
export async function openDoors(
  wanted: readonly Door[],
  handlers: Handlers,
  parts: DoorParts,
): Promise<OpenedDoors> {
  const servers: RunningHttpServer[] = []
  const doors: OpenDoor[] = []
  const close = async (graceMs: number): Promise<void> => {
    await Promise.all(servers.map((server) => server.close(graceMs)))
  }
  try {
    for (const door of wanted) {
      const server = await openDoor(door, handlers[door.protocol], parts)
      servers.push(server)
      doors.push({ ...door, port: server.port })
    }
  } catch (error) {
    await close(0)
    throw error
  }
  return { doors, close }
}

interface DoorParts {
  readonly log: Log
  readonly tls: SecureContextSource | undefined
  readonly memory: MemoryBudget
  readonly health: () => readonly HealthReason[]
  /** Whether several gateways listen on the ports of OSS, and which this one is. */
  readonly sharing?: "none" | "first" | "further"
}

async function openDoor(
  door: Door,
  handle: HttpHandler,
  { log, tls, memory, health, sharing = "none" }: DoorParts,
): Promise<RunningHttpServer> {
  const { host, port, isTls, protocol, flag } = door
  if (isTls && tls === undefined) {
    throw new DoorRefused(`${flag} has no certificate; name one with --tls-cert and --tls-key`)
  }
  const options: HttpServerOptions = {
    host,
    port,
    maxHeaderBytes: HEADER_BYTES_MAX[protocol],
    urgentTargets: HEALTH_TARGETS,
    tls: isTls ? tls : undefined,
    clock: monotonicClock,
    memory,
    log,
    handle: withHealth(handle, health),
  }
  const reusePort = sharing !== "none" && protocol === "oss"
  try {
    // With `reusePort` the port of another osseal would be shared instead of refused.
    if (reusePort && sharing === "first" && port !== 0) {
      await (await startHttpServer(options)).close(0)
    }
    return await startHttpServer({ ...options, reusePort })
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : ""
    const sentence = LISTEN_FAILURES[code]?.(door) ?? `${flag} cannot be opened: ${String(error)}`
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
