import assert from "node:assert/strict"
import { test } from "node:test"
import {
  appendOf,
  openBucket,
  openStore,
  OWNER,
  readBytes,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { assertNothingLeft } from "../../test/objects/soundness.ts"
import { appendObject } from "./append.ts"
import { deleteObject } from "./delete.ts"

for (const length of ["the same", "another"] as const) {
  test(`an append to an object that was made anew at ${length} length meanwhile is refused`, async () => {
    const { store } = openStore()
    await openBucket(store, "never")
    const target = await targetOf(store, "log", OWNER)
    await appendObject(store, target, appendOf(0, "first"))
    const anew = length === "the same" ? "other" : "longer than the first"
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(" and ")
      await deleteObject(store, target, undefined)
      await appendObject(store, target, appendOf(0, anew))
      yield Buffer.from("second")
    }
    const late = { ...appendOf(5, ""), incoming: { chunks: slowly(), bytesMax: 100 } }
    await assert.rejects(appendObject(store, target, late), { code: "PositionMissed" })
    assert.equal((await readBytes(store, target)).toString(), anew)
    await sweep(store)
    await assertNothingLeft(store)
  })
}
