import type { Seed } from "./seed.ts"
import { startTestOsseal, type TestOsseal, type TestOssealSettings } from "./test-osseal.ts"

type Register = (hook: () => Promise<void>) => unknown

/**
 * The functions of a test runner that accept a hook. vitest and Jest use these names; node:test has `before` and
 * `after`.
 */
export interface RunnerHooks {
  readonly beforeAll: Register
  readonly afterAll: Register
  readonly afterEach: Register
}

export interface HookSettings extends TestOssealSettings {
  /** The data that every test starts with. */
  readonly seed?: Seed
}

/**
 * Starts a test double before the tests, resets it to `seed` after each test, and stops it after all of them. Returns a
 * function that returns the running test double, and throws before the first hook has run.
 */
export function installHooks(
  { beforeAll, afterAll, afterEach }: RunnerHooks,
  { seed = {}, ...settings }: HookSettings = {},
): () => TestOsseal {
  let running: TestOsseal | undefined
  beforeAll(async () => {
    running = await startTestOsseal(settings)
    await running.seed(seed)
  })
  afterEach(async () => {
    await running?.reset()
    await running?.seed(seed)
  })
  afterAll(async () => {
    await running?.stop()
    running = undefined
  })
  return () => {
    if (running !== undefined) return running
    throw new Error("osseal/testing: the server is not running; use it inside a test, not outside")
  }
}
