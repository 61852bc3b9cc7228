import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { newCommit } from "../storage/commit.ts"
import {
  type KeyServiceFixture,
  openKeyService,
  START_MS,
} from "../../test/kms/key-service-fixture.ts"
import type { Cmk, CmkState } from "./cmk.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "./encryption-context.ts"
import { cmkRow } from "./keyspace.ts"
import type { KmsErrorCode } from "./kms-error.ts"
import { encodeCmk } from "./kms-records.ts"

type Outcome = "ok" | KmsErrorCode
type Row = readonly [Enabled: Outcome, Disabled: Outcome, Pending: Outcome, Import: Outcome]

const STATES: readonly CmkState[] = [
  { kind: "Enabled" },
  { kind: "Disabled" },
  { kind: "PendingDeletion", deleteAtMs: START_MS + 1 },
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
    run: ({ keyService, cmk }) => keyService.encrypt({ cmk: cmk.cmkId, plaintext: bytes, context }),
  },
  decrypt: {
    row: usable,
    run: ({ keyService, ciphertextBlob }) => keyService.decrypt({ ciphertextBlob, context }),
  },
  generateDataKey: {
    row: usable,
    run: ({ keyService, cmk }) =>
      keyService.generateDataKey({ cmk: cmk.cmkId, sizeBytes: 32, context }),
  },
  wrapDataKey: {
    row: usable,
    run: ({ keyService, cmk }) =>
      keyService.wrapDataKey({ cmk: cmk.cmkId, dataKey: bytes, context }),
  },
  unwrapDataKey: {
    row: usable,
    run: ({ keyService, ciphertextBlob }) =>
      keyService.unwrapDataKey({ wrapped: ciphertextBlob, context }),
  },
  checkCmk: { row: usable, run: ({ keyService, cmk }) => keyService.checkCmk(cmk.cmkId) },
  enableCmk: { row: switchable, run: ({ keyService, cmk }) => keyService.enableCmk(cmk.cmkId) },
  disableCmk: { row: switchable, run: ({ keyService, cmk }) => keyService.disableCmk(cmk.cmkId) },
  scheduleDeletion: {
    row: notWhileDeleted,
    run: ({ keyService, cmk }) => keyService.scheduleDeletion(cmk.cmkId, 7),
  },
  cancelDeletion: {
    row: ["StateChangeRefused", "StateChangeRefused", "ok", "StateChangeRefused"],
    run: ({ keyService, cmk }) => keyService.cancelDeletion(cmk.cmkId),
  },
  createAlias: {
    row: notWhileDeleted,
    run: ({ keyService, cmk }) => keyService.createAlias("alias/new", cmk.cmkId),
  },
  updateAlias: {
    row: ["ok", "ok", "KeyPendingDeletion", "ok"],
    run: ({ keyService, cmk }) => keyService.updateAlias("alias/other", cmk.cmkId),
  },
  deleteAlias: { row: always, run: ({ keyService }) => keyService.deleteAlias("alias/one") },
  describeCmk: { row: always, run: ({ keyService, cmk }) => keyService.describeCmk(cmk.cmkId) },
  listCmks: { row: always, run: ({ keyService }) => keyService.listCmks() },
  listKeyVersions: {
    row: always,
    run: ({ keyService, cmk }) => keyService.listKeyVersions(cmk.cmkId),
  },
  listAliases: { row: always, run: ({ keyService }) => keyService.listAliases() },
  listAliasesOfCmk: {
    row: always,
    run: ({ keyService, cmk }) => keyService.listAliasesOfCmk(cmk.cmkId),
  },
}

/** A CMK in `state` with an alias, a ciphertext, and another CMK that has the alias alias/other. */
async function prepare(state: CmkState): Promise<Prepared> {
  const fixture = openKeyService()
  const { keyService, store } = fixture
  const cmk = await keyService.createCmk({ description: "" })
  const other = await keyService.createCmk({ description: "" })
  await keyService.createAlias("alias/one", cmk.cmkId)
  await keyService.createAlias("alias/other", other.cmkId)
  const encrypted = await keyService.encrypt({ cmk: cmk.cmkId, plaintext: bytes, context })
  const value = encodeCmk({ ...cmk, state })
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
  const { cmkId } = await keyService.createCmk({ description: "a" })
  const stateNow = async (): Promise<CmkState> => (await keyService.describeCmk(cmkId)).state
  assert.deepEqual(await stateNow(), { kind: "Enabled" })
  await keyService.disableCmk(cmkId)
  assert.deepEqual(await stateNow(), { kind: "Disabled" })
  await keyService.scheduleDeletion(cmkId, 7)
  const deleteAtMs = clock.nowMs() + 7 * 86_400_000
  assert.deepEqual(await stateNow(), { kind: "PendingDeletion", deleteAtMs })
  await keyService.cancelDeletion(cmkId)
  assert.deepEqual(await stateNow(), { kind: "Enabled" })
})

for (const days of [0, 6, 367, 7.5, NaN]) {
  test(`a deletion window of ${days} days is refused`, async () => {
    const { keyService } = openKeyService()
    const { cmkId } = await keyService.createCmk({ description: "" })
    await assert.rejects(keyService.scheduleDeletion(cmkId, days), {
      code: "InvalidDeletionWindow",
    })
  })
}
