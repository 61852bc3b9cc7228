import { createSecretKey } from "node:crypto"
import { pino } from "pino"
import { type Clock, type FakeClock, fakeClock } from "../../src/base/clock.ts"
import { randomSecret } from "../../src/base/random.ts"
import { type Caller, keeperCaller } from "../../src/identity/caller.ts"
import type { Principal } from "../../src/identity/principal.ts"
import {
  createKeyService,
  type KeyService,
  type KeyServiceInput,
} from "../../src/kms/key-service.ts"
import { rootKeyFromSecret } from "../../src/sealing/root-key.ts"
import { createMemoryMetadataStore } from "../../src/storage/memory/metadata-store.ts"
import { createSealedMetadataStore } from "../../src/storage/sealed-metadata-store.ts"
import type { MetadataStore } from "../../src/storage/metadata-store.ts"

export const START_MS: number = Date.UTC(2026, 0, 2, 3, 4, 5)
export const DAY_MS = 86_400_000
export const SCOPE = { region: "cn-hangzhou", accountId: "1234567890123456" } as const

export const OWNER: Caller = callerOf({ kind: "account", accountId: SCOPE.accountId })
export const KEEPER: Caller = keeperCaller(START_MS)

export function callerOf(principal: Principal): Caller {
  return { principal, sourceAddress: "127.0.0.1", isSecure: true, atMs: START_MS }
}

export interface KeyServiceFixture extends KeyServiceInput {
  readonly keyService: KeyService
  /** The store that seals. */
  readonly store: MetadataStore
  /** The store below it. */
  readonly plainStore: MetadataStore
  /** Moves the monotonic clock too. */
  readonly clock: FakeClock
  readonly monotonicClock: Clock
  /** Moves the wall clock forward or back, and not the monotonic one. */
  readonly jump: (ms: number) => void
  /** What was logged, as JSON lines. */
  readonly logged: readonly string[]
}

/** A key service on an empty memory store, sealed under a root key of its own. */
export function openKeyService(): KeyServiceFixture {
  const plainStore = createMemoryMetadataStore()
  const clock = fakeClock(START_MS)
  const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
  const store = createSealedMetadataStore({ store: plainStore, rootKey, clock })
  let jumpedMs = 0
  const monotonicClock = { nowMs: () => clock.nowMs() - jumpedMs }
  const logged: string[] = []
  const log = pino({}, { write: (line: string) => logged.push(line) })
  const input = { store, rootKey, clock, monotonicClock, log, ...SCOPE }
  return {
    ...input,
    keyService: createKeyService(input),
    plainStore,
    logged,
    jump(ms) {
      jumpedMs += ms
      clock.advance(ms)
    },
  }
}

/** Another process on the same store, with empty caches. */
export function reopenKeyService(fixture: KeyServiceFixture): KeyService {
  return createKeyService(fixture)
}
