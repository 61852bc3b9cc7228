import { createSecretKey, type KeyObject } from "node:crypto"
import { assert } from "../../base/assert.ts"
import { lengthPrefixed } from "../../base/bytes.ts"
import { randomSecret } from "../../base/random.ts"
import { openMessage, sealMessage } from "../../sealing/message.ts"
import type { RootKey } from "../../sealing/root-key.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { SUITES } from "../../sealing/suites.ts"
import type { MetadataStore, StoreKey } from "../../storage/metadata-store.ts"
import { rowKey } from "../../storage/row-keys.ts"
import type { BucketKeys } from "../bucket-keys.ts"
import { createDataKeyCache, forgetOldest } from "../data-key-cache.ts"
import type { DataKeyContext, DataKeys } from "../data-keys.ts"

const BUCKET_KEY_BYTES = 32

/** Data keys are wrapped under this suite. */
const WRAP_SUITE = "aes-256-gcm"

/** How many bucket keys stay unwrapped in memory. The least recently used one is evicted. */
const REMEMBERED_MAX = 1000

/** bucket instance -> bucket key, wrapped by the root key */
function bucketKeyRow(bucketInstanceId: Buffer): StoreKey {
  return rowKey("bucketKey", bucketInstanceId)
}

function bucketKeyContext(bucketInstanceId: Buffer): Buffer {
  return lengthPrefixed(["bucket-key", bucketInstanceId])
}

function dataKeyContext({ bucketInstanceId, objectKey, dataKeyId }: DataKeyContext): Buffer {
  return lengthPrefixed(["osseal-data-key-v1", bucketInstanceId, objectKey, dataKeyId])
}

/**
 * Data keys wrapped by one key per bucket, which the root key wraps: for "AES256", and for every object without the
 * header. A bucket key has no states and no permissions of its own. It serves any caller who may have the object while
 * its bucket exists, and is destroyed with the bucket.
 */
export function createBucketDataKeys(parts: {
  readonly metadata: MetadataStore
  readonly rootKey: RootKey
}): DataKeys & BucketKeys {
  const remembered = new Map<string, KeyObject>()
  const cache = createDataKeyCache()

  async function bucketKey(bucketInstanceId: Buffer): Promise<KeyObject> {
    const name = bucketInstanceId.toString("latin1")
    const known = remembered.get(name)
    if (known !== undefined) return known
    const [row] = await parts.metadata.get([bucketKeyRow(bucketInstanceId)])
    if (row === undefined) throw new SealBroken()
    const secret = parts.rootKey.unwrap(bucketKeyContext(bucketInstanceId), row.value)
    const unwrapped = takeSecret(secret)
    if (remembered.size >= REMEMBERED_MAX) forgetOldest(remembered)
    remembered.set(name, unwrapped)
    return unwrapped
  }

  return {
    create(bucketInstanceId) {
      const secret = randomSecret(BUCKET_KEY_BYTES)
      const value = parts.rootKey.wrap(bucketKeyContext(bucketInstanceId), secret)
      secret.fill(0)
      return { key: bucketKeyRow(bucketInstanceId), value, expect: "absent" }
    },
    destroy(bucketInstanceId) {
      remembered.delete(bucketInstanceId.toString("latin1"))
      return { key: bucketKeyRow(bucketInstanceId), value: null, expect: "any" }
    },
    async generate(_caller, context, { suite }) {
      const inputKey = await bucketKey(context.bucketInstanceId)
      const plaintext = randomSecret(SUITES[suite].keyBytes)
      const wrapped = sealMessage({
        suite: WRAP_SUITE,
        inputKey,
        context: dataKeyContext(context),
        plaintext,
      })
      return {
        dataKey: takeSecret(plaintext),
        wrapped: { provider: "service", wrapped },
        guards: [],
      }
    },
    async unwrap(_caller, wrappedKey, context) {
      assert(wrappedKey.provider === "service", "a data key of another provider")
      const known = cache.find(wrappedKey, context)
      if (known !== undefined) return known
      const inputKey = await bucketKey(context.bucketInstanceId)
      const message = wrappedKey.wrapped
      const dataKey = takeSecret(
        openMessage({ suite: WRAP_SUITE, inputKey, context: dataKeyContext(context), message }),
      )
      cache.remember(wrappedKey, context, dataKey)
      return dataKey
    },
    check: () => Promise.resolve([]),
  }
}

/** Turns secret bytes into a key and zeroes them. */
function takeSecret(secret: Buffer): KeyObject {
  const secretKey = createSecretKey(secret)
  secret.fill(0)
  return secretKey
}
