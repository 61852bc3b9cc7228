import { createSecretKey } from "node:crypto"
import { type FakeClock, fakeClock } from "../../src/base/clock.ts"
import { randomSecret } from "../../src/base/random.ts"
import { createKeyService, type KeyService } from "../../src/kms/key-service.ts"
import { type RootKey, rootKeyFromSecret } from "../../src/sealing/root-key.ts"
import { createMemoryMetadataStore } from "../../src/storage/memory/metadata-store.ts"
import type { MetadataStore } from "../../src/storage/metadata-store.ts"

export const START_MS: number = Date.UTC(2026, 0, 2, 3, 4, 5)
export const DAY_MS = 86_400_000
export const SCOPE = { region: "cn-hangzhou", accountId: "1234567890123456" } as const

export interface KeyServiceFixture {
  readonly keyService: KeyService
  readonly store: MetadataStore
  readonly clock: FakeClock
  readonly rootKey: RootKey
}

/** A key service on an empty memory store, under a root key of its own. */
export function openKeyService(): KeyServiceFixture {
  const store = createMemoryMetadataStore()
  const clock = fakeClock(START_MS)
  const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
  return {
    keyService: createKeyService({ store, rootKey, clock, ...SCOPE }),
    store,
    clock,
    rootKey,
  }
}

/** Another process on the same store: it remembers nothing. */
export function reopenKeyService(fixture: KeyServiceFixture): KeyService {
  const { store, rootKey, clock } = fixture
  return createKeyService({ store, rootKey, clock, ...SCOPE })
}
