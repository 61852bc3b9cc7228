import assert from "node:assert/strict"
import { LimitExceeded, type Scan, STORE_LIMITS } from "../metadata-store.ts"
import {
  assertApplied,
  counted,
  type MetadataBench,
  type MetadataCases,
  write,
} from "./metadata-case.ts"

export const LIMIT_CASES: MetadataCases = {
  async "a commit at each limit is applied, one above it is refused and changes nothing"(bench) {
    const writes = rowsOf(bench, STORE_LIMITS.writesMax)
    assertApplied(await bench.commit(writes))
    await isRefused(bench.commit([...writes, write(bench.key("one more"), "x")]))
    const guard = { key: bench.key("guard"), version: await bench.put("guard", "x") }
    const guards = Array.from({ length: STORE_LIMITS.guardsMax }, () => guard)
    assertApplied(await bench.commit([write(bench.key("guarded"), "x")], guards))
    await isRefused(bench.commit([write(bench.key("one more"), "x")], [...guards, guard]))
    assert.equal(await bench.textAt("one more"), undefined)
  },

  async "keys have one byte to the maximum"(bench) {
    const longest = Buffer.alloc(STORE_LIMITS.keyBytesMax - bench.prefix.length, 0x6b)
    assertApplied(await bench.commit([write(bench.key(longest), "x")]))
    const tooLong = bench.key(Buffer.concat([longest, Buffer.of(0)]))
    for (const key of [tooLong, Buffer.alloc(0)]) {
      await isRefused(bench.commit([write(key, "x")]))
      await isRefused(bench.commit([], [{ key, version: await bench.put("any", "x") }]))
      await isRefused(bench.store.get([key]))
    }
  },

  async "values and commits have bounds on their bytes"(bench) {
    const longest = Buffer.alloc(bench.valueBytesMax, 0x76)
    assertApplied(await bench.commit([write(bench.key("row"), longest)]))
    await isRefused(bench.commit([write(bench.key("row"), Buffer.concat([longest, Buffer.of(0)]))]))
    const count = Math.floor(STORE_LIMITS.commitBytesMax / longest.length) + 1
    const many = Array.from({ length: count }, (_, each) =>
      write(bench.key(`row ${each}`), longest),
    )
    await isRefused(bench.commit(many))
    assert.equal(await bench.textAt("row 0"), undefined)
    assertApplied(await bench.commit(many.slice(0, count - 2)))
  },

  async "a tally has bounds on its group and its bytes, and a deletion has none"(bench) {
    const row = write(bench.key("row"), "x")
    const group = bench.key("group")
    const longest = Buffer.alloc(STORE_LIMITS.tallyGroupBytesMax, 0x67)
    const tooLong = Buffer.concat([longest, Buffer.of(0)])
    for (const wrong of [
      ...[-1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1].map((bytes) =>
        counted(row, group, bytes),
      ),
      counted(row, Buffer.alloc(0), 1),
      counted(row, tooLong, 1),
      counted(write(bench.key("row"), null), group, 1),
      counted(write(bench.key("row"), null, "absent"), group, 0),
    ]) {
      await isRefused(bench.commit([wrong]))
    }
    await isRefused(bench.store.tallies(tooLong))
    assert.equal(await bench.textAt("row"), undefined)
    assert.deepEqual(await bench.store.tallies(group), [])
  },

  async "a commit names a key once"(bench) {
    const key = bench.key("row")
    await isRefused(bench.commit([write(key, "1"), write(Buffer.from(key), "2")]))
    assert.equal(await bench.textAt("row"), undefined)
  },

  async "a get has a bound on its keys, a scan on its rows"(bench) {
    const writes = rowsOf(bench, STORE_LIMITS.writesMax)
    assertApplied(await bench.commit(writes))
    const keys = writes.map(({ key }) => key)
    const rows = await bench.store.get(keys)
    assert.equal(rows.filter((row) => row !== undefined).length, STORE_LIMITS.getKeysMax)
    await isRefused(bench.store.get([...keys, bench.key("one more")]))

    const scan = (changes: Omit<Scan, "from" | "to">): Promise<unknown[]> =>
      bench.store.scan({ ...bench.bounds, ...changes })
    assert.equal((await scan({ limit: STORE_LIMITS.scanRowsMax })).length, 1000)
    assert.equal((await scan({ limit: STORE_LIMITS.scanKeysMax, values: false })).length, 1000)
    await isRefused(scan({ limit: STORE_LIMITS.scanRowsMax + 1 }))
    await isRefused(scan({ limit: STORE_LIMITS.scanKeysMax + 1, values: false }))
    await isRefused(scan({ limit: 0 }))
    const collapse = { after: bench.prefix.length, delimiter: Buffer.from("/") }
    await isRefused(scan({ limit: 1, reverse: true, collapse }))
  },
}

function rowsOf(bench: MetadataBench, count: number): ReturnType<typeof write>[] {
  return Array.from({ length: count }, (_, each) => write(bench.key(`row ${each}`), "x"))
}

async function isRefused(answer: Promise<unknown>): Promise<void> {
  await assert.rejects(answer, LimitExceeded)
}
