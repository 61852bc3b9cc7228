import { createSecretKey, type KeyObject } from "node:crypto"
import { lengthPrefixed } from "../base/bytes.ts"
import { assert } from "../base/assert.ts"
import { randomSecret, uuid } from "../base/random.ts"
import type { RootKey } from "../sealing/root-key.ts"
import type { MetadataStore } from "../storage/metadata-store.ts"
import { type CmkId, type KeyVersionId, parseKeyVersionId } from "./cmk.ts"
import { keyVersionRow } from "./keyspace.ts"
import { keyVersionCodec } from "./kms-records.ts"

const MATERIAL_BYTES = 32
const REMEMBERED_MAX = 1024

/** A key version as cryptography needs it. Its CMK is known before its material is touched. */
export interface FoundMaterial {
  readonly cmkId: CmkId
  /** The material; undefined once the CMK is destroyed. Throws SealBroken when the root key is wrong. */
  open(): KeyObject | undefined
}

/**
 * The material of key versions. It is immutable, so it may be cached. The CMK's state decides whether it may be used.
 */
export interface KeyMaterials {
  /** Returns undefined for a version that never existed. Throws SealBroken when the row is damaged. */
  find(keyVersionId: KeyVersionId): Promise<FoundMaterial | undefined>
  forget(keyVersionId: KeyVersionId): void
}

export function createKeyMaterials(
  store: MetadataStore,
  rootKey: RootKey,
  rememberedMax: number = REMEMBERED_MAX,
): KeyMaterials {
  /** Least recently used first. */
  const remembered = new Map<KeyVersionId, FoundMaterial>()

  const remember = (keyVersionId: KeyVersionId, found: FoundMaterial): void => {
    remembered.delete(keyVersionId)
    remembered.set(keyVersionId, found)
    if (remembered.size <= rememberedMax) return
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest)
      return
    }
  }

  return {
    find: async (keyVersionId) => {
      const known = remembered.get(keyVersionId)
      if (known !== undefined) {
        remember(keyVersionId, known)
        return known
      }
      const [row] = await store.get([keyVersionRow(keyVersionId)])
      if (row === undefined) return undefined
      const { cmkId, wrapped } = keyVersionCodec.decode(row.value)
      if (wrapped === null) return { cmkId, open: () => undefined }
      return {
        cmkId,
        open: () => {
          const secret = rootKey.unwrap(materialContext(cmkId, keyVersionId), wrapped)
          const material = takeSecretKey(secret)
          remember(keyVersionId, { cmkId, open: () => material })
          return material
        },
      }
    },
    forget: (keyVersionId) => {
      remembered.delete(keyVersionId)
    },
  }
}

/** A new key version of `cmkId`: its id and its material, wrapped. */
export function generateMaterial(
  rootKey: RootKey,
  cmkId: CmkId,
): { keyVersionId: KeyVersionId; wrapped: Buffer } {
  const keyVersionId = parseKeyVersionId(uuid())
  assert(keyVersionId !== undefined, "a UUID is a key version id")
  const secret = randomSecret(MATERIAL_BYTES)
  try {
    return { keyVersionId, wrapped: rootKey.wrap(materialContext(cmkId, keyVersionId), secret) }
  } finally {
    secret.fill(0)
  }
}

/** Part of the stored format: the root key opens the material only as this version of this CMK. */
function materialContext(cmkId: CmkId, keyVersionId: KeyVersionId): Buffer {
  return lengthPrefixed(["cmk-material", cmkId, keyVersionId])
}

function takeSecretKey(secret: Buffer): KeyObject {
  try {
    return createSecretKey(secret)
  } finally {
    secret.fill(0)
  }
}
