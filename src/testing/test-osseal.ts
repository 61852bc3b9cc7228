import { accountAccessKey } from "../cli/access-key.ts"
import { createLog } from "../cli/log.ts"
import { endpoint } from "../cli/start-text.ts"
import { clientEnvironment, type ClientSettings } from "../client-environment.ts"
import { type AccessKeySetting, type Config, DEV_ACCESS_KEY } from "../config.ts"
import { type OpenedData, openMemory } from "../data-directory.ts"
import { keeperCaller } from "../identity/caller.ts"
import { checkAccessKey, configOf, requireDoor } from "../in-process.ts"
import type { Keeper } from "../keeper/keeper.ts"
import type { ClockWitness } from "../kms/clock-witness.ts"
import type { ListenSettings } from "../listen-settings.ts"
import { createHandlers, openDoors, startBackgroundWork } from "../server.ts"
import type { Faults } from "./fault.ts"
import { createFaultInjection } from "./fault-injection.ts"
import type { Seed, Seeded } from "./seed.ts"
import { seedData } from "./seed-data.ts"
import { createTestClock, type TestClock } from "./test-clock.ts"
import { makeTestCertificate, type TestCertificate } from "./test-certificate.ts"

/** Every setting is optional. */
export interface TestOssealSettings extends Omit<ListenSettings, "host" | "consolePort"> {
  /** Default: the documented access key of `osseal dev`. */
  readonly accessKey?: AccessKeySetting
  /** With TLS ports in addition to the plain ones, and a CA that is created for this server alone. */
  readonly tls?: boolean
}

/** Where the server speaks TLS, and what clients must trust for it. */
export interface TestTls {
  /** `https://127.0.0.1:PORT`; `localhost` is covered too. */
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
  /** The certificate of the CA, PEM. */
  readonly ca: string
  /** A file with the certificate, which exists until the server stops. */
  readonly caFile: string
}

/** A server in this process, in memory, on 127.0.0.1, with additional features for tests. */
export interface TestOsseal extends ClientSettings, AsyncDisposable {
  readonly ossPort: number
  readonly kmsPort: number
  /** undefined unless the settings ask for it. */
  readonly tls: TestTls | undefined
  /**
   * Variables that SDKs and command-line clients read: the plain endpoints, region and access key; with `tls` also
   * NODE_EXTRA_CA_CERTS.
   */
  readonly environment: Readonly<Record<string, string>>
  /**
   * The time that the store uses: times of objects, versions and CMKs, and when a CMK is destroyed. Signatures, their
   * expiry and the header Date use the system's clock, so that clients need not know.
   */
  readonly clock: TestClock
  readonly faults: Faults
  /** Creates CMKs, buckets and objects without requests. */
  readonly seed: (seed: Seed) => Promise<Seeded>
  /**
   * Removes everything: data, CMKs, faults, and changes of the clock. Endpoints and access key stay. A request in
   * progress ends on the data that it began with.
   */
  readonly reset: () => Promise<void>
  /** Closes the ports; requests in progress are cut. Further calls do nothing. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a test double; resolves when its ports accept requests. Throws ConfigError for an invalid setting, and an
 * Error that names the port when it is in use.
 */
export async function startTestOsseal(settings: TestOssealSettings = {}): Promise<TestOsseal> {
  const config = configOf({ ...settings, host: "127.0.0.1" }, settings.tls === true)
  const accessKey = checkAccessKey(settings.accessKey) ?? DEV_ACCESS_KEY
  const made = settings.tls === true ? await makeTestCertificate(config) : undefined
  const store = await openTestStore(config, accessKey)
  const { memory } = store.data().store
  const parts = { log: store.log, tls: made?.source, memory, health: () => [] }
  const opened = await openDoors(config.doors, store.handlers, parts).catch(
    async (error: unknown) => {
      await store.close()
      await made?.remove()
      throw error
    },
  )
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    store.faults.clear()
    stopping ??= opened
      .close(0)
      .then(() => store.close())
      .then(() => made?.remove())
    return stopping
  }
  const oss = requireDoor(opened.doors, "oss")
  const kms = requireDoor(opened.doors, "kms")
  const client: ClientSettings = {
    ossEndpoint: endpoint(oss),
    kmsEndpoint: endpoint(kms),
    region: config.region,
    ...accessKey,
  }
  const trust = made === undefined ? {} : { NODE_EXTRA_CA_CERTS: made.caFile }
  const { clock, faults } = store
  return {
    ...client,
    ossPort: oss.port,
    kmsPort: kms.port,
    tls: made && describeTls(opened.doors, made),
    environment: { ...clientEnvironment(client), ...trust },
    clock: { nowMs: () => clock.nowMs(), set: clock.set, advance: clock.advance },
    faults: { add: faults.add, clear: faults.clear },
    seed: (seed) => seedData(store.data(), seed),
    reset: () => store.reset(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function describeTls(
  doors: Parameters<typeof requireDoor>[0],
  { ca, caFile }: TestCertificate,
): TestTls {
  const [oss, kms] = [requireDoor(doors, "oss", true), requireDoor(doors, "kms", true)]
  return { ossEndpoint: endpoint(oss), kmsEndpoint: endpoint(kms), ca, caFile }
}

/** A test moves the clock on purpose, so a jump is no reason to wait before a CMK is destroyed. */
const TRUSTED: ClockWitness = { observe: () => Promise.resolve("trusted") }

/** What `reset` replaces. */
interface Current {
  readonly data: OpenedData
  readonly handlers: ReturnType<typeof createHandlers>
  readonly keeper: Keeper
}

/** Data that can be replaced behind its handlers, with the clock that it uses and the faults that its requests meet. */
async function openTestStore(config: Config, accessKey: AccessKeySetting) {
  const log = createLog(config.logLevel)
  const faults = createFaultInjection()
  const clock = createTestClock(async () => {
    await current.data.keyService.sweepDeletedCmks(keeperCaller(clock.nowMs()))
  })
  const open = async (memory?: OpenedData["store"]["memory"]): Promise<Current> => {
    const data = await openMemory({
      region: config.region,
      clock,
      log,
      clockWitness: TRUSTED,
      kms: config.kms,
      ...(memory === undefined ? {} : { memory }),
    })
    const parts = { beforeOperation: { oss: faults.beforeOss, kms: faults.beforeKms } }
    const handlers = createHandlers(config, accountAccessKey(accessKey, data), data, log, parts)
    return { data, handlers, keeper: startBackgroundWork(data, log) }
  }
  let current = await open()
  return {
    log,
    faults,
    clock,
    data: () => current.data,
    handlers: {
      oss: faults.wrap((exchange) => current.handlers.oss(exchange)),
      kms: faults.wrap((exchange) => current.handlers.kms(exchange)),
    },
    async reset() {
      faults.clear()
      clock.reset()
      const before = current
      current = await open(before.data.store.memory)
      await close(before)
    },
    close: () => close(current),
  }
}

/** From now on, only those requests hold what they still use of the data. */
async function close({ data, keeper }: Current): Promise<void> {
  await keeper.stop()
  await data.close()
}
