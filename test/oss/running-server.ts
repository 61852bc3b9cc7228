import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import OSS from "ali-oss"
import { systemClock } from "../../src/base/clock.ts"
import type { Log } from "../../src/base/log.ts"
import { createLog } from "../../src/cli/log.ts"
import type { AccessKeySetting, Config } from "../../src/config.ts"
import { fixedAccessKeys } from "../../src/identity/access-keys.ts"
import {
  type MemoryEngines,
  openDataDirectory,
  openMemory,
  type OpenedData,
} from "../../src/data-directory.ts"
import { startServer, type RunningServer } from "../../src/server.ts"

export const TEST_ACCESS_KEY: AccessKeySetting = {
  accessKeyId: "test-access-key",
  accessKeySecret: "test-access-key-secret",
}

export const TEST_CONFIG: Config = {
  doors: [
    { protocol: "oss", host: "127.0.0.1", port: 0, isTls: false, flag: "--oss-port" },
    { protocol: "kms", host: "127.0.0.1", port: 0, isTls: false, flag: "--kms-port" },
  ],
  tls: undefined,
  region: "cn-hangzhou",
  domains: ["localhost"],
  encryptionHeaderOperations: "founding",
  logLevel: "silent",
  gateways: 1,
  accessLog: false,
  kms: "on",
  console: { origins: [], ossUrl: undefined, invalidatesSessions: false },
}

/** With a console as well. */
export const CONSOLE_CONFIG: Config = {
  ...TEST_CONFIG,
  doors: [
    ...TEST_CONFIG.doors,
    { protocol: "console", host: "127.0.0.1", port: 0, isTls: false, flag: "--console-port" },
  ],
}

/** What differs from TEST_CONFIG, and where the log goes. */
type ServerSettings = Partial<Config> & { readonly log?: Log }

/** A server in this process, on real sockets. */
export interface TestServer {
  readonly data: OpenedData
  readonly server: RunningServer
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
  /** The data directory; "" in memory. */
  readonly directory: string
  stop(): Promise<void>
}

/** A client of the official SDK, by default with V4 signatures. */
export function aliOss(server: TestServer, options: Partial<OSS.Options> = {}): OSS {
  return new OSS({
    endpoint: server.ossEndpoint,
    region: "oss-cn-hangzhou",
    ...TEST_ACCESS_KEY,
    authorizationV4: true,
    ...options,
  })
}

/** On empty engines, or on those of a stopped server. */
export async function startMemoryServer(
  config: ServerSettings = {},
  engines?: MemoryEngines,
): Promise<TestServer> {
  const merged = { ...TEST_CONFIG, ...config }
  const { log = createLog(merged.logLevel) } = config
  const surroundings = { region: merged.region, clock: systemClock, log, kms: merged.kms }
  const data = await openMemory(surroundings, engines)
  return await serve({ ...merged, log }, data, "", () => Promise.resolve())
}

interface OnDisk {
  readonly directory?: string
  readonly gateways?: number
}

/** On a new directory that is removed when the server stops, or on `directory`, which is kept. */
export async function startLocalServer(
  config: ServerSettings = {},
  { directory, gateways = 1 }: OnDisk = {},
): Promise<TestServer> {
  const merged = { ...TEST_CONFIG, ...config }
  const { log = createLog(merged.logLevel) } = config
  const used = directory ?? (await mkdtemp(join(tmpdir(), "osseal-test-")))
  const unlock = { kind: "key-file", path: undefined } as const
  const surroundings = { region: merged.region, clock: systemClock, log, kms: merged.kms }
  const data = await openDataDirectory(used, unlock, surroundings, { gateways })
  const remove = async (): Promise<void> => {
    if (directory === undefined) await rm(used, { recursive: true, force: true })
  }
  return await serve({ ...merged, log }, data, used, remove, gateways)
}

async function serve(
  { log, ...config }: Config & { readonly log: Log },
  data: OpenedData,
  directory: string,
  remove: () => Promise<void>,
  gateways = 1,
): Promise<TestServer> {
  const principal = { kind: "account", accountId: data.accountId } as const
  const accessKeys = fixedAccessKeys([{ ...TEST_ACCESS_KEY, principal }])
  const further = gateways > 1 ? { count: gateways - 1, accessKey: TEST_ACCESS_KEY } : undefined
  const server = await startServer(config, accessKeys, data, log, undefined, further)
  return {
    data,
    server,
    directory,
    ossEndpoint: endpointOf(server, "oss"),
    kmsEndpoint: endpointOf(server, "kms"),
    async stop() {
      await server.stop()
      await remove()
    },
  }
}

function endpointOf({ doors }: RunningServer, protocol: "oss" | "kms"): string {
  return `http://127.0.0.1:${doors.find((door) => door.protocol === protocol)?.port ?? 0}`
}
