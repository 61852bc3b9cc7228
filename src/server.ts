import { fileURLToPath } from "node:url"
import { monotonicClock, systemClock } from "./base/clock.ts"
import type { MemoryBudget } from "./base/memory-budget.ts"
import type { Log } from "./base/log.ts"
import type { Config, Door } from "./config.ts"
import { type ConsoleParts, isConsoleOrigin, openConsole } from "./console-door.ts"
import type { OpenedData } from "./data-directory.ts"
import type { AnswerToSend } from "./http/answer.ts"
import { type HttpHandler, type RunningHttpServer, startHttpServer } from "./http/server.ts"
import { createTraffic, type Traffic } from "./http/traffic.ts"
import type { SecureContextSource } from "./http/tls.ts"
import type { AccessKeys } from "./identity/access-keys.ts"
import { createRecentRequests } from "./identity/recent-requests.ts"
import { createKmsHandler } from "./kms-api/handler.ts"
import { type JobStatus, startKeeper, type Keeper } from "./keeper/keeper.ts"
import { destroyCmksJob } from "./kms/destroy-cmks-job.ts"
import { joinAppendsJob } from "./objects/jobs/join-appends.ts"
import { sweepJob } from "./objects/jobs/sweep.ts"
import { allowConsole, type IsConsoleOrigin } from "./oss/console-origins.ts"
import { createOssHandler, HEALTH_TARGET } from "./oss/handler.ts"
import { OPERATIONS } from "./oss/operations/index.ts"

/** KMS parameters may all come in the URL, where Node's default of 16 KiB is too small for legal requests. */
const HEADER_BYTES_MAX = { oss: 64 * 1024, kms: 128 * 1024, console: 64 * 1024 } as const
const STOP_GRACE_MS = 30_000

/** A door with the port that it listens on. */
export type OpenDoor = Door

export interface RunningServer {
  readonly doors: readonly OpenDoor[]
  /** A token that signs in to the console once, for that access key. */
  issueSignInLink(accessKeyId: string): string
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
  const requests = createRecentRequests(systemClock)
  const traffic = createTraffic(systemClock)
  // The keeper starts last, when all doors are open.
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
  const handlers = { ...createHandlers(consoleParts), console: consoleDoor.handle }
  const servers: RunningHttpServer[] = []
  const doors: OpenDoor[] = []
  try {
    for (const door of config.doors) {
      const server = await openDoor(
        door,
        measured(door.protocol, handlers[door.protocol], traffic),
        {
          log,
          tls,
          memory: store.memory,
        },
      )
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
  jobs = () => keeper.jobs()
  const issueSignInLink = (accessKeyId: string): string => consoleDoor.links.issue(accessKeyId)
  return { doors, issueSignInLink, stop: () => stop(servers, keeper, data) }
}

/** From the source and from the published package alike. */
const CONSOLE_FOLDER = fileURLToPath(new URL("../dist/console", import.meta.url))

/** The handler, with its requests counted. Whoever only asks whether the server lives is not. */
function measured(door: Door["protocol"], handle: HttpHandler, traffic: Traffic): HttpHandler {
  return async (exchange) => {
    if (exchange.head.target === HEALTH_TARGET) return handle(exchange)
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

function createHandlers(
  parts: ConsoleParts,
): Readonly<Record<Exclude<Door["protocol"], "console">, HttpHandler>> {
  const { config, accessKeys, data, log, requests } = parts
  const { accountId, keyService, store } = data
  const { region, domains, encryptionHeaderOperations } = config
  const owner = { id: accountId, displayName: accountId }
  const common = { accessKeys, clock: systemClock, log }
  const isConsole: IsConsoleOrigin = (origin, host) => isConsoleOrigin(parts, origin, host)
  return {
    oss: allowConsole(
      createOssHandler({
        ...common,
        operations: OPERATIONS,
        store,
        health: () => ({ status: "ok" }),
        settings: { region, domains, encryptionHeaderOperations, owner },
      }),
      isConsole,
    ),
    kms: createKmsHandler({ ...common, keyService, region, accountId, requests }),
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
      urgentTarget: HEALTH_TARGET,
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
