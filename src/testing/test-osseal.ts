import { accountAccessKey } from "../cli/access-key.ts"
import { createLog } from "../cli/log.ts"
import { endpoint } from "../cli/start-text.ts"
import { clientEnvironment, type ClientSettings } from "../client-environment.ts"
import { type AccessKeySetting, DEV_ACCESS_KEY } from "../config.ts"
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

/** Every setting may be left out. */
export interface TestOssealSettings extends Omit<ListenSettings, "host"> {
  /** The documented access key of `osseal dev` unless it is given. */
  readonly accessKey?: AccessKeySetting
}

/** A server in this process, in memory, on 127.0.0.1, with what tests need beside it. */
export interface TestOsseal extends ClientSettings, AsyncDisposable {
  readonly ossPort: number
  readonly kmsPort: number
  /** Variables that SDKs and command-line clients read: endpoints, region and access key. */
  readonly environment: Readonly<Record<string, string>>
  /**
   * The time that the store goes by: times of objects, versions and CMKs, and when a CMK is destroyed. Signatures, their
   * expiry and the header Date go by the system's clock, so that clients need not know.
   */
  readonly clock: TestClock
  readonly faults: Faults
  /** Makes CMKs, buckets and objects without requests. */
  readonly seed: (seed: Seed) => Promise<Seeded>
  /**
   * Everything is gone: data, CMKs, faults, and how the clock was moved. Endpoints and access key stay. A request that is
   * still running ends on the data that it began with.
   */
  readonly reset: () => Promise<void>
  /** Closes the ports; requests that are still running are cut. Further calls do nothing. */
  readonly stop: () => Promise<void>
}

/** The clock of a test is moved on purpose, so a jump of it is no reason to wait before a CMK is destroyed. */
const TRUSTED: ClockWitness = { observe: () => Promise.resolve("trusted") }

/**
 * Starts a test double; resolves when both ports answer. Throws ConfigError for a setting that cannot be followed, and
 * an Error that names the port when it is taken.
 */
export async function startTestOsseal(settings: TestOssealSettings = {}): Promise<TestOsseal> {
  const config = configOf({ ...settings, host: "127.0.0.1" })
  const accessKey = checkAccessKey(settings.accessKey) ?? DEV_ACCESS_KEY
  const log = createLog(config.logLevel)
  const faults = createFaultInjection()
  const clock = createTestClock(async () => {
    const { keyService } = current.data
    await keyService.sweepDeletedCmks(keeperCaller(clock.nowMs()))
  })
  const surroundings = { region: config.region, clock, log, clockWitness: TRUSTED }

  const open = async (memory?: OpenedData["store"]["memory"]): Promise<Current> => {
    const data = await openMemory({ ...surroundings, ...(memory === undefined ? {} : { memory }) })
    const hooks = { oss: faults.beforeOss, kms: faults.beforeKms }
    const handlers = createHandlers(config, accountAccessKey(accessKey, data), data, log, hooks)
    return { data, handlers, keeper: startBackgroundWork(data, log) }
  }
  let current = await open()
  const { memory } = current.data.store
  const handlers = {
    oss: faults.wrap((exchange) => current.handlers.oss(exchange)),
    kms: faults.wrap((exchange) => current.handlers.kms(exchange)),
  }
  const opened = await openDoors(config.doors, handlers, { log, tls: undefined, memory }).catch(
    async (error: unknown) => {
      await close(current)
      throw error
    },
  )
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    faults.clear()
    stopping ??= opened.close(0).then(() => close(current))
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
  return {
    ...client,
    ossPort: oss.port,
    kmsPort: kms.port,
    environment: clientEnvironment(client),
    clock: { nowMs: () => clock.nowMs(), set: clock.set, advance: clock.advance },
    faults: { add: faults.add, clear: faults.clear },
    seed: (seed) => seedData(current.data, seed),
    async reset() {
      faults.clear()
      clock.reset()
      const before = current
      current = await open(memory)
      await close(before)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** What `reset` replaces. */
interface Current {
  readonly data: OpenedData
  readonly handlers: ReturnType<typeof createHandlers>
  readonly keeper: Keeper
}

/** What requests still hold of the data is theirs alone from now on. */
async function close({ data, keeper }: Current): Promise<void> {
  await keeper.stop()
  await data.close()
}
