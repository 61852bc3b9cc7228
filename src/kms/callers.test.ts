import assert from "node:assert/strict"
import { test } from "node:test"
import {
  callerOf,
  type KeyServiceFixture,
  openKeyService,
  OWNER,
} from "../../test/kms/key-service-fixture.ts"
import type { Caller } from "../identity/caller.ts"
import { ANONYMOUS } from "../identity/principal.ts"
import { createKmsDataKeys } from "../keys/kms/kms-data-keys.ts"
import type { DataKeys, WrappedDataKey } from "../keys/data-keys.ts"
import type { MetadataStore } from "../storage/metadata-store.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"
import { createKeyService, type KeyService } from "./key-service.ts"

/** A key service that counts what would reach a key, with arguments for every method. */
interface Prepared {
  readonly keyService: KeyService
  readonly dataKeys: DataKeys
  readonly cmkId: string
  readonly ciphertextBlob: Buffer
  readonly wrappedKey: WrappedDataKey
  readonly reached: { commits: number; wraps: number; unwraps: number }
}

const bytes = Buffer.alloc(32, 7)
const dataKeyContext = {
  bucketInstanceId: Buffer.alloc(16, 1),
  objectKey: "object",
  dataKeyId: "data-key",
}
const suite = "aes-256-gcm"

type Uses<Service> = Record<keyof Service, (prepared: Prepared, caller: Caller) => Promise<unknown>>

/** Every method. A new method does not compile until it is added here. */
const KEY_SERVICE_USES: Uses<KeyService> = {
  accountStatus: ({ keyService }, caller) => keyService.accountStatus(caller),
  openService: ({ keyService }, caller) => keyService.openService(caller),
  lastUses: ({ keyService }, caller) => keyService.lastUses(caller),
  storeLastUses: ({ keyService }, caller) => keyService.storeLastUses(caller, { isLast: true }),
  createCmk: ({ keyService }, caller) => keyService.createCmk(caller, { description: "" }),
  describeCmk: ({ keyService, cmkId }, caller) => keyService.describeCmk(caller, cmkId),
  listCmks: ({ keyService }, caller) => keyService.listCmks(caller),
  updateDescription: ({ keyService, cmkId }, caller) =>
    keyService.updateDescription(caller, cmkId, "a"),
  enableCmk: ({ keyService, cmkId }, caller) => keyService.enableCmk(caller, cmkId),
  disableCmk: ({ keyService, cmkId }, caller) => keyService.disableCmk(caller, cmkId),
  scheduleDeletion: ({ keyService, cmkId }, caller) =>
    keyService.scheduleDeletion(caller, cmkId, 7),
  cancelDeletion: ({ keyService, cmkId }, caller) => keyService.cancelDeletion(caller, cmkId),
  listKeyVersions: ({ keyService, cmkId }, caller) => keyService.listKeyVersions(caller, cmkId),
  createAlias: ({ keyService, cmkId }, caller) =>
    keyService.createAlias(caller, "alias/new", cmkId),
  updateAlias: ({ keyService, cmkId }, caller) =>
    keyService.updateAlias(caller, "alias/one", cmkId),
  deleteAlias: ({ keyService }, caller) => keyService.deleteAlias(caller, "alias/one"),
  listAliases: ({ keyService }, caller) => keyService.listAliases(caller),
  listAliasesOfCmk: ({ keyService, cmkId }, caller) => keyService.listAliasesOfCmk(caller, cmkId),
  encrypt: ({ keyService }, caller) =>
    keyService.encrypt(caller, { cmk: "alias/one", plaintext: bytes, context }),
  decrypt: ({ keyService, ciphertextBlob }, caller) =>
    keyService.decrypt(caller, { ciphertextBlob, context }),
  generateDataKey: ({ keyService, cmkId }, caller) =>
    keyService.generateDataKey(caller, { cmk: cmkId, sizeBytes: 32, context }),
  generateDataKeyWithoutPlaintext: ({ keyService, cmkId }, caller) =>
    keyService.generateDataKeyWithoutPlaintext(caller, { cmk: cmkId, sizeBytes: 32, context }),
  wrapDataKey: ({ keyService, cmkId }, caller) =>
    keyService.wrapDataKey(caller, { cmk: cmkId, dataKey: bytes, context }),
  unwrapDataKey: ({ keyService, ciphertextBlob }, caller) =>
    keyService.unwrapDataKey(caller, { wrapped: ciphertextBlob, context }),
  checkCmk: ({ keyService, cmkId }, caller) => keyService.checkCmk(caller, cmkId, "kms:Decrypt"),
  sweepDeletedCmks: ({ keyService }, caller) => keyService.sweepDeletedCmks(caller),
}

