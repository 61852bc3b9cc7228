import type { Seed } from "./seed.ts"
import { startTestOsseal, type TestOsseal, type TestOssealSettings } from "./test-osseal.ts"

type Register = (hook: () => Promise<void>) => unknown

/** The functions of a test runner that take a hook. vitest and Jest have these names; node:test has `before` and `after`. */
export interface RunnerHooks {
  readonly beforeAll: Register
  readonly afterAll: Register
  readonly afterEach: Register
}

export interface HookSettings extends TestOssealSettings {
  /** What every test finds. */
  readonly seed?: Seed
}

/**
 * Starts a test double before the tests, puts it back to `seed` after each, and stops it after all of them. Returns a function
 * that tells the running one; it throws before the first hook has run.
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
    throw new Error("osseal/testing: the server is not running; use it in a test, not beside it")
  }
}
