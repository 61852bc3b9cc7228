import { createSecretKey, type KeyObject } from "node:crypto"
import { lengthPrefixed, uint32 } from "../base/bytes.ts"
import type { Clock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import type { RootKey } from "../sealing/root-key.ts"
import { openRow, ROW_OVERHEAD_BYTES, rowGeneration, sealRow } from "../sealing/row.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { newCommit } from "./commit.ts"
import { checkCommit, wantsValue } from "./limits.ts"
import {
  type Commit,
  type Displaced,
  type MetadataStore,
  type Row,
  type Scanned,
  STORE_LIMITS,
  StoreFull,
  type StoreKey,
} from "./metadata-store.ts"
import { prefixBounds, ROW_FAMILY, rowKey } from "./row-keys.ts"

/** Families whose values arrive already sealed, each bound to its place. They are stored unchanged. */
const FAMILIES_SEALED_BEFORE: ReadonlySet<number | undefined> = new Set([
  ROW_FAMILY.metadataKey,
  ROW_FAMILY.inline,
])

function isSealedBefore(key: StoreKey): boolean {
  return FAMILIES_SEALED_BEFORE.has(key[0])
}

/** The longest value that the decorator accepts: sealing makes it longer. */
export const SEALED_VALUE_BYTES_MAX: number = STORE_LIMITS.valueBytesMax - ROW_OVERHEAD_BYTES

/** With this many records under one metadata key, random nonces stay far from their bound. */
const SEALS_PER_GENERATION = 2 ** 30

interface MetadataKey {
  readonly generation: number
  readonly material: KeyObject
}

/** generation -> metadata key, wrapped by the root key. */
function metadataKeyRow(generation: number): StoreKey {
  return rowKey("metadataKey", uint32(generation))
}

function valueBytesMaxOf(key: StoreKey): number {
  return isSealedBefore(key) ? STORE_LIMITS.valueBytesMax : SEALED_VALUE_BYTES_MAX
}

function wrapContext(generation: number): Buffer {
  return lengthPrefixed(["metadata-key", uint32(generation)])
}

/**
 * A store that seals every value under a metadata key with its row key as associated data, except in the families whose
 * values are already sealed. `store` sees only row keys, sizes and tallies: groups and their sums are not sealed. A
 * value that was edited or moved to another row does not open: `get` throws SealBroken, while `scan` and `commit`
 * report the row as damaged and continue. Each process draws its own metadata key before it first seals.
 */
export function createSealedMetadataStore(input: {
  readonly store: MetadataStore
  readonly rootKey: RootKey
  readonly clock: Clock
  readonly sealsPerGeneration?: number
  /** Called for every row that does not open, each time it is read. */
  readonly onDamaged?: ((key: StoreKey) => void) | undefined
}): MetadataStore {
  const { store, onDamaged = () => undefined } = input
  const keys = createMetadataKeys(input)
  const opener = createOpener(keys, onDamaged)

  return {
    async get(rowKeys) {
      const rows = await store.get(rowKeys)
      const unopened = rows.filter((row): row is Row => row !== undefined && !opener.isOpen(row))
      if (unopened.length > 0) await keys.loadFor(unopened)
      return rows.map((row) => (row === undefined ? row : opener.openOnce(row)))
    },
    async scan(scan) {
      if (scan.values === false) return store.scan(scan)
      const scanned = await store.scan({ ...scan, values: true })
      const rows = scanned.filter((each) => each.kind === "row")
      const wanted = new Set<Scanned>(rows.filter((row) => wantsValue(scan, row)))
      await keys.loadFor(rows.filter((row) => wanted.has(row)))
      return scanned.map((each) =>
        wanted.has(each) ? opener.openScanned(each) : withoutValue(each),
      )
    },
    async commit(commit) {
      checkCommit(commit, valueBytesMaxOf)
      const seals = commit.writes.filter(({ key, value }) => value !== null && !isSealedBefore(key))
      // A commit that only deletes needs no metadata key, and so no room for one.
      const current = seals.length === 0 ? undefined : await keys.current(seals.length, commit)
      const writes = commit.writes.map((write) => {
        const { key, value } = write
        if (current === undefined || value === null || isSealedBefore(key)) return write
        const { generation, material } = current
        const sealed = { rowKeyMaterial: material, generation, rowKey: key, record: value }
        return { ...write, value: sealRow(sealed) }
      })
      const result = await store.commit({ ...commit, writes })
      if (result.outcome === "conflict" || result.displaced === "unknown") return result
      try {
        await keys.loadFor(result.displaced.filter((each) => "value" in each))
      } catch {
        // The commit was applied. A store that cannot be read now must not make it look otherwise.
        return { outcome: "applied", displaced: "unknown" }
      }
      return { outcome: "applied", displaced: result.displaced.map(opener.openDisplaced) }
    },
    tallies: (prefix) => store.tallies(prefix),
    close: () => store.close(),
  }
}

const NO_VALUE = Buffer.alloc(0)

function withoutValue(scanned: Scanned): Scanned {
  return scanned.kind === "row" ? { ...scanned, value: NO_VALUE } : scanned
}

/** Opens stored values whose metadata keys are loaded. */
interface Opener {
  readonly isOpen: (row: Row) => boolean
  /** Throws SealBroken. */
  readonly openOnce: (row: Row) => Row
  readonly openScanned: (scanned: Scanned) => Scanned
  readonly openDisplaced: (displaced: Displaced) => Displaced
}

function createOpener(keys: MetadataKeys, onDamaged: (key: StoreKey) => void): Opener {
  const opened = new WeakMap<Row, Row>()

  /** Throws SealBroken. */
  function openLoaded({ key, value }: StoredValue): Uint8Array {
    if (isSealedBefore(key)) return value
    try {
      const metadataKey = keys.known(rowGeneration(value))
      if (metadataKey === undefined) throw new SealBroken()
      return openRow({ rowKeyMaterial: metadataKey.material, rowKey: key, value })
    } catch (error) {
      if (error instanceof SealBroken) onDamaged(key)
      throw error
    }
  }

  /** An engine returns the same row object while the row is unchanged; that object is opened once. */
  function openOnce(row: Row): Row {
    const known = opened.get(row)
    if (known !== undefined) return known
    const whole = { key: row.key, version: row.version, value: openLoaded(row) }
    opened.set(row, whole)
    return whole
  }

  function openScanned(scanned: Scanned): Scanned {
    if (scanned.kind !== "row") return scanned
    const { key, version } = scanned
    const value = unlessBroken(() => openLoaded(scanned))
    return value === undefined ? { kind: "damaged", key, version } : { ...scanned, value }
  }

  function openDisplaced(displaced: Displaced): Displaced {
    if ("damaged" in displaced) return displaced
    const { key } = displaced
    const value = unlessBroken(() => openLoaded(displaced))
    return value === undefined ? { key, damaged: true } : { key, value }
  }

  return { isOpen: (row) => opened.has(row), openOnce, openScanned, openDisplaced }
}

interface StoredValue {
  readonly key: StoreKey
  readonly value: Uint8Array
}

/** The result of `open`; undefined when it throws SealBroken. */
function unlessBroken<T>(open: () => T): T | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

interface MetadataKeys {
  /** The metadata key to seal `seals` records under. The commit that draws one is a release if `commit` is. */
  current(seals: number, commit: Pick<Commit, "isRelease">): Promise<MetadataKey>
  /** The metadata key of an earlier generation. */
  known(generation: number): MetadataKey | undefined
  /**
   * Loads the metadata keys of a page of values, so that each value opens without waiting. Missing ones stay unknown.
   */
  loadFor(stored: readonly StoredValue[]): Promise<void>
}

/** Draws the metadata key of the next generation, and stores it. */
async function drawMetadataKey(
  parts: { readonly store: MetadataStore; readonly rootKey: RootKey; readonly clock: Clock },
  isRelease: boolean,
): Promise<MetadataKey> {
  const { store, rootKey, clock } = parts
  for (;;) {
    const bounds = prefixBounds(rowKey("metadataKey"))
    const [last] = await store.scan({ ...bounds, limit: 1, reverse: true, values: false })
    const generation = last?.kind === "row" ? Buffer.from(last.key).readUInt32BE(1) + 1 : 1
    const secret = randomSecret(32)
    const value = rootKey.wrap(wrapContext(generation), secret)
    const drawn = { generation, material: createSecretKey(secret) }
    secret.fill(0)
    const writes = [{ key: metadataKeyRow(generation), value, expect: "absent" as const }]
    const result = await store.commit(newCommit(clock, { guards: [], writes, isRelease }))
    if (result.outcome === "applied") return drawn
  }
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

  async function draw(isRelease: boolean): Promise<MetadataKey> {
    const drawn = await drawMetadataKey({ store, rootKey, clock }, isRelease)
    known.set(drawn.generation, drawn)
    return drawn
  }

  function begin(isRelease: boolean): Promise<MetadataKey> {
    const drawn = draw(isRelease)
    current = drawn
    // A failed draw must not stay: the next commit tries again.
    drawn.catch(() => {
      if (current === drawn) current = undefined
    })
    return drawn
  }

  async function load(generation: number): Promise<void> {
    const [row] = await store.get([metadataKeyRow(generation)])
    const secret = row && unlessBroken(() => rootKey.unwrap(wrapContext(generation), row.value))
    if (secret === undefined) return
    known.set(generation, { generation, material: createSecretKey(secret) })
    secret.fill(0)
  }

  return {
    async current(seals, { isRelease = false }) {
      sealsLeft -= seals
      if (current === undefined || sealsLeft < 0) {
        sealsLeft = sealsPerGeneration - seals
        current = begin(isRelease)
      }
      try {
        return await current
      } catch (error) {
        // Another commit began this draw, possibly without the right to use the reserve.
        if (!isRelease || !(error instanceof StoreFull)) throw error
        return await begin(true)
      }
    },
    known: (generation) => known.get(generation),
    async loadFor(stored) {
      const missing = new Set<number>()
      for (const { key, value } of stored) {
        const generation = isSealedBefore(key)
          ? undefined
          : unlessBroken(() => rowGeneration(value))
        if (generation !== undefined && !known.has(generation)) missing.add(generation)
      }
      for (const generation of missing) await load(generation)
    },
  }
}
