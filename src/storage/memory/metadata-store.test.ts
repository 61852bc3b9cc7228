import { createSecretKey } from "node:crypto"
import { systemClock } from "../../base/clock.ts"
import { randomSecret } from "../../base/random.ts"
import { rootKeyFromSecret } from "../../sealing/root-key.ts"
import { describeMetadataStore } from "../conformance/metadata-store.ts"
import { createSealedMetadataStore, SEALED_VALUE_BYTES_MAX } from "../sealed-metadata-store.ts"
import { createMemoryMetadataStore } from "./metadata-store.ts"

describeMetadataStore("the memory engine", () => {
  const store = createMemoryMetadataStore()
  return Promise.resolve({ store, close: () => store.close() })
})

describeMetadataStore(
  "the memory engine, sealed",
  () => {
    const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
    const memory = createMemoryMetadataStore()
    const store = createSealedMetadataStore({ store: memory, rootKey, clock: systemClock })
    return Promise.resolve({ store, close: () => store.close() })
  },
  { valueBytesMax: SEALED_VALUE_BYTES_MAX },
)
