// A write that names the version it replaces is refused if that version is no longer the newest, whatever came first.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ATTRIBUTES,
  openBucket,
  openStore,
  overtaken,
  put,
  readBytes,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { ROW_FAMILY } from "../storage/row-keys.ts"
import { deleteObject } from "./delete.ts"
import { loadVersion } from "./read.ts"
import { CURRENT } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import { putObject } from "./write.ts"

const NAME = "object"

// eslint-disable-next-line @typescript-eslint/require-await -- bytes come asynchronously, these at once
async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

for (const versioning of ["never", "enabled", "suspended"] as const) {
  for (const rival of ["writes", "deletes"] as const) {
    test(`a version is not replaced if somebody ${rival} the object first, where versions are ${versioning}`, async () => {
      const fixture = openStore()
      const { store } = fixture
      await openBucket(store, versioning)
      await put(store, await targetOf(store, NAME), Buffer.from("first"))
      const { record } = await loadVersion(store, await targetOf(store, NAME), CURRENT)
      const overtake = async (): Promise<void> => {
        const target = await targetOf(store, NAME)
        if (rival === "writes") await put(store, target, Buffer.from("rival"))
        else await deleteObject(store, target, undefined)
      }
      const late = overtaken(fixture, overtake)
      const replacing = putObject(late, await targetOf(late, NAME), {
        attributes: ATTRIBUTES,
        encryption: undefined,
        forbidOverwrite: false,
        replaced: record,
        incoming: { chunks: once("late"), bytesMax: 10 },
      })
      await assert.rejects(
        replacing,
        (error) => error instanceof RuleBroken && error.code === "ConditionFailed",
      )
      const reading = targetOf(store, NAME).then((target) => readBytes(store, target, CURRENT))
      if (rival === "writes") assert.equal(String(await reading), "rival")
      else await assert.rejects(reading, RuleBroken)
    })
  }
}

test("a read whose bytes are replaced after its version was read returns the new object", async () => {
  const { store } = openStore()
  await openBucket(store, "suspended")
  const target = await targetOf(store, "replaced meanwhile")
  await put(store, target, Buffer.from("before"))
  let isReplaced = false
  const metadata: typeof store.metadata = {
    ...store.metadata,
    async get(storeKeys) {
      const isInline = storeKeys.length === 1 && storeKeys[0]?.[0] === ROW_FAMILY.inline
      if (isInline && !isReplaced) {
        isReplaced = true
        await put(store, target, Buffer.from("after"))
      }
      return await store.metadata.get(storeKeys)
    },
  }
  assert.equal(String(await readBytes({ ...store, metadata }, target)), "after")
  assert.ok(isReplaced)
})
