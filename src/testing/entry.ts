// What the package exports as osseal/testing.
export type {
  AddedFault,
  Fault,
  FaultEffect,
  Faults,
  KmsFault,
  KmsOperationName,
  OssFault,
  OssOperationName,
} from "./fault.ts"
export { type HookSettings, installHooks, type RunnerHooks } from "./hooks.ts"
export type { Seed, SeedBucket, SeedCmk, Seeded, SeedEncryption, SeedObject } from "./seed.ts"
export type { TestClock } from "./test-clock.ts"
export {
  startTestOsseal,
  type TestOsseal,
  type TestOssealSettings,
  type TestTls,
} from "./test-osseal.ts"
