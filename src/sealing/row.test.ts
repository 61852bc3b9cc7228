import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { describe, test } from "node:test"
import fc from "fast-check"
import { randomBytes } from "../base/random.ts"
import { openRow, ROW_OVERHEAD_BYTES, rowGeneration, sealRow } from "./row.ts"
import { SealBroken } from "./seal-broken.ts"

describe("a sealed row", () => {
  const rowKeyMaterial = createSecretKey(randomBytes(32))
  const otherMaterial = createSecretKey(randomBytes(32))
  const rowKey = Buffer.from("row")

  test("opens only for its row key, and reports its generation", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        fc.nat({ max: 2 ** 32 - 1 }),
        (record, generation) => {
          const value = sealRow({ rowKeyMaterial, generation, rowKey, record })
          assert.equal(value.length, record.length + ROW_OVERHEAD_BYTES)
          assert.equal(rowGeneration(value), generation)
          assert.deepEqual(openRow({ rowKeyMaterial, rowKey, value }), Buffer.from(record))
          const moved = { rowKeyMaterial, rowKey: Buffer.from("rox"), value }
          assert.throws(() => openRow(moved), SealBroken)
          const otherKey = { rowKeyMaterial: otherMaterial, rowKey, value }
          assert.throws(() => openRow(otherKey), SealBroken)
        },
      ),
    )
  })

  test("with a flipped bit outside its generation does not open", () => {
    const record = Buffer.from("a record")
    const value = sealRow({ rowKeyMaterial, generation: 7, rowKey, record })
    for (let at = 0; at < value.length; at += 1) {
      if (at >= 1 && at < 5) continue // names the key; another generation is another key
      const damaged = Buffer.from(value)
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      assert.throws(() => openRow({ rowKeyMaterial, rowKey, value: damaged }), SealBroken)
    }
  })

  test("that was truncated or extended does not open, and one that is too short has no generation", () => {
    const value = sealRow({ rowKeyMaterial, generation: 7, rowKey, record: Buffer.from("abc") })
    for (let length = 0; length < value.length; length += 1) {
      const cut = value.subarray(0, length)
      assert.throws(() => openRow({ rowKeyMaterial, rowKey, value: cut }), SealBroken)
      if (length >= ROW_OVERHEAD_BYTES) assert.equal(rowGeneration(cut), 7)
      else assert.throws(() => rowGeneration(cut), SealBroken)
    }
    const longer = Buffer.concat([value, Buffer.alloc(1)])
    assert.throws(() => openRow({ rowKeyMaterial, rowKey, value: longer }), SealBroken)
  })

  test("is never twice the same", () => {
    const input = { rowKeyMaterial, generation: 7, rowKey, record: Buffer.from("same") }
    assert.ok(!sealRow(input).equals(sealRow(input)))
  })
})
