import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { test } from "node:test"
import { OWNER, openKeyService, reopenKeyService } from "../../test/kms/key-service-fixture.ts"
import { randomSecret } from "../base/random.ts"
import { rootKeyFromSecret } from "../sealing/root-key.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { newCommit } from "../storage/commit.ts"
import { type MetadataStore, OutcomeUnknown } from "../storage/metadata-store.ts"
import { type EncryptionContext, NO_ENCRYPTION_CONTEXT } from "./encryption-context.ts"
import { createKeyMaterials } from "./key-materials.ts"
import { createKeyService } from "./key-service.ts"
import { keyVersionRow } from "./keyspace.ts"
import { keyVersionCodec } from "./kms-records.ts"
import { KmsError } from "./kms-error.ts"

const CONTEXT: EncryptionContext = new Map([
  ["bucket", "a"],
  ["object", "b/c"],
])
const dataKey = Buffer.alloc(32, 9)

test("a ciphertext decrypts in another process, and names its CMK and key version", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const { cmkId, primaryKeyVersionId } = await keyService.createCmk(OWNER, { description: "" })
  const encrypted = await keyService.encrypt(OWNER, {
    cmk: cmkId,
    plaintext: Buffer.from("plain"),
    context: CONTEXT,
  })
  const { ciphertextBlob } = encrypted
  const decrypted = await reopenKeyService(fixture).decrypt(OWNER, {
    ciphertextBlob,
    context: CONTEXT,
  })
  assert.equal(decrypted.plaintext.toString(), "plain")
  for (const used of [encrypted, decrypted]) {
    assert.equal(used.cmkId, cmkId)
    assert.equal(used.keyVersionId, primaryKeyVersionId)
  }
  assert.equal(ciphertextBlob.toString("latin1", 0, 36), primaryKeyVersionId)
  assert.deepEqual(
    (await keyService.listKeyVersions(OWNER, cmkId)).versions.map(
      ({ keyVersionId }) => keyVersionId,
    ),
    [primaryKeyVersionId],
  )
})

