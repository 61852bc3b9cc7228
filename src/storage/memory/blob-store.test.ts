import { describeBlobStore } from "../conformance/blob-store.ts"
import { createMemoryBlobStore } from "./blob-store.ts"

describeBlobStore("the memory engine's blobs", () => {
  const store = createMemoryBlobStore()
  return Promise.resolve({ store, close: () => store.close() })
})
