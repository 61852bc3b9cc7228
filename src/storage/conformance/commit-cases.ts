import assert from "node:assert/strict"
import {
  assertApplied,
  commitOf,
  type MetadataBench,
  type MetadataCases,
  onlyApplied,
  rowAt,
  textOf,
  write,
} from "./metadata-case.ts"

/** A value larger than every engine's limit between small and large. */
const LARGE = Buffer.alloc(20_000, 0x6c)

export const COMMIT_CASES: MetadataCases = {
  async "a row has the value and the version of the last commit that wrote it"(bench) {
    const first = await bench.put("row", "one")
    const second = await bench.put("row", "two")
    assert.notEqual(first, second)
    const row = await rowAt(bench.store, bench.key("row"))
    assert.equal(row?.version, second)
    assert.equal(textOf(row.value), "two")
    assert.deepEqual(Buffer.from(row.key), bench.key("row"))
  },

  async "an empty value is a row"(bench) {
    await bench.put("empty", "")
    assert.equal(await bench.textAt("empty"), "")
    assert.equal(
      (await bench.commit([write(bench.key("empty"), "x", "absent")])).outcome,
      "conflict",
    )
  },

  async "values keep their bytes as they grow, shrink and go"(bench) {
    for (const value of [LARGE, "small", Buffer.alloc(bench.valueBytesMax, 1), LARGE, ""]) {
      await bench.put("row", value)
      assert.equal(await bench.textAt("row"), Buffer.from(value).toString("latin1"))
    }
    assertApplied(await bench.commit([write(bench.key("row"), null)]))
    assert.equal(await bench.textAt("row"), undefined)
  },

  async "expecting absence conflicts with a row, expecting a version with absence and with another version"(
    bench,
  ) {
    const version = await bench.put("row", "one")
    const key = bench.key("row")
    for (const refused of [
      write(key, "two", "absent"),
      write(bench.key("none"), "two", version),
      write(key, null, commitOf([]).version),
    ]) {
      const result = await bench.commit([refused])
      assert.equal(result.outcome, "conflict")
      assert.deepEqual(Buffer.from(result.key), Buffer.from(refused.key))
    }
    assertApplied(await bench.commit([write(key, "two", version)]))
    assert.equal(await bench.textAt("row"), "two")
  },

  async "a deletion that expects absence is a check: it conflicts with a row and otherwise does nothing"(
    bench,
  ) {
    const key = bench.key("row")
    assertApplied(
      await bench.commit([write(key, null, "absent"), write(bench.key("other"), "1", "absent")]),
    )
    assert.equal(await bench.textAt("row"), undefined)
    assert.equal(await bench.textAt("other"), "1")
    const version = await bench.put("row", "here")
    const refused = await bench.commit([write(key, null, "absent"), write(bench.key("a"), "1")])
    assert.equal(refused.outcome, "conflict")
    assert.deepEqual(Buffer.from(refused.key), key)
    assert.equal(await bench.textAt("a"), undefined)
    assert.equal((await rowAt(bench.store, key))?.version, version)
  },

  async "a commit with one failing check writes nothing, wherever the check is"(bench) {
    const version = await bench.put("here", "old")
    const writes = [write(bench.key("a"), "new"), write(bench.key("here"), "new", "absent")]
    for (const order of [writes, writes.toReversed()]) {
      assert.equal((await bench.commit(order)).outcome, "conflict")
    }
    const stale = { key: bench.key("here"), version: commitOf([]).version }
    assert.equal((await bench.commit([write(bench.key("a"), "new")], [stale])).outcome, "conflict")
    assert.equal(await bench.textAt("a"), undefined)
    assert.equal(await bench.textAt("here"), "old")
    assert.equal((await rowAt(bench.store, bench.key("here")))?.version, version)
  },

  async "a guard lets a commit through only while the row is as it was"(bench) {
    const guard = { key: bench.key("guard"), version: await bench.put("guard", "open") }
    assertApplied(await bench.commit([write(bench.key("a"), "1")], [guard]))
    await bench.put("guard", "closed")
    assert.equal((await bench.commit([write(bench.key("b"), "1")], [guard])).outcome, "conflict")
    assertApplied(await bench.commit([write(guard.key, null)]))
    assert.equal((await bench.commit([write(bench.key("b"), "1")], [guard])).outcome, "conflict")
    assert.equal(await bench.textAt("b"), undefined)
  },

  async "a write of the kind unread replaces anything, and reports nothing"(bench) {
    await bench.put("large", LARGE)
    await bench.put("gone", "old")
    const commit = commitOf([
      write(bench.key("large"), "new", "unread"),
      write(bench.key("gone"), null, "unread"),
      write(bench.key("absent"), LARGE, "unread"),
    ])
    assert.deepEqual(assertApplied(await bench.store.commit(commit)), [])
    assert.equal(await bench.textAt("large"), "new")
    assert.equal(await bench.textAt("gone"), undefined)
    assert.equal((await rowAt(bench.store, bench.key("absent")))?.version, commit.version)
  },

  async "only writes that expect anything report what they displaced"(bench) {
    const version = await bench.put("versioned", "old")
    await bench.put("deleted", "gone")
    await bench.put("large", LARGE)
    const displaced = assertApplied(
      await bench.commit([
        write(bench.key("versioned"), "new", version),
        write(bench.key("deleted"), null),
        write(bench.key("large"), "small"),
        write(bench.key("fresh"), "new"),
        write(bench.key("created"), "new", "absent"),
      ]),
    )
    const told = displaced.map(({ key, value }) => [textOf(key), textOf(value)])
    assert.deepEqual(told, [
      [textOf(bench.key("deleted")), "gone"],
      [textOf(bench.key("large")), textOf(LARGE)],
    ])
  },

  async "a commit sent again is applied once and reported as applied"(bench) {
    const commit = commitOf([write(bench.key("row"), "first")])
    assertApplied(await bench.store.commit(commit))
    await bench.put("row", "second")
    const again = await bench.store.commit(commit)
    assert.deepEqual(again, { outcome: "applied", displaced: "unknown" })
    assert.equal(await bench.textAt("row"), "second")
  },

  async "a commit that is sent twice at once is applied once"(bench) {
    const commit = commitOf([write(bench.key("row"), "x", "absent")])
    const results = await Promise.all([bench.store.commit(commit), bench.store.commit(commit)])
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ["applied", "applied"],
    )
    assert.equal(
      results.filter((each) => "displaced" in each && each.displaced === "unknown").length,
      1,
    )
  },

  async "a commit that conflicted may be sent again and is checked anew"(bench) {
    await bench.put("row", "in the way")
    const commit = commitOf([write(bench.key("row"), "mine", "absent")])
    assert.equal((await bench.store.commit(commit)).outcome, "conflict")
    assertApplied(await bench.commit([write(bench.key("row"), null)]))
    assertApplied(await bench.store.commit(commit))
    assert.equal(await bench.textAt("row"), "mine")
  },

  async "of creators that race for one row exactly one wins"(bench) {
    for (let round = 0; round < 20; round += 1) {
      const key = bench.key(`row ${round}`)
      const commits = [0, 1, 2, 3].map((each) => commitOf([write(key, `by ${each}`, "absent")]))
      const results = await Promise.all(commits.map((commit) => bench.store.commit(commit)))
      const winner = onlyApplied(results)
      assert.equal(await bench.textAt(`row ${round}`), `by ${winner}`)
      assert.equal((await rowAt(bench.store, key))?.version, commits[winner]?.version)
    }
  },

  async "of a deletion and an overwrite of one version exactly one wins"(bench) {
    for (let round = 0; round < 20; round += 1) {
      const suffix = `row ${round}`
      const version = await bench.put(suffix, "old")
      const writes = [
        write(bench.key(suffix), null, version),
        write(bench.key(suffix), "new", version),
      ]
      if (round % 2 === 1) writes.reverse()
      const winner = onlyApplied(await Promise.all(writes.map((each) => bench.commit([each]))))
      const expected = writes[winner]?.value === null ? undefined : "new"
      assert.equal(await bench.textAt(suffix), expected)
    }
  },

  async "nothing guarded by a row is applied after the marker that changed it"(bench) {
    const guard = { key: bench.key("guard"), version: await bench.put("guard", "open") }
    const early = Array.from({ length: 20 }, (_, each) =>
      bench.commit([write(bench.key(`row ${each}`), "x")], [guard]),
    )
    const marked = bench.commit([write(guard.key, "marked", guard.version)])
    const late = Array.from({ length: 20 }, (_, each) =>
      bench.commit([write(bench.key(`row ${20 + each}`), "x")], [guard]),
    )
    assertApplied(await marked)
    const seen = await rowsSeen(bench)
    const results = await Promise.all([...early, ...late])
    assert.deepEqual(await rowsSeen(bench), seen)
    const applied = results.filter(({ outcome }) => outcome === "applied").length
    assert.equal(seen.length, applied)
  },

  async "in a crowd of commits each is applied whole or not at all"(bench) {
    await bench.put("taken", "x")
    const results = await Promise.all(
      Array.from({ length: 120 }, (_, each) =>
        bench.commit([
          write(bench.key(`row ${each} a`), LARGE),
          each % 3 === 0
            ? write(bench.key("taken"), "y", "absent")
            : write(bench.key(`row ${each} b`), "x", "absent"),
        ]),
      ),
    )
    for (const [each, { outcome }] of results.entries()) {
      assert.equal(outcome, each % 3 === 0 ? "conflict" : "applied")
      const rows = await bench.store.get([bench.key(`row ${each} a`), bench.key(`row ${each} b`)])
      assert.equal(rows.filter((row) => row !== undefined).length, each % 3 === 0 ? 0 : 2)
    }
    assert.equal(await bench.textAt("taken"), "x")
  },

  async "every displaced value is reported exactly once"(bench) {
    const values = Array.from({ length: 100 }, (_, each) => `value ${each}`)
    const results = await Promise.all(
      values.flatMap((value, each) => {
        const put = bench.commit([write(bench.key("row"), value)])
        return each % 10 === 0 ? [put, bench.commit([write(bench.key("row"), null)])] : [put]
      }),
    )
    const told = results.flatMap((result) =>
      assertApplied(result).map(({ value }) => textOf(value)),
    )
    const left = await bench.textAt("row")
    assert.deepEqual([...told, ...(left === undefined ? [] : [left])].sort(), values.sort())
  },

  async "two hundred concurrent increments of four counters lose none"(bench) {
    const suffixes = ["a", "b", "c", "d"]
    await Promise.all(suffixes.map((suffix) => bench.put(suffix, "0")))
    await Promise.all(
      Array.from({ length: 200 }, (_, each) => increment(bench, suffixes[each % 4] ?? "a")),
    )
    const counts = await Promise.all(suffixes.map((suffix) => bench.textAt(suffix)))
    assert.deepEqual(counts, ["50", "50", "50", "50"])
  },
}

async function rowsSeen(bench: MetadataBench): Promise<string[]> {
  const scanned = await bench.store.scan({ ...bench.bounds, limit: 1000, values: false })
  const keys = scanned.flatMap((each) => (each.kind === "row" ? [textOf(each.key)] : []))
  return keys.filter((key) => key !== textOf(bench.key("guard")))
}

/** Reads and writes on condition until no other write comes between. */
async function increment(bench: MetadataBench, suffix: string): Promise<void> {
  for (;;) {
    const row = await rowAt(bench.store, bench.key(suffix))
    assert.ok(row)
    const next = String(Number(textOf(row.value)) + 1)
    const result = await bench.commit([write(bench.key(suffix), next, row.version)])
    if (result.outcome === "applied") return
  }
}
