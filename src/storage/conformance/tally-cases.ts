import assert from "node:assert/strict"
import fc from "fast-check"
import { compareBytes } from "../../base/bytes.ts"
import { STORE_LIMITS } from "../metadata-store.ts"
import {
  assertApplied,
  commitOf,
  counted,
  createBench,
  type MetadataBench,
  type MetadataCases,
  talliesOf,
  textOf,
  write,
} from "./metadata-case.ts"

/** A value larger than every engine's limit between small and large. */
const LARGE = Buffer.alloc(20_000, 0x6c)

export const TALLY_CASES: MetadataCases = {
  async "a row counts as one row and its bytes, in its group alone"(bench) {
    await count(bench, "one", "a", 10)
    await count(bench, "two", "a", 5)
    await count(bench, "three", "b", 0)
    await bench.put("four", "counts nothing")
    assert.deepEqual(await sums(bench), ["a: 2 rows, 15 bytes", "b: 1 rows, 0 bytes"])
  },

  async "a replaced row counts as its last write says, in whichever group"(bench) {
    await count(bench, "row", "a", 10)
    await count(bench, "row", "a", 3)
    assert.deepEqual(await sums(bench), ["a: 1 rows, 3 bytes"])
    await count(bench, "row", "b", 4)
    assert.deepEqual(await sums(bench), ["b: 1 rows, 4 bytes"])
    await bench.put("row", "counts nothing any more")
    assert.deepEqual(await sums(bench), [])
  },

  async "a row's tally is taken back whatever the write that replaces or deletes it expected"(
    bench,
  ) {
    for (const value of ["replaced", LARGE, null]) {
      for (const expected of ["any", "version"]) {
        const row = counted(write(bench.key("row"), "x"), groupOf(bench, "a"), 7)
        const commit = commitOf([row])
        assertApplied(await bench.store.commit(commit))
        assert.deepEqual(await sums(bench), ["a: 1 rows, 7 bytes"])
        const expect = expected === "any" ? "any" : commit.version
        assertApplied(await bench.commit([write(bench.key("row"), value, expect)]))
        assert.deepEqual(await sums(bench), [])
      }
    }
  },

  async "a commit may move rows from group to group"(bench) {
    await count(bench, "one", "a", 10)
    await count(bench, "two", "b", 20)
    assertApplied(
      await bench.commit([
        counted(write(bench.key("one"), "x"), groupOf(bench, "b"), 10),
        counted(write(bench.key("two"), LARGE), groupOf(bench, "a"), 20),
        counted(write(bench.key("three"), "x", "absent"), groupOf(bench, "c"), 30),
        write(bench.key("four"), null),
      ]),
    )
    assert.deepEqual(await sums(bench), [
      "a: 1 rows, 20 bytes",
      "b: 1 rows, 10 bytes",
      "c: 1 rows, 30 bytes",
    ])
  },

  async "a commit that conflicts counts nothing and takes nothing back"(bench) {
    await count(bench, "row", "a", 10)
    const group = groupOf(bench, "b")
    const result = await bench.commit([
      counted(write(bench.key("other"), "x"), group, 1),
      counted(write(bench.key("row"), "x", "absent"), group, 1),
    ])
    assert.equal(result.outcome, "conflict")
    assert.deepEqual(await sums(bench), ["a: 1 rows, 10 bytes"])
  },

  async "a commit sent again counts once, also when it is sent twice at once"(bench) {
    const row = counted(write(bench.key("row"), "x"), groupOf(bench, "a"), 10)
    const commit = commitOf([row])
    await Promise.all([bench.store.commit(commit), bench.store.commit(commit)])
    await bench.store.commit(commit)
    assert.deepEqual(await sums(bench), ["a: 1 rows, 10 bytes"])
  },

  async "a check that a row is absent counts nothing"(bench) {
    await count(bench, "row", "a", 10)
    assertApplied(await bench.commit([write(bench.key("none"), null, "absent")]))
    const refused = await bench.commit([write(bench.key("row"), null, "absent")])
    assert.equal(refused.outcome, "conflict")
    assert.deepEqual(await sums(bench), ["a: 1 rows, 10 bytes"])
  },

  async "rows that are added, changed and deleted in one crowd of commits leave exact sums"(bench) {
    const suffixes = Array.from({ length: 200 }, (_, each) => `row ${each}`)
    await Promise.all(suffixes.map((suffix) => count(bench, suffix, "hot", 3)))
    await Promise.all(
      suffixes.map(async (suffix, each) => {
        if (each % 4 === 0) await bench.commit([write(bench.key(suffix), null)])
        else if (each % 4 === 1) await count(bench, suffix, "cold", 100)
        else await count(bench, suffix, "hot", 5)
      }),
    )
    assert.deepEqual(await sums(bench), ["cold: 50 rows, 5000 bytes", "hot: 100 rows, 500 bytes"])
  },

  async "overwrites of one row that race leave the tally of the last"(bench) {
    const bytes = Array.from({ length: 100 }, (_, each) => each + 1)
    await Promise.all(
      bytes.map((each) => {
        const row = write(bench.key("row"), String(each))
        return bench.commit([counted(row, groupOf(bench, `of ${each % 3}`), each)])
      }),
    )
    const last = Number(await bench.textAt("row"))
    assert.deepEqual(await sums(bench), [`of ${last % 3}: 1 rows, ${last} bytes`])
  },

  async "groups are returned in byte order, those that start with the prefix and no others"(bench) {
    const names = [[], [0], [0, 0xff], [1], [0x61], [0x61, 0], [0x80], [0xff], [0xff, 0xff]]
    const groups = names.map((name) => groupOf(bench, Buffer.from(name)))
    for (const [each, group] of [...groups.entries()].toReversed()) {
      await bench.commit([counted(write(bench.key(`row ${each}`), "x"), group, each)])
    }
    const told = async (prefix: Uint8Array): Promise<number[]> =>
      (await bench.store.tallies(prefix)).map(({ bytes }) => bytes)
    assert.deepEqual(await told(bench.prefix), [0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert.deepEqual(await told(groupOf(bench, Buffer.of(0))), [1, 2])
    assert.deepEqual(await told(groupOf(bench, Buffer.of(0x61))), [4, 5])
    assert.deepEqual(await told(groupOf(bench, Buffer.of(0xff))), [7, 8])
    assert.deepEqual(await told(groupOf(bench, Buffer.of(2))), [])
    const all = await bench.store.tallies(Buffer.alloc(0))
    const inOrder = all.toSorted((left, right) => compareBytes(left.group, right.group))
    assert.deepEqual(all, inOrder)
    assert.equal(all.filter(({ group }) => bench.prefix.compare(group, 0, 5) === 0).length, 9)
  },

  async "sums are exact up to the greatest safe integer"(bench) {
    await count(bench, "one", "a", Number.MAX_SAFE_INTEGER - 1)
    await count(bench, "two", "a", 1)
    assert.deepEqual(await sums(bench), [`a: 2 rows, ${Number.MAX_SAFE_INTEGER} bytes`])
    await bench.commit([write(bench.key("one"), null)])
    assert.deepEqual(await sums(bench), ["a: 1 rows, 1 bytes"])
  },

  async "a group's name has one byte to the maximum"(bench) {
    const longest = Buffer.alloc(STORE_LIMITS.tallyGroupBytesMax - bench.prefix.length, 0x67)
    await count(bench, "row", longest, 1)
    assert.equal((await bench.store.tallies(groupOf(bench, longest))).length, 1)
  },

  async "sums always match the existing rows, whatever is written in whatever order"(bench) {
    const anyWrite = fc.record({
      row: fc.constantFrom("p", "q", "r", "s"),
      change: fc.constantFrom("short", "long", "deletion"),
      expect: fc.constantFrom<"any" | "absent">("any", "absent"),
      group: fc.constantFrom("a", "b", "none"),
      bytes: fc.nat(1000),
    })
    const anyCommit = fc.uniqueArray(anyWrite, { minLength: 1, selector: ({ row }) => row })
    const check = fc.asyncProperty(fc.array(anyCommit, { maxLength: 12 }), async (commits) => {
      const own = createBench(bench.store, bench.valueBytesMax)
      await Promise.all(
        commits.map((writes) =>
          own.commit(
            writes.map(({ row, change, expect, group, bytes }) => {
              if (change === "deletion") return write(own.key(row), null, expect)
              const value = `${group} ${bytes} `.padEnd(change === "long" ? LARGE.length : 0)
              const plain = write(own.key(row), value, expect)
              return group === "none" ? plain : counted(plain, groupOf(own, group), bytes)
            }),
          ),
        ),
      )
      const rows = await own.store.scan({ ...own.bounds, limit: 10 })
      const told = rows.map((row) => (row.kind === "row" ? textOf(row.value).split(" ") : []))
      assert.deepEqual(await sums(own), [...sumsOf(told, "a"), ...sumsOf(told, "b")])
    })
    await fc.assert(check, { numRuns: 30 })
  },
}

/** The expected rows and bytes of a group, from each row's group and bytes. */
function sumsOf(told: readonly string[][], name: string): string[] {
  const bytes = told.flatMap(([group, count]) => (group === name ? [Number(count)] : []))
  if (bytes.length === 0) return []
  return [`${name}: ${bytes.length} rows, ${bytes.reduce((sum, each) => sum + each, 0)} bytes`]
}

/** A group of the case's own. */
function groupOf(bench: MetadataBench, name: string | Uint8Array): Uint8Array {
  return bench.key(name)
}

async function count(
  bench: MetadataBench,
  suffix: string,
  group: string | Uint8Array,
  bytes: number,
): Promise<void> {
  const row = write(bench.key(suffix), `counts ${bytes}`)
  assertApplied(await bench.commit([counted(row, groupOf(bench, group), bytes)]))
}

async function sums(bench: MetadataBench): Promise<string[]> {
  return await talliesOf(bench.store, bench.prefix)
}
