import { after, before, describe, it } from "node:test"
import { assertDefined } from "../../base/assert.ts"
import { type MetadataStore, STORE_LIMITS } from "../metadata-store.ts"
import { COMMIT_CASES } from "./commit-cases.ts"
import { LIMIT_CASES } from "./limit-cases.ts"
import { createBench } from "./metadata-case.ts"
import { READ_CASES } from "./read-cases.ts"
import { TALLY_CASES } from "./tally-cases.ts"

interface OpenedStore {
  readonly store: MetadataStore
  readonly close: () => Promise<void>
}

/**
 * The contract of MetadataStore as tests. An engine's own test is one call with a function that opens an empty store.
 */
export function describeMetadataStore(
  name: string,
  open: () => Promise<OpenedStore>,
  { valueBytesMax = STORE_LIMITS.valueBytesMax }: { readonly valueBytesMax?: number } = {},
): void {
  void describe(name, () => {
    let opened: OpenedStore | undefined
    before(async () => {
      opened = await open()
    })
    after(async () => {
      await opened?.close()
    })
    for (const [title, prove] of Object.entries({
      ...COMMIT_CASES,
      ...READ_CASES,
      ...TALLY_CASES,
      ...LIMIT_CASES,
    })) {
      void it(title, async () => {
        const { store } = assertDefined(opened, "the store was opened before")
        await prove(createBench(store, valueBytesMax))
      })
    }
  })
}
