import assert from "node:assert/strict"
import { assertDefined } from "../../base/assert.ts"
import { compareBytes, uint32, utf8 } from "../../base/bytes.ts"
import { systemClock } from "../../base/clock.ts"
import { newCommit } from "../commit.ts"
import type {
  Commit,
  CommitResult,
  Displaced,
  Expect,
  Guard,
  MetadataStore,
  Row,
  Version,
  Write,
} from "../metadata-store.ts"
import { prefixBounds } from "../row-keys.ts"

/** What a case works on: a store shared with other cases, and its own prefix. */
export interface MetadataBench {
  readonly store: MetadataStore
  readonly prefix: Buffer
  readonly bounds: { from: Uint8Array; to: Uint8Array }
  /** The longest value that the store accepts. */
  readonly valueBytesMax: number
  /** A row key under the prefix. */
  readonly key: (suffix: string | Uint8Array) => Buffer
  readonly commit: (writes: readonly Write[], guards?: readonly Guard[]) => Promise<CommitResult>
  /** Writes one row whatever is there, and returns its new version. */
  readonly put: (suffix: string, value: string | Uint8Array) => Promise<Version>
  /** The row's value as text; undefined when there is none. */
  readonly textAt: (suffix: string) => Promise<string | undefined>
}

/** Maps each title to the function that proves it. */
export type MetadataCases = Readonly<Record<string, (bench: MetadataBench) => Promise<void>>>

let prefixCount = 0

export function createBench(store: MetadataStore, valueBytesMax: number): MetadataBench {
  prefixCount += 1
  const prefix = Buffer.concat([Buffer.of(0x30), uint32(prefixCount)])
  const key = (suffix: string | Uint8Array): Buffer =>
    Buffer.concat([prefix, typeof suffix === "string" ? utf8(suffix) : suffix])
  return {
    store,
    prefix,
    bounds: prefixBounds(prefix),
    valueBytesMax,
    key,
    commit: (writes, guards = []) => store.commit(commitOf(writes, guards)),
    async put(suffix, value) {
      const commit = commitOf([write(key(suffix), value)])
      assertApplied(await store.commit(commit))
      return commit.version
    },
    async textAt(suffix) {
      const row = await rowAt(store, key(suffix))
      return row === undefined ? undefined : textOf(row.value)
    },
  }
}

export function commitOf(writes: readonly Write[], guards: readonly Guard[] = []): Commit {
  return newCommit(systemClock, { guards, writes })
}

export function write(
  key: Uint8Array,
  value: string | Uint8Array | null,
  expect: Expect = "any",
): Write {
  return { key, value: typeof value === "string" ? utf8(value) : value, expect }
}

/** A write of a row that counts. */
export function counted(plain: Write, group: Uint8Array, bytes: number): Write {
  return { ...plain, tally: { group, bytes } }
}

/** The sums of the groups that start with `prefix`, each as text: what follows the prefix, rows, bytes. */
export async function talliesOf(store: MetadataStore, prefix: Uint8Array): Promise<string[]> {
  const sums = await store.tallies(prefix)
  return sums.map(({ group, rows, bytes }) => {
    assert.ok(compareBytes(group.subarray(0, prefix.length), prefix) === 0)
    return `${textOf(group.subarray(prefix.length))}: ${rows} rows, ${bytes} bytes`
  })
}

export async function rowAt(store: MetadataStore, key: Uint8Array): Promise<Row | undefined> {
  const [row] = await store.get([key])
  return row
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1")
}

/** The displaced values of a commit that was applied for the first time. */
export function assertApplied(result: CommitResult): Extract<Displaced, { value: unknown }>[] {
  assert.equal(result.outcome, "applied")
  assert.notEqual(result.displaced, "unknown")
  const displaced = result.displaced === "unknown" ? [] : result.displaced
  return displaced.map((each) => {
    assert.ok("value" in each)
    return each
  })
}

/** The only member of `results` that was applied, by its index. */
export function onlyApplied(results: readonly CommitResult[]): number {
  const applied = results.flatMap(({ outcome }, index) => (outcome === "applied" ? [index] : []))
  assert.equal(applied.length, 1)
  return assertDefined(applied[0], "one was applied")
}