test("everything that does not decrypt gets one and the same error", async () => {
  const { keyService } = openKeyService()
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  const request = { cmk: cmkId, plaintext: Buffer.from("plain"), context: CONTEXT }
  const { ciphertextBlob } = await keyService.encrypt(OWNER, request)
  const other = openKeyService().keyService
  const damaged = Buffer.from(ciphertextBlob)
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
  const attempts = [
    keyService.decrypt(OWNER, { ciphertextBlob: Buffer.alloc(0), context: CONTEXT }),
    keyService.decrypt(OWNER, { ciphertextBlob: Buffer.from("not a blob"), context: CONTEXT }),
    keyService.decrypt(OWNER, { ciphertextBlob: damaged, context: CONTEXT }),
    keyService.decrypt(OWNER, { ciphertextBlob, context: NO_ENCRYPTION_CONTEXT }),
    other.decrypt(OWNER, { ciphertextBlob, context: CONTEXT }),
  ]
  const errors = await Promise.all(
    attempts.map((attempt) =>
      attempt.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  )
  for (const error of errors) {
    assert(error instanceof KmsError)
    assert.equal(error.code, "InvalidCiphertext")
  }
  assert.equal(new Set(errors.map(String)).size, 1)
})

for (const sizeBytes of [1, 16, 31, 32, 33, 1024]) {
  test(`a data key of ${sizeBytes} bytes is returned as the base64 text that its ciphertext holds`, async () => {
    const { keyService } = openKeyService()
    const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
    const generated = await keyService.generateDataKey(OWNER, {
      cmk: cmkId,
      sizeBytes,
      context: CONTEXT,
    })
    const text = generated.plaintext.toString("latin1")
    assert.equal(Buffer.from(text, "base64").length, sizeBytes)
    assert.equal(Buffer.from(text, "base64").toString("base64"), text)
    const { ciphertextBlob } = generated
    const { plaintext } = await keyService.decrypt(OWNER, { ciphertextBlob, context: CONTEXT })
    assert.equal(plaintext.toString("latin1"), text)
  })
}

test("a wrapped data key opens only with its own context, or else throws SealBroken", async () => {
  const { keyService } = openKeyService()
  const { wrapped } = await keyService.wrapDataKey(OWNER, { dataKey, context: CONTEXT })
  assert.deepEqual(await keyService.unwrapDataKey(OWNER, { wrapped, context: CONTEXT }), dataKey)
  const moved = new Map(CONTEXT).set("object", "b/d")
  await assert.rejects(keyService.unwrapDataKey(OWNER, { wrapped, context: moved }), SealBroken)
  const cut = wrapped.subarray(0, -1)
  await assert.rejects(
    keyService.unwrapDataKey(OWNER, { wrapped: cut, context: CONTEXT }),
    SealBroken,
  )
})

test("a context whose text is not valid Unicode is refused before it could collide", async () => {
  const { keyService } = openKeyService()
  const context = new Map([["a", "\ud800"]])
  await assert.rejects(keyService.wrapDataKey(OWNER, { dataKey, context }), {
    code: "InvalidEncryptionContext",
  })
})

test("disabling a CMK takes effect at once in another process that has its material cached", async () => {
  const fixture = openKeyService()
  const { keyService } = fixture
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  const { wrapped } = await keyService.wrapDataKey(OWNER, { cmk: cmkId, dataKey, context: CONTEXT })
  const other = reopenKeyService(fixture)
  await other.unwrapDataKey(OWNER, { wrapped, context: CONTEXT })
  await keyService.disableCmk(OWNER, cmkId)
  const code = "KeyDisabled"
  await assert.rejects(other.unwrapDataKey(OWNER, { wrapped, context: CONTEXT }), { code })
  await assert.rejects(other.wrapDataKey(OWNER, { cmk: cmkId, dataKey, context: CONTEXT }), {
    code,
  })
  await assert.rejects(other.checkCmk(OWNER, cmkId, "kms:Decrypt"), { code })
})

test("a commit guarded by wrapDataKey's or checkCmk's rows fails once the CMK is disabled", async () => {
  const { keyService, store, clock } = openKeyService()
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  const { guards } = await keyService.wrapDataKey(OWNER, { cmk: cmkId, dataKey, context: CONTEXT })
  assert.deepEqual(await keyService.checkCmk(OWNER, cmkId, "kms:Decrypt"), guards)
  const outcome = async (name: string): Promise<string> => {
    const writes = [{ key: Buffer.from(name), value: Buffer.alloc(1), expect: "any" as const }]
    return (await store.commit(newCommit(clock, { guards, writes }))).outcome
  }
  assert.equal(await outcome("before"), "applied")
  await keyService.disableCmk(OWNER, cmkId)
  assert.equal(await outcome("after"), "conflict")
})

test("checkCmk of an invalid CMK id finds no key", async () => {
  const { keyService } = openKeyService()
  await assert.rejects(keyService.checkCmk(OWNER, "alias/acs/oss", "kms:Decrypt"), {
    code: "KeyNotFound",
  })
  const noCmk = "00000000-0000-4000-8000-000000000000"
  await assert.rejects(keyService.checkCmk(OWNER, noCmk, "kms:Decrypt"), { code: "KeyNotFound" })
})

test("under another root key the material does not open", async () => {
  const fixture = openKeyService()
  const { wrapped } = await fixture.keyService.wrapDataKey(OWNER, { dataKey, context: CONTEXT })
  const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
  const other = createKeyService({ ...fixture, rootKey })
  await assert.rejects(other.unwrapDataKey(OWNER, { wrapped, context: CONTEXT }), SealBroken)
})

test("material moved to another key version's row does not open there", async () => {
  const { keyService, store, rootKey, clock } = openKeyService()
  const one = await keyService.createCmk(OWNER, { description: "" })
  const two = await keyService.createCmk(OWNER, { description: "" })
  const [row] = await store.get([keyVersionRow(one.primaryKeyVersionId)])
  assert(row !== undefined)
  const key = keyVersionRow(two.primaryKeyVersionId)
  for (const { cmkId } of [one, two]) {
    const value = keyVersionCodec.encode({ ...keyVersionCodec.decode(row.value), cmkId })
    const writes = [{ key, value, expect: "any" as const }]
    await store.commit(newCommit(clock, { guards: [], writes }))
    const materials = createKeyMaterials(store, rootKey)
    assert.notEqual((await materials.find(one.primaryKeyVersionId))?.open(), undefined)
    const moved = await materials.find(two.primaryKeyVersionId)
    assert.throws(() => moved?.open(), SealBroken)
  }
})

test("cached material is bounded, and evicted material is read again", async () => {
  const { keyService, store, rootKey } = openKeyService()
  const cmks = await Promise.all(
    Array.from({ length: 5 }, () => keyService.createCmk(OWNER, { description: "" })),
  )
  let unwraps = 0
  const counting = {
    ...rootKey,
    unwrap: (context: Uint8Array, wrapped: Uint8Array) => {
      unwraps += 1
      return rootKey.unwrap(context, wrapped)
    },
  }
  const materials = createKeyMaterials(store, counting, 4)
  const useAll = async (): Promise<void> => {
    for (const cmk of cmks) {
      const found = await materials.find(cmk.primaryKeyVersionId)
      assert.equal(found?.cmkId, cmk.cmkId)
      found.open()
    }
  }
  await useAll()
  assert.equal(unwraps, 5)
  await useAll()
  assert.equal(unwraps, 10)
  for (let round = 0; round < 3; round += 1) {
    for (const cmk of cmks.slice(0, 4)) {
      ;(await materials.find(cmk.primaryKeyVersionId))?.open()
    }
  }
  assert.equal(unwraps, 14)
})

test("a commit whose outcome is unknown is sent again and applied once", async () => {
  const fixture = openKeyService()
  const { store } = fixture
  let broken = 0
  const breaking: MetadataStore = {
    ...store,
    commit: async (commit) => {
      if (broken > 0) return store.commit(commit)
      broken += 1
      throw new OutcomeUnknown("the connection broke")
    },
  }
  const keyService = createKeyService({ ...fixture, store: breaking })
  const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
  assert.equal((await keyService.describeCmk(OWNER, cmkId)).cmkId, cmkId)
  assert.equal(broken, 1)
})