const DATA_KEYS_USES: Uses<DataKeys> = {
  generate: ({ dataKeys, cmkId }, caller) =>
    dataKeys.generate(caller, dataKeyContext, { cmk: cmkId, suite }),
  unwrap: ({ dataKeys, wrappedKey }, caller) => dataKeys.unwrap(caller, wrappedKey, dataKeyContext),
  check: ({ dataKeys, wrappedKey }, caller) =>
    dataKeys.check(caller, wrappedKey, dataKeyContext.bucketInstanceId),
}

const USES = Object.entries({ ...KEY_SERVICE_USES, ...DATA_KEYS_USES })

/** A CMK with an alias and ciphertexts, changed by `change`, in a key service with empty caches. */
async function prepare(
  change: (keyService: KeyService, cmkId: string) => Promise<void> = () => Promise.resolve(),
): Promise<Prepared> {
  const fixture = openKeyService()
  const { cmkId } = await fixture.keyService.createCmk(OWNER, { description: "" })
  await fixture.keyService.createAlias(OWNER, "alias/one", cmkId)
  const request = { cmk: cmkId, plaintext: bytes, context }
  const { ciphertextBlob } = await fixture.keyService.encrypt(OWNER, request)
  const before = createKmsDataKeys(fixture.keyService)
  const { wrapped } = await before.generate(OWNER, dataKeyContext, { cmk: cmkId, suite })
  await change(fixture.keyService, cmkId)
  const reached = { commits: 0, wraps: 0, unwraps: 0 }
  const keyService = createKeyService(counting(fixture, reached))
  const dataKeys = createKmsDataKeys(keyService)
  return { keyService, dataKeys, cmkId, ciphertextBlob, wrappedKey: wrapped, reached }
}

function counting(fixture: KeyServiceFixture, reached: Prepared["reached"]): KeyServiceFixture {
  const { store: counted, rootKey } = fixture
  const store: MetadataStore = {
    ...counted,
    commit(commit) {
      reached.commits += 1
      return counted.commit(commit)
    },
  }
  return {
    ...fixture,
    store,
    rootKey: {
      wrap(...input) {
        reached.wraps += 1
        return rootKey.wrap(...input)
      },
      unwrap(...input) {
        reached.unwraps += 1
        return rootKey.unwrap(...input)
      },
    },
  }
}

const DENIED: readonly [title: string, caller: Caller][] = [
  ["nobody who signed", callerOf(ANONYMOUS)],
  ["another account", callerOf({ kind: "account", accountId: "9999" })],
]

for (const [name, use] of USES) {
  for (const [title, caller] of DENIED) {
    test(`${name} for ${title} is forbidden and reaches no key and no row`, async () => {
      const prepared = await prepare()
      await assert.rejects(use(prepared, caller), { code: "Forbidden" })
      assert.deepEqual(prepared.reached, { commits: 0, wraps: 0, unwraps: 0 })
    })
  }
}

test("a denied caller gets the same error in every state of the CMK", async () => {
  const changes: readonly ((keyService: KeyService, cmkId: string) => Promise<void>)[] = [
    () => Promise.resolve(),
    (keyService, cmkId) => keyService.disableCmk(OWNER, cmkId),
    (keyService, cmkId) => keyService.scheduleDeletion(OWNER, cmkId, 7),
  ]
  for (const [name, use] of USES) {
    const told = new Set<string>()
    for (const change of changes) {
      await use(await prepare(change), callerOf(ANONYMOUS)).catch((error: unknown) =>
        told.add(String(error)),
      )
    }
    assert.equal(told.size, 1, name)
  }
})

test("the default CMK is not created for a caller who may not use it", async () => {
  const { keyService } = openKeyService()
  const wrapping = keyService.wrapDataKey(callerOf(ANONYMOUS), { dataKey: bytes, context })
  await assert.rejects(wrapping, { code: "Forbidden" })
  assert.deepEqual(await keyService.listCmks(OWNER), [])
})

test("a cached data key is not given to a caller who may not use its CMK", async () => {
  const { dataKeys, wrappedKey, reached } = await prepare()
  await dataKeys.unwrap(OWNER, wrappedKey, dataKeyContext)
  await dataKeys.unwrap(OWNER, wrappedKey, dataKeyContext)
  assert.equal(reached.unwraps, 1)
  const unwrapping = dataKeys.unwrap(callerOf(ANONYMOUS), wrappedKey, dataKeyContext)
  await assert.rejects(unwrapping, { name: "DataKeyError", code: "Forbidden" })
})

for (const [suite, sizeBytes] of [
  ["aes-256-gcm", 32],
  ["sm4-gcm", 16],
] as const) {
  test(`a data key for ${suite} has ${sizeBytes} bytes and comes back as it was`, async () => {
    const { dataKeys } = await prepare()
    const { dataKey, wrapped } = await dataKeys.generate(OWNER, dataKeyContext, { suite })
    assert.equal(dataKey.symmetricKeySize, sizeBytes)
    const unwrapped = await dataKeys.unwrap(OWNER, wrapped, dataKeyContext)
    assert.deepEqual(unwrapped.export(), dataKey.export())
  })
}
