import { createSecretKey } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pino from "pino"
import { systemClock } from "../../base/clock.ts"
import { randomSecret } from "../../base/random.ts"
import { rootKeyFromSecret } from "../../sealing/root-key.ts"
import { describeBlobStore } from "../conformance/blob-store.ts"
import { describeMetadataStore } from "../conformance/metadata-store.ts"
import { createSealedMetadataStore, SEALED_VALUE_BYTES_MAX } from "../sealed-metadata-store.ts"
import type { MetadataStore } from "../metadata-store.ts"
import { joinLocalStore, openLocalStore, type OwnLocalStore } from "./local-store.ts"

/** The engine on a directory that is removed when it is closed. */
async function openTemporary(): Promise<OwnLocalStore> {
  const directory = mkdtempSync(join(tmpdir(), "osseal-local-"))
  const log = pino({ level: "silent" })
  const local = await openLocalStore(directory, { clock: systemClock, log })
  return {
    ...local,
    async close() {
      await local.close()
      rmSync(directory, { recursive: true })
    },
  }
}

describeMetadataStore("the local engine", async () => {
  const local = await openTemporary()
  return { store: local.metadata, close: () => local.close() }
})

/** Every call goes to another gateway than the one before it. */
function inTurns(stores: readonly MetadataStore[]): MetadataStore {
  let turn = 0
  const next = (): MetadataStore => {
    turn += 1
    return stores[turn % stores.length] as MetadataStore
  }
  return {
    get: (storeKeys) => next().get(storeKeys),
    scan: (scan) => next().scan(scan),
    tallies: (prefix) => next().tallies(prefix),
    commit: (commit) => next().commit(commit),
    close: () => Promise.resolve(),
  }
}

describeMetadataStore("the local engine, by three gateways in turns", async () => {
  const own = await openTemporary()
  const surroundings = { clock: systemClock, log: pino({ level: "silent" }) }
  const joined = await Promise.all([1, 2].map(() => joinLocalStore(own.handOver(), surroundings)))
  const store = inTurns([own, ...joined].map(({ metadata }) => metadata))
  return {
    store,
    async close() {
      for (const each of joined) await each.close()
      await own.close()
    },
  }
})

describeMetadataStore(
  "the local engine, sealed",
  async () => {
    const local = await openTemporary()
    const store = createSealedMetadataStore({
      store: local.metadata,
      rootKey: rootKeyFromSecret(createSecretKey(randomSecret(32))),
      clock: systemClock,
    })
    return { store, close: () => local.close() }
  },
  { valueBytesMax: SEALED_VALUE_BYTES_MAX },
)

describeBlobStore("the local engine's blobs", async () => {
  const local = await openTemporary()
  return { store: local.blobs, close: () => local.close() }
})
