import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { newCommit } from "../storage/commit.ts"
import {
  OWNER,
  type KeyServiceFixture,
  openKeyService,
  START_MS,
} from "../../test/kms/key-service-fixture.ts"
import type { Cmk, CmkState } from "./cmk.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"
import { cmkRow } from "./keyspace.ts"
import type { KmsErrorCode } from "./kms-error.ts"
import { cmkCodec } from "./kms-records.ts"

type Outcome = "ok" | KmsErrorCode
type Row = readonly [Enabled: Outcome, Disabled: Outcome, Pending: Outcome, Import: Outcome]

const STATES: readonly CmkState[] = [
  { kind: "Enabled" },
  { kind: "Disabled" },
  { kind: "PendingDeletion", deleteAtMs: START_MS + 1, isFinal: false },
  { kind: "PendingImport" },
]

// The service's page "Impact of CMK states on API call", one line an operation.
const usable: Row = ["ok", "KeyDisabled", "KeyPendingDeletion", "KeyPendingImport"]
const always: Row = ["ok", "ok", "ok", "ok"]
const switchable: Row = ["ok", "ok", "StateChangeRefused", "StateChangeRefused"]
const notWhileDeleted: Row = ["ok", "ok", "StateChangeRefused", "ok"]

interface Prepared extends KeyServiceFixture {
  readonly cmk: Cmk
  readonly ciphertextBlob: Buffer
}

const bytes = Buffer.alloc(32, 7)

const OPERATIONS: Record<string, { row: Row; run: (prepared: Prepared) => Promise<unknown> }> = {
  encrypt: {
    row: usable,
    run: ({ keyService, cmk }) =>
      keyService.encrypt(OWNER, { cmk: cmk.cmkId, plaintext: bytes, context }),
  },
  decrypt: {
    row: usable,
    run: ({ keyService, ciphertextBlob }) => keyService.decrypt(OWNER, { ciphertextBlob, context }),
  },
  generateDataKey: {
    row: usable,
    run: ({ keyService, cmk }) =>
      keyService.generateDataKey(OWNER, { cmk: cmk.cmkId, sizeBytes: 32, context }),
  },
  wrapDataKey: {
    row: usable,
    run: ({ keyService, cmk }) =>
      keyService.wrapDataKey(OWNER, { cmk: cmk.cmkId, dataKey: bytes, context }),
  },
  unwrapDataKey: {
    row: usable,
    run: ({ keyService, ciphertextBlob }) =>
      keyService.unwrapDataKey(OWNER, { wrapped: ciphertextBlob, context }),
  },
  checkCmk: {
    row: usable,
    run: ({ keyService, cmk }) => keyService.checkCmk(OWNER, cmk.cmkId, "kms:Decrypt"),
  },
  enableCmk: {
    row: switchable,
    run: ({ keyService, cmk }) => keyService.enableCmk(OWNER, cmk.cmkId),
  },
  disableCmk: {
    row: switchable,
    run: ({ keyService, cmk }) => keyService.disableCmk(OWNER, cmk.cmkId),
  },
  scheduleDeletion: {
    row: notWhileDeleted,
    run: ({ keyService, cmk }) => keyService.scheduleDeletion(OWNER, cmk.cmkId, 7),
  },
  cancelDeletion: {
    row: ["StateChangeRefused", "StateChangeRefused", "ok", "StateChangeRefused"],
    run: ({ keyService, cmk }) => keyService.cancelDeletion(OWNER, cmk.cmkId),
  },
  createAlias: {
    row: notWhileDeleted,
    run: ({ keyService, cmk }) => keyService.createAlias(OWNER, "alias/new", cmk.cmkId),
  },
  updateDescription: {
    row: ["ok", "ok", "KeyPendingDeletion", "ok"],
    run: ({ keyService, cmk }) => keyService.updateDescription(OWNER, cmk.cmkId, "changed"),
  },
  updateAlias: {
    row: ["ok", "ok", "KeyPendingDeletion", "ok"],
    run: ({ keyService, cmk }) => keyService.updateAlias(OWNER, "alias/other", cmk.cmkId),
  },
  deleteAlias: { row: always, run: ({ keyService }) => keyService.deleteAlias(OWNER, "alias/one") },
  describeCmk: {
    row: always,
    run: ({ keyService, cmk }) => keyService.describeCmk(OWNER, cmk.cmkId),
  },
  listCmks: { row: always, run: ({ keyService }) => keyService.listCmks(OWNER) },
  listKeyVersions: {
    row: always,
    run: ({ keyService, cmk }) => keyService.listKeyVersions(OWNER, cmk.cmkId),
  },
  listAliases: { row: always, run: ({ keyService }) => keyService.listAliases(OWNER) },
  listAliasesOfCmk: {
    row: always,
    run: ({ keyService, cmk }) => keyService.listAliasesOfCmk(OWNER, cmk.cmkId),
  },
}

/** A CMK in `state` with an alias, a ciphertext, and another CMK that has the alias alias/other. */
async function prepare(state: CmkState): Promise<Prepared> {
  const fixture = openKeyService()
  const { keyService, store } = fixture
  const cmk = await keyService.createCmk(OWNER, { description: "" })
  const other = await keyService.createCmk(OWNER, { description: "" })
  await keyService.createAlias(OWNER, "alias/one", cmk.cmkId)
  await keyService.createAlias(OWNER, "alias/other", other.cmkId)
  const encrypted = await keyService.encrypt(OWNER, { cmk: cmk.cmkId, plaintext: bytes, context })
  const value = cmkCodec.encode({ ...cmk, state })
  const writes = [{ key: cmkRow(cmk.cmkId), value, expect: "any" as const }]
  await store.commit(newCommit(fakeClock(START_MS), { guards: [], writes }))
  return { ...fixture, cmk, ciphertextBlob: encrypted.ciphertextBlob }
}

for (const [name, { row, run }] of Object.entries(OPERATIONS)) {
  STATES.forEach((state, index) => {
    const expected = row[index] ?? "ok"
    test(`${name} of a CMK that is ${state.kind}: ${expected}`, async () => {
      const prepared = await prepare(state)
      if (expected === "ok") await run(prepared)
      else await assert.rejects(run(prepared), { name: "KmsError", code: expected })
    })
  })
}

test("each change of state leaves the CMK in the state that it names", async () => {
  const { keyService, clock } = openKeyService()
  const { cmkId } = await keyService.createCmk(OWNER, { description: "a" })
  const stateNow = async (): Promise<CmkState> => (await keyService.describeCmk(OWNER, cmkId)).state
  assert.deepEqual(await stateNow(), { kind: "Enabled" })
  await keyService.disableCmk(OWNER, cmkId)
  assert.deepEqual(await stateNow(), { kind: "Disabled" })
  await keyService.scheduleDeletion(OWNER, cmkId, 7)
  const deleteAtMs = clock.nowMs() + 7 * 86_400_000
  assert.deepEqual(await stateNow(), { kind: "PendingDeletion", deleteAtMs, isFinal: false })
  await keyService.cancelDeletion(OWNER, cmkId)
  assert.deepEqual(await stateNow(), { kind: "Enabled" })
})

for (const days of [0, 6, 367, 7.5, NaN]) {
  test(`a deletion window of ${days} days is refused`, async () => {
    const { keyService } = openKeyService()
    const { cmkId } = await keyService.createCmk(OWNER, { description: "" })
    await assert.rejects(keyService.scheduleDeletion(OWNER, cmkId, days), {
      code: "InvalidDeletionWindow",
    })
  })
}
