import { createHash, createSecretKey } from "node:crypto"
import { assert } from "../../base/assert.ts"
import { lengthPrefixed } from "../../base/bytes.ts"
import { randomSecret } from "../../base/random.ts"
import type { Caller } from "../../identity/caller.ts"
import type { EncryptionContext } from "../../kms/encryption-context.ts"
import type { DataKeyUse, KeyService } from "../../kms/key-service.ts"
import { KmsError, type KmsErrorCode } from "../../kms/kms-error.ts"
import { SUITES } from "../../sealing/suites.ts"
import type { Guard } from "../../storage/metadata-store.ts"
import { createDataKeyCache } from "../data-key-cache.ts"
import {
  DataKeyError,
  type DataKeyContext,
  type DataKeyErrorCode,
  type DataKeys,
  type WrappedDataKey,
} from "../data-keys.ts"

/**
 * The encryption context of an object's data key. The object's name is in it as a hash, so that logs of the key service
 * hold no names; the bucket instance is there in clear, so that they can be searched by bucket.
 */
function encryptionContext(context: DataKeyContext): EncryptionContext {
  const { bucketInstanceId, objectKey, dataKeyId } = context
  const object = createHash("sha256").update(lengthPrefixed([bucketInstanceId, objectKey]))
  return new Map([
    ["acs:oss:bucket-instance", bucketInstanceId.toString("hex")],
    ["acs:oss:data-key", dataKeyId],
    ["acs:oss:object", object.digest("hex")],
  ])
}

const DATA_KEY_ERRORS: Partial<Record<KmsErrorCode, DataKeyErrorCode>> = {
  Forbidden: "Forbidden",
  KeyNotFound: "KeyNotFound",
  AliasNotFound: "AliasNotFound",
  KeyDisabled: "KeyDisabled",
  KeyPendingDeletion: "KeyPendingDeletion",
  KeyPendingImport: "KeyPendingImport",
  InvalidKeyId: "InvalidKeyId",
  ServiceNotEnabled: "ServiceNotEnabled",
  Unavailable: "Unavailable",
}

async function translateErrors<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    const code = error instanceof KmsError ? DATA_KEY_ERRORS[error.code] : undefined
    if (!(error instanceof KmsError) || code === undefined) throw error
    throw new DataKeyError(code, error.message)
  }
}

/** Data keys wrapped by CMKs of the key service in this process. */
export function createKmsDataKeys(keyService: KeyService): DataKeys {
  const cache = createDataKeyCache()

  async function check(
    caller: Caller,
    wrappedKey: WrappedDataKey,
    use: DataKeyUse,
  ): Promise<readonly Guard[]> {
    assert(wrappedKey.provider === "kms", "a data key of another provider")
    return await translateErrors(() => keyService.checkCmk(caller, wrappedKey.cmkId, use))
  }

  return {
    async generate(caller, context, { cmk, suite }) {
      const dataKey = randomSecret(SUITES[suite].keyBytes)
      const { wrapped, cmkId, keyVersionId, guards } = await translateErrors(() =>
        keyService.wrapDataKey(caller, {
          ...(cmk === undefined ? {} : { cmk }),
          context: encryptionContext(context),
          dataKey,
        }),
      )
      const secretKey = createSecretKey(dataKey)
      dataKey.fill(0)
      return {
        dataKey: secretKey,
        wrapped: { provider: "kms", cmkId, keyVersionId, wrapped },
        guards,
      }
    },
    async unwrap(caller, wrappedKey, context) {
      const known = cache.find(wrappedKey, context)
      if (known !== undefined) {
        await check(caller, wrappedKey, "kms:Decrypt")
        return known
      }
      const { wrapped } = wrappedKey
      const dataKey = await translateErrors(() =>
        keyService.unwrapDataKey(caller, { wrapped, context: encryptionContext(context) }),
      )
      const secretKey = createSecretKey(dataKey)
      dataKey.fill(0)
      cache.remember(wrappedKey, context, secretKey)
      return secretKey
    },
    check: (caller, wrappedKey) => check(caller, wrappedKey, "kms:GenerateDataKey"),
  }
}
