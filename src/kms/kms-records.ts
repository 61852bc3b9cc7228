import { type JsonObject, type RecordCodec, recordCodec } from "../storage/record-codec.ts"
import type { Cmk, CmkCreator, CmkId, CmkState, KeyVersionId, ServiceCode } from "./cmk.ts"
import type { AliasName } from "./cmk-reference.ts"

/** One generation of a CMK's material, as stored. */
export interface KeyVersionRecord {
  readonly cmkId: CmkId
  readonly createdAtMs: number
  /** The 32 bytes wrapped by the root key; null once the CMK is destroyed. */
  readonly wrapped: Buffer | null
}

/** A line of a CMK's list of versions. */
export interface KeyVersion {
  readonly keyVersionId: KeyVersionId
  readonly createdAtMs: number
}

/** A name of a CMK. */
export interface Alias {
  readonly aliasName: AliasName
  readonly cmkId: CmkId
}

/** The record of an alias. Its name is in the row key. */
export type AliasTarget = Pick<Alias, "cmkId">

export const cmkCodec: RecordCodec<Cmk> = recordCodec({
  name: "cmk",
  write: (cmk) => ({
    cmkId: cmk.cmkId,
    creator: writeCreator(cmk.creator),
    description: cmk.description,
    createdAtMs: cmk.createdAtMs,
    state: writeState(cmk.state),
    primaryKeyVersionId: cmk.primaryKeyVersionId,
    keyVersionCount: cmk.keyVersionCount,
  }),
  readers: {
    1: (stored) => ({
      cmkId: stored["cmkId"] as CmkId,
      creator: readCreator(stored["creator"] as JsonObject),
      description: stored["description"] as string,
      createdAtMs: stored["createdAtMs"] as number,
      state: readState(stored["state"] as JsonObject),
      primaryKeyVersionId: stored["primaryKeyVersionId"] as KeyVersionId,
      keyVersionCount: stored["keyVersionCount"] as number,
    }),
  },
})

function writeCreator(creator: CmkCreator): JsonObject {
  return creator.kind === "account"
    ? { kind: "account", accountId: creator.accountId }
    : { kind: "service", service: creator.service }
}

function readCreator(stored: JsonObject): CmkCreator {
  return stored["kind"] === "account"
    ? { kind: "account", accountId: stored["accountId"] as string }
    : { kind: "service", service: stored["service"] as ServiceCode }
}

function writeState(state: CmkState): JsonObject {
  if (state.kind !== "PendingDeletion") return { kind: state.kind }
  return { kind: state.kind, deleteAtMs: state.deleteAtMs, isFinal: state.isFinal }
}

function readState(stored: JsonObject): CmkState {
  const kind = stored["kind"] as CmkState["kind"]
  if (kind !== "PendingDeletion") return { kind }
  return {
    kind,
    deleteAtMs: stored["deleteAtMs"] as number,
    isFinal: stored["isFinal"] as boolean,
  }
}

export const keyVersionCodec: RecordCodec<KeyVersionRecord> = recordCodec({
  name: "key-version",
  write: ({ cmkId, createdAtMs, wrapped }) => ({
    cmkId,
    createdAtMs,
    wrapped: wrapped?.toString("base64") ?? null,
  }),
  readers: {
    1: (stored) => {
      const wrapped = stored["wrapped"] as string | null
      return {
        cmkId: stored["cmkId"] as CmkId,
        createdAtMs: stored["createdAtMs"] as number,
        wrapped: wrapped === null ? null : Buffer.from(wrapped, "base64"),
      }
    },
  },
})

export const keyVersionOfCmkCodec: RecordCodec<KeyVersion> = recordCodec({
  name: "key-version-of-cmk",
  write: ({ keyVersionId, createdAtMs }) => ({ keyVersionId, createdAtMs }),
  readers: {
    1: (stored) => ({
      keyVersionId: stored["keyVersionId"] as KeyVersionId,
      createdAtMs: stored["createdAtMs"] as number,
    }),
  },
})

export const aliasCodec: RecordCodec<AliasTarget> = recordCodec({
  name: "alias",
  write: ({ cmkId }) => ({ cmkId }),
  readers: { 1: (stored) => ({ cmkId: stored["cmkId"] as CmkId }) },
})
