import type { Bucket } from "./buckets.ts"
import { commitProposal } from "./commit-attempts.ts"
import { currentRow } from "./keyspace.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { freeDisplaced } from "./write.ts"

/** Deletes up to 1,000 objects in one commit. Names that are not there are no error. */
export async function deleteObjects(
  store: ObjectStore,
  bucket: Bucket,
  objectKeys: readonly ObjectKey[],
): Promise<void> {
  const keys = [...new Set(objectKeys)].map((objectKey) =>
    currentRow(bucket.record.instanceId, objectKey),
  )
  const rows = await store.metadata.get(keys)
  const present = keys.filter((_key, index) => rows[index] !== undefined)
  if (present.length === 0) return
  const { displaced } = await commitProposal(store, () => ({
    guards: [],
    writes: present.map((key) => ({ key, value: null, expect: "any" as const })),
  }))
  freeDisplaced(store, displaced)
}
