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
