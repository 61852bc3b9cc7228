import { isoTime } from "../base/clock.ts"
import type { Cmk } from "../kms/cmk.ts"
import { cmkArn, parseCmkReference } from "../kms/cmk-reference.ts"
import { usesOfAllCmks, type KeyVersionUse } from "../objects/cmk-uses.ts"
import type { SignedInCall } from "./operation.ts"
import type { KeyUses, KeyView, LastUse } from "./schemas/key.ts"

const ALIASES_SHOWN_MAX = 100

/** The traits that every CMK here has, in the terms of the KMS API. */
const TRAITS = {
  spec: "Aliyun_AES_256",
  usage: "ENCRYPT/DECRYPT",
  origin: "Aliyun_KMS",
  protectionLevel: "SOFTWARE",
} as const

/** Everything that pages show about CMKs in addition to the CMKs themselves, read once for a request. */
export interface KeySurroundings {
  viewOf(cmk: Cmk): Promise<KeyView>
  /** What is stored under a CMK, one line for each bucket and key version. */
  linesOf(cmk: Cmk): Promise<readonly KeyVersionUse[]>
  /** The buckets whose default encryption names the CMK. */
  defaultOf(cmk: Cmk): readonly string[]
  usesOf(cmk: Cmk): Promise<KeyUses>
  lastUseOf(cmk: Cmk): LastUse
  /** The CMK that an id, an ARN or an alias names; undefined means the default CMK. */
  cmkIdOf(named: string | undefined): string | undefined
}

export async function readKeySurroundings(call: SignedInCall): Promise<KeySurroundings> {
  const { caller, keyService, store, scope } = call
  const aliases = await keyService.listAliases(caller)
  const { uses, defaults } = await usesOfAllCmks(store)
  const lastUses = await keyService.lastUses(caller)
  const aliasesByCmk = Map.groupBy(aliases, ({ cmkId }): string => cmkId)
  const targets = new Map<string, string>(aliases.map((alias) => [alias.aliasName, alias.cmkId]))
  const usesByVersion = Map.groupBy(uses, ({ keyVersionId }) => keyVersionId)

  const cmkIdOf = (name: string | undefined): string | undefined => {
    if (name === undefined) return targets.get("alias/acs/oss")
    try {
      const reference = parseCmkReference(scope, name)
      return reference.kind === "id" ? reference.cmkId : targets.get(reference.aliasName)
    } catch {
      return undefined
    }
  }
  const bucketsByCmk = Map.groupBy(defaults, ({ cmk }) => cmkIdOf(cmk))

  const linesOf = async (cmk: Cmk): Promise<readonly KeyVersionUse[]> => {
    const ids =
      cmk.keyVersionCount === 1
        ? [cmk.primaryKeyVersionId]
        : (await keyService.listKeyVersions(caller, cmk.cmkId)).versions.map(
            ({ keyVersionId }) => keyVersionId,
          )
    return ids.flatMap((keyVersionId) => usesByVersion.get(keyVersionId) ?? [])
  }
  const defaultOf = ({ cmkId }: Cmk): readonly string[] =>
    (bucketsByCmk.get(cmkId) ?? []).map(({ bucketName }) => bucketName)
  const usesOf = async (cmk: Cmk): Promise<KeyUses> =>
    sumOf(await linesOf(cmk), defaultOf(cmk).length)
  const lastUseOf = ({ cmkId }: Cmk): LastUse => {
    const atMs = lastUses.of(cmkId)
    return {
      at: atMs === undefined ? null : isoTime(atMs),
      knownSince: isoTime(lastUses.sinceMs),
    }
  }
  return {
    linesOf,
    defaultOf,
    usesOf,
    lastUseOf,
    cmkIdOf,
    viewOf: async (cmk) => ({
      ...factsOf(cmk),
      arn: cmkArn(scope, cmk.cmkId),
      aliases: (aliasesByCmk.get(cmk.cmkId) ?? [])
        .slice(0, ALIASES_SHOWN_MAX)
        .map(({ aliasName }) => aliasName),
      uses: await usesOf(cmk),
      lastUse: lastUseOf(cmk),
    }),
  }
}

function factsOf(cmk: Cmk): Omit<KeyView, "arn" | "aliases" | "uses" | "lastUse"> {
  const { creator, state } = cmk
  return {
    cmkId: cmk.cmkId,
    description: cmk.description,
    owner: creator.kind === "account" ? "user" : "service",
    service: creator.kind === "account" ? null : creator.service,
    state: state.kind,
    deletionAt: state.kind === "PendingDeletion" ? isoTime(state.deleteAtMs) : null,
    createdAt: isoTime(cmk.createdAtMs),
    primaryVersionId: cmk.primaryKeyVersionId,
    versionCount: cmk.keyVersionCount,
    ...TRAITS,
  }
}

function sumOf(lines: readonly KeyVersionUse[], defaultOfBuckets: number): KeyUses {
  const sum = { objectVersions: 0, objectBytes: 0, uploads: 0, uploadBytes: 0 }
  for (const line of lines) {
    sum.objectVersions += line.versionCount
    sum.objectBytes += line.versionBytes
    sum.uploads += line.uploadCount
    sum.uploadBytes += line.partBytes
  }
  return { ...sum, defaultOfBuckets }
}

/** One CMK in its current state, by its id. */
export async function viewOfCmk(call: SignedInCall, cmkId: string): Promise<KeyView> {
  const cmk = await call.keyService.describeCmk(call.caller, cmkId)
  return (await readKeySurroundings(call)).viewOf(cmk)
}
