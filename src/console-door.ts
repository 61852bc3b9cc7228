import { systemClock } from "./base/clock.ts"
import type { Log } from "./base/log.ts"
import { createAdminHandler } from "./admin-api/handler.ts"
import { createPreviews } from "./admin-api/previews.ts"
import type { Reached, RootOfTrustFacts, ServerFacts } from "./admin-api/server-facts.ts"
import { createChallenges } from "./admin-api/sign-in/challenges.ts"
import { createSignInLimits } from "./admin-api/sign-in/limits.ts"
import { createSignInLinks, type SignInLinks } from "./admin-api/sign-in/links.ts"
import { createStaticFiles } from "./admin-api/static-files.ts"
import type { Config, Door } from "./config.ts"
import type { OpenedData } from "./data-directory.ts"
import type { HttpHandler } from "./http/server.ts"
import type { Traffic } from "./http/traffic.ts"
import type { AccessKeys } from "./identity/access-keys.ts"
import { createConsoleSessions } from "./identity/console-sessions.ts"
import type { RecentRequests } from "./identity/recent-requests.ts"
import type { JobStatus } from "./keeper/keeper.ts"
import { presignUrl } from "./oss/presign.ts"
import { programVersion } from "./program-version.ts"

export interface ConsoleParts {
  readonly config: Config
  readonly accessKeys: AccessKeys
  readonly data: OpenedData
  readonly log: Log
  readonly requests: RecentRequests
  readonly traffic: Traffic
  /** The folder of the console's files, as its build left them. */
  readonly filesFolder: string
  /** The listeners that are open by then. */
  readonly doors: () => readonly Door[]
  readonly jobs: () => readonly JobStatus[]
}

export interface ConsoleDoor {
  readonly handle: HttpHandler
  readonly links: SignInLinks
}

/** The console's listener over opened data. Ends the open sessions where the configuration says so. */
export async function openConsole(parts: ConsoleParts): Promise<ConsoleDoor> {
  const { config, accessKeys, data, log, requests } = parts
  const clock = systemClock
  const { metadata, store, keyService, accountId } = data
  const sessions = createConsoleSessions({ metadata, accessKeys, clock })
  if (config.console.invalidatesSessions) await sessions.endAll()
  const links = createSignInLinks(clock)
  const handle = createAdminHandler({
    store,
    keyService,
    scope: { region: config.region, accountId },
    accessKeys,
    sessions,
    challenges: createChallenges(clock),
    limits: createSignInLimits(clock),
    links,
    previews: createPreviews(clock),
    requests,
    facts: factsOf(parts),
    clock,
    log,
    files: createStaticFiles(parts.filesFolder),
    consoleOrigins: config.console.origins,
  })
  return { handle, links }
}

function factsOf({ config, data, doors, jobs, traffic }: ConsoleParts): ServerFacts {
  const { directory } = data
  return {
    version: programVersion(),
    startedMs: systemClock.nowMs(),
    storageKind: directory === undefined ? "memory" : "directory",
    storage: () => directory?.state(),
    jobs,
    traffic: (seconds) => traffic.points(seconds),
    endpointFor: (protocol, reached) =>
      (protocol === "oss" ? config.console.ossUrl : undefined) ??
      endpointFor(doors(), protocol, reached),
    presign: (input) => presignUrl({ ...input, region: config.region }),
    rootOfTrust: () => rootOfTrustOf(data),
    createRecoveryCode: directory && (() => directory.addRecoveryWrap()),
  }
}

/** At the host name that the browser used; a listener that is as secure as the console is preferred. */
function endpointFor(
  doors: readonly Door[],
  protocol: "oss" | "kms",
  { hostName, isSecure }: Reached,
): string {
  const fitting = doors.filter((door) => door.protocol === protocol)
  const door = fitting.find(({ isTls }) => isTls === isSecure) ?? fitting[0]
  if (door === undefined) return ""
  return `${door.isTls ? "https" : "http"}://${hostName}:${door.port}`
}

async function rootOfTrustOf({ root, directory }: OpenedData): Promise<RootOfTrustFacts> {
  if (root === undefined || directory === undefined) {
    return { provider: "memory", rootKeyId: null, wraps: [] }
  }
  const wraps = await directory.readWraps()
  return {
    provider: directory.unlockedBy,
    rootKeyId: root.rootKeyId,
    wraps: wraps.map(({ wrapId, provider }) => ({ wrapId, provider })),
  }
}

/**
 * Whether a page of that origin is the console's own, for the CORS of the OSS listener. Either the host name is that of
 * the request and the port is one of the console's, or the configuration names the origin.
 */
export function isConsoleOrigin(
  { config, doors }: Pick<ConsoleParts, "config" | "doors">,
  origin: string,
  host: string,
): boolean {
  if (config.console.origins.includes(origin)) return true
  const hostName = host.replace(/:\d+$/, "")
  return doors()
    .filter(({ protocol }) => protocol === "console")
    .some(({ isTls, port }) => origin === `${isTls ? "https" : "http"}://${hostName}:${port}`)
}
