import { lengthPrefixed } from "../../base/bytes.ts"
import type { Clock } from "../../base/clock.ts"
import type { RootKey } from "../../sealing/root-key.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { commitProposal } from "../../storage/commit-loop.ts"
import type { MetadataStore } from "../../storage/metadata-store.ts"
import { rowKey } from "../../storage/row-keys.ts"
import { RootKeyError } from "./root-key-error.ts"

const CHECK_ROW = rowKey("settings", "root-key-check")
const CHECK_CONTEXT = lengthPrefixed(["root-key-check"])

/**
 * Throws RootKeyError unless the data in `store` belong to this root key. The first call binds them to it. `store` is
 * the plain store, below the sealing decorator, where a wrong root key would look like damage.
 */
export async function checkRootKey(
  store: MetadataStore,
  rootKey: RootKey,
  clock: Clock,
): Promise<void> {
  await commitProposal({ metadata: store, clock }, async () => {
    const [row] = await store.get([CHECK_ROW])
    if (row !== undefined) {
      checkValue(rootKey, row.value)
      return { writes: [], result: undefined }
    }
    const value = rootKey.wrap(CHECK_CONTEXT, Buffer.alloc(0))
    return { writes: [{ key: CHECK_ROW, value, expect: "absent" }], result: undefined }
  })
}

function checkValue(rootKey: RootKey, value: Uint8Array): void {
  try {
    rootKey.unwrap(CHECK_CONTEXT, value)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    throw new RootKeyError(
      "this root key is not the one under which the data is sealed; restore the root-key folder that belongs to the data",
    )
  }
}
