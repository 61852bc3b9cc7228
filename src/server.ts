import { fileURLToPath } from "node:url"
import { assertDefined } from "./base/assert.ts"
import { monotonicClock, systemClock } from "./base/clock.ts"
import type { MemoryBudget } from "./base/memory-budget.ts"
import type { Log } from "./base/log.ts"
import type { AccessKeySetting, Config, Door } from "./config.ts"
import { type ConsoleParts, isConsoleOrigin, openConsole } from "./console-door.ts"
import type { OpenedData } from "./data-directory.ts"
import { addReport, type GatewayReport } from "./gateway-report.ts"
import { type FurtherGateways, startGateways, type Starting } from "./gateways.ts"
import type { AnswerToSend } from "./http/answer.ts"
import { HEALTH_TARGETS, type HealthReason, withHealth } from "./http/health.ts"
import {
  type HttpHandler,
  type HttpServerOptions,
  type RunningHttpServer,
  startHttpServer,
} from "./http/server.ts"
import { createTraffic, type Traffic } from "./http/traffic.ts"
import type { SecureContextSource } from "./http/tls.ts"
import type { AccessKeys } from "./identity/access-keys.ts"
import { keeperCaller } from "./identity/caller.ts"
import { createRecentRequests, type RecentRequests } from "./identity/recent-requests.ts"
import { type BeforeKmsOperation, createKmsHandler } from "./kms-api/handler.ts"
import { type JobStatus, startKeeper, type Keeper } from "./keeper/keeper.ts"
import { destroyCmksJob } from "./kms/destroy-cmks-job.ts"
import { storeLastUsesJob } from "./kms/store-last-uses-job.ts"
import { joinAppendsJob } from "./objects/jobs/join-appends.ts"
import { sweepJob } from "./objects/jobs/sweep.ts"
import { allowConsole, type IsConsoleOrigin } from "./oss/console-origins.ts"
import { type BeforeOssOperation, createOssHandler } from "./oss/handler.ts"
import { OPERATIONS } from "./oss/operations/index.ts"

/** KMS parameters may all be in the URL, where Node's default of 16 KiB is too small for legal requests. */
const HEADER_BYTES_MAX = { oss: 64 * 1024, kms: 128 * 1024, console: 64 * 1024 } as const
const STOP_GRACE_MS = 30_000

/** A listener with its port. */
export type OpenDoor = Door

export interface RunningServer {
  readonly doors: readonly OpenDoor[]
  /** Resolves with a reason when the server cannot continue; never otherwise. */
  readonly failed: Promise<string>
  /** Checks the certificate's files at once. */
  reload(): void
  /** The status of the background jobs of this process. */
  jobs(): readonly JobStatus[]
  /** A token that signs in to the console once, for that access key. */
  issueSignInLink(accessKeyId: string): string
  /** Accepts no new requests, lets those in progress finish for up to 30 s, and closes the data. */
  stop(): Promise<void>
}

/** A listener that could not be opened. The message names its setting. */
class DoorRefused extends Error {
  override name = "DoorRefused"
}

/**
 * Opens every listener over opened data, or none: throws DoorRefused. `tls` is the certificate of the TLS listeners.
 * `further` gateways serve the OSS listeners too. The only place where the parts of the program meet.
 */
