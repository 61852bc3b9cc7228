import { createSecretKey, type KeyObject } from "node:crypto"
import { assertDefined } from "../base/assert.ts"
import { lengthPrefixed, uint32 } from "../base/bytes.ts"
import type { Clock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import type { RootKey } from "../sealing/root-key.ts"
import { openRow, ROW_OVERHEAD_BYTES, rowGeneration, sealRow } from "../sealing/row.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { newCommit } from "./commit.ts"
import { checkCommit } from "./limits.ts"
import { type MetadataStore, type Row, STORE_LIMITS, type StoreKey } from "./metadata-store.ts"
import { prefixBounds, rowKey } from "./row-keys.ts"

/** The longest value that the decorator takes: sealing makes it longer. */
export const SEALED_VALUE_BYTES_MAX: number = STORE_LIMITS.valueBytesMax - ROW_OVERHEAD_BYTES

/** Random nonces stay far from their bound with so many records under one metadata key. */
const SEALS_PER_GENERATION = 2 ** 30

interface MetadataKey {
  readonly generation: number
  readonly material: KeyObject
}

/** generation -> metadata key, wrapped by the root key; these rows alone are not sealed by this decorator. */
function metadataKeyRow(generation: number): StoreKey {
  return rowKey("metadataKey", uint32(generation))
}

function wrapContext(generation: number): Buffer {
  return lengthPrefixed(["metadata-key", uint32(generation)])
}

/**
 * A store whose every value is sealed under a metadata key with its row key as associated data: what lies in `store`
 * shows row keys and sizes only, and a value that was edited or moved to another row does not open. Reading throws
 * SealBroken then. Each process draws a metadata key of its own before its first write.
 */
export function createSealedMetadataStore(input: {
  readonly store: MetadataStore
  readonly rootKey: RootKey
  readonly clock: Clock
  readonly sealsPerGeneration?: number
}): MetadataStore {
  const { store } = input
  const keys = createMetadataKeys(input)
  const opened = new WeakMap<Row, Row>()

  /** Loads the metadata keys that a page of rows needs, so that each row then opens without waiting. */
  async function loadKeys(rows: readonly { readonly value: Uint8Array }[]): Promise<void> {
    for (const { value } of rows) {
      const generation = rowGeneration(value)
      if (keys.known(generation) === undefined) await keys.load(generation)
    }
  }

  function openLoaded({ key, value }: { key: StoreKey; value: Uint8Array }): Buffer {
    const metadataKey = assertDefined(keys.known(rowGeneration(value)), "the key was loaded")
    return openRow({ rowKeyMaterial: metadataKey.material, rowKey: key, value })
  }

  /** An engine hands out the same row object again while the row stays as it is: that one is opened once. */
  function openOnce(row: Row): Row {
    const known = opened.get(row)
    if (known !== undefined) return known
    const whole = { key: row.key, version: row.version, value: openLoaded(row) }
    opened.set(row, whole)
    return whole
  }

  return {
    async get(rowKeys) {
      const rows = await store.get(rowKeys)
      const unopened = rows.filter((row): row is Row => row !== undefined && !opened.has(row))
      if (unopened.length > 0) await loadKeys(unopened)
      return rows.map((row) => (row === undefined ? row : openOnce(row)))
    },
    async scan(scan) {
      const scanned = await store.scan(scan)
      if (scan.values === false) return scanned
      await loadKeys(scanned.filter((each) => each.kind === "row"))
      return scanned.map((each) =>
        each.kind === "row" ? { ...each, value: openLoaded(each) } : each,
      )
    },
    async commit(commit) {
      checkCommit(commit, SEALED_VALUE_BYTES_MAX)
      const { generation, material } = await keys.current(commit.writes.length)
      const writes = commit.writes.map(({ key, value, expect }) => ({
        key,
        expect,
        value:
          value === null
            ? null
            : sealRow({ rowKeyMaterial: material, generation, rowKey: key, record: value }),
      }))
      const result = await store.commit({ ...commit, writes })
      if (result.outcome === "conflict" || result.displaced === "unknown") return result
      await loadKeys(result.displaced)
      const displaced = result.displaced.map((each) => ({ key: each.key, value: openLoaded(each) }))
      return { outcome: "applied", displaced }
    },
    close: () => store.close(),
  }
}

interface MetadataKeys {
  /** The key to seal `seals` records under. */
  current(seals: number): Promise<MetadataKey>
  /** The key of a generation that was used before. */
  known(generation: number): MetadataKey | undefined
  /** The key of a generation. Throws SealBroken when there is none, or the root key does not open it. */
  load(generation: number): Promise<MetadataKey>
}

function createMetadataKeys({
  store,
  rootKey,
  clock,
  sealsPerGeneration = SEALS_PER_GENERATION,
}: {
  readonly store: MetadataStore
  readonly rootKey: RootKey
  readonly clock: Clock
  readonly sealsPerGeneration?: number
}): MetadataKeys {
  const known = new Map<number, MetadataKey>()
  let current: Promise<MetadataKey> | undefined
  let sealsLeft = 0

  async function draw(): Promise<MetadataKey> {
    for (;;) {
      const bounds = prefixBounds(rowKey("metadataKey"))
      const [last] = await store.scan({ ...bounds, limit: 1, reverse: true, values: false })
      const generation = last?.kind === "row" ? Buffer.from(last.key).readUInt32BE(1) + 1 : 1
      const secret = randomSecret(32)
      const value = rootKey.wrap(wrapContext(generation), secret)
      const drawn = { generation, material: createSecretKey(secret) }
      secret.fill(0)
      const writes = [{ key: metadataKeyRow(generation), value, expect: "absent" as const }]
      const result = await store.commit(newCommit(clock, { guards: [], writes }))
      if (result.outcome === "conflict") continue
      known.set(generation, drawn)
      return drawn
    }
  }

  async function load(generation: number): Promise<MetadataKey> {
    const [row] = await store.get([metadataKeyRow(generation)])
    if (row === undefined) throw new SealBroken()
    const secret = rootKey.unwrap(wrapContext(generation), row.value)
    const loaded = { generation, material: createSecretKey(secret) }
    secret.fill(0)
    known.set(generation, loaded)
    return loaded
  }

  return {
    async current(seals) {
      sealsLeft -= seals
      if (current === undefined || sealsLeft < 0) {
        sealsLeft = sealsPerGeneration - seals
        current = draw()
        // A draw that failed must not stay: the next commit tries again.
        current.catch(() => (current = undefined))
      }
      return await current
    },
    known: (generation) => known.get(generation),
    load,
  }
}