export async function startServer(
  config: Config,
  accessKeys: AccessKeys,
  data: OpenedData,
  log: Log,
  tls?: SecureContextSource,
  further?: Further,
): Promise<RunningServer> {
  const requests = createRecentRequests(systemClock)
  const traffic = createTraffic(systemClock)
  // The keeper starts last, when all listeners are open.
  let doors: readonly OpenDoor[] = []
  let jobs = (): readonly JobStatus[] => []
  const consoleParts: ConsoleParts = {
    config,
    accessKeys,
    data,
    log,
    requests,
    traffic,
    filesFolder: config.console.filesFolder ?? CONSOLE_FOLDER,
    doors: () => doors,
    jobs: () => jobs(),
  }
  const consoleDoor = await openConsole(consoleParts)
  const isConsole: IsConsoleOrigin = (origin, host) => isConsoleOrigin(consoleParts, origin, host)
  const { oss, kms } = createHandlers(config, accessKeys, data, log, { requests })
  const handlers: Handlers = {
    oss: measured("oss", allowConsole(oss, isConsole), traffic),
    kms: measured("kms", kms, traffic),
    console: measured("console", consoleDoor.handle, traffic),
  }
  const health = createHealth(data)
  const { memory } = data.store
  const sharing = further === undefined ? "none" : "first"
  const parts = { log, tls, memory, health: health.reasons, sharing } as const
  const opened = await openDoors(config.doors, handlers, parts)
  doors = opened.doors
  const onReport = (report: GatewayReport): void =>
    addReport(report, { traffic, requests, lastUses: data.lastUses, damage: data.store.damage })
  const others = await startFurther(further, { config, doors, data, log, onReport }).catch(
    async (error: unknown) => {
      await opened.close(0)
      throw error
    },
  )
  const keeper = startBackgroundWork(data, log)
  jobs = () => keeper.jobs()
  return {
    doors,
    issueSignInLink: (accessKeyId) => consoleDoor.links.issue(accessKeyId),
    failed: Promise.race([others.failed, data.failed]),
    jobs: () => keeper.jobs(),
    reload() {
      tls?.reload()
      others.reload()
    },
    async stop() {
      health.drain()
      await Promise.all([opened.close(STOP_GRACE_MS), others.stop(STOP_GRACE_MS)])
      await keeper.stop()
      await storeUsesAtStop(data, log)
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

/** Why a gateway does not accept every request now. */
export function createHealth({ writeRefusals }: Pick<OpenedData, "writeRefusals">): Health {
  let isDraining = false
  return {
    reasons: () => [...(isDraining ? (["draining"] as const) : []), ...writeRefusals()],
    drain() {
      isDraining = true
    },
  }
}

/** Gateways in addition to the first one. */
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

/** The KMS listeners stay with the first gateway, which remembers their nonces. */
async function startFurther(
  further: Further | undefined,
  { data, ...starting }: Omit<Starting, "count" | "accessKey" | "handOver"> & { data: OpenedData },
): Promise<FurtherGateways> {
  const { handOver } = data
  if (further === undefined || handOver === undefined) return NO_FURTHER
  return await startGateways({ ...further, ...starting, handOver })
}

/** The background work on stored data, until it is stopped. */
export function startBackgroundWork({ keyService, store }: OpenedData, log: Log): Keeper {
  const { metadata, clock } = store
  return startKeeper({ metadata, clock, log }, [
    sweepJob(store),
    joinAppendsJob(store),
    destroyCmksJob(keyService, clock),
    storeLastUsesJob(keyService, clock),
  ])
}

/** If this fails, only the last hour of uses is lost. */
async function storeUsesAtStop({ keyService, store }: OpenedData, log: Log): Promise<void> {
  try {
    await keyService.storeLastUses(keeperCaller(store.clock.nowMs()), { isLast: true })
  } catch (error) {
    log.warn({ err: error }, "when CMKs were used last was not stored")
  }
}

/** From the source and from the published package alike. */
const CONSOLE_FOLDER = fileURLToPath(new URL("../dist/console", import.meta.url))

/** The handler, with its requests counted. Health checks are not counted. */
export function measured(
  door: Door["protocol"],
  handle: HttpHandler,
  traffic: Pick<Traffic, "note">,
): HttpHandler {
  return async (exchange) => {
    if (HEALTH_TARGETS.includes(exchange.head.target)) return handle(exchange)
    const startedMs = monotonicClock.nowMs()
    let status = 0
    const send = (answer: AnswerToSend): Promise<void> => {
      status = answer.status
      return exchange.send(answer)
    }
    await handle({ ...exchange, send })
    traffic.note({ door, status, ms: monotonicClock.nowMs() - startedMs })
  }
}

/** The handlers of each protocol that has open listeners. */
interface Handlers {
  readonly oss: HttpHandler
  readonly kms: HttpHandler
  readonly console?: HttpHandler
}

/** Where completed requests are noted. */
type HandlerRequests = Pick<RecentRequests, "add">

interface HandlerParts {
  readonly requests?: HandlerRequests
  /** What each listener calls before it runs an operation. */
  readonly beforeOperation?: {
    readonly oss: BeforeOssOperation
    readonly kms: BeforeKmsOperation
  }
}

/**
 * The OSS and KMS handlers. The system's clock decides about signatures, the data's own clock about everything else.
 */
export function createHandlers(
  config: Config,
  accessKeys: AccessKeys,
  { accountId, keyService, store }: OpenedData,
  log: Log,
  { requests, beforeOperation }: HandlerParts = {},
): Pick<Handlers, "oss" | "kms"> {
  const { region, domains, encryptionHeaderOperations, accessLog } = config
  const owner = { id: accountId, displayName: accountId }
  const common = { accessKeys, clock: systemClock, log }
  return {
    oss: createOssHandler({
      ...common,
      operations: OPERATIONS,
      store,
      accessLog,
      requests,
      settings: { region, domains, encryptionHeaderOperations, owner },
      beforeOperation: beforeOperation?.oss,
    }),
    kms: createKmsHandler({
      ...common,
      keyService,
      region,
      accountId,
      beforeOperation: beforeOperation?.kms,
      ...(requests === undefined ? {} : { requests }),
    }),
  }
}

interface OpenedDoors {
  readonly doors: readonly OpenDoor[]
  /** Accepts no new requests, and lets those in progress finish for up to the given time. */
  close(graceMs: number): Promise<void>
}

/** Opens every listener, or none: throws DoorRefused. */
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
      const handle = assertDefined(handlers[door.protocol], `there is no handler for ${door.flag}`)
      const server = await openDoor(door, handle, parts)
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
  /** Whether several gateways listen on the OSS ports, and which one this is. */
  readonly sharing?: "none" | "first" | "further"
}

async function openDoor(
  door: Door,
  handle: HttpHandler,
  { log, tls, memory, health, sharing = "none" }: DoorParts,
): Promise<RunningHttpServer> {
  const { host, port, isTls, protocol, flag } = door
  if (isTls && tls === undefined) {
    throw new DoorRefused(`${flag} has no certificate; set one with --tls-cert and --tls-key`)
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
    // With `reusePort`, the port of another osseal would be shared instead of refused.
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
    `port ${port} of ${host} is in use by another program; stop it, or choose another port with ${flag}`,
  EACCES: ({ port, flag }) =>
    `port ${port} needs privileges that this user does not have; choose one from 1024 up with ${flag}`,
  EADDRNOTAVAIL: ({ host }) => `${host} is not an address of this machine; choose one with --host`,
  ENOTFOUND: ({ host }) => `the host name ${host} cannot be resolved; choose another with --host`,
}
