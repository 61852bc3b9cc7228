// Random requests to a server and to a model of the rules, which must agree at every step.
import assert from "node:assert/strict"
import { versionOf } from "./bucket-model.ts"
import { deleteBucket, replaceBucket, replaceFullBuckets } from "./bucket-steps.ts"
import {
  changeBucketAcl,
  changeCmk,
  changeDefaultEncryption,
  crash,
  enableAllCmks,
  restart,
} from "./event-steps.ts"
import {
  listAllVersions,
  listByTokens,
  listOnePage,
  listOpenUploads,
  readStat,
} from "./listing-steps.ts"
import {
  changeObjectAcl,
  checkObjectTold,
  copyObject,
  deleteMany,
  deleteObject,
  putObject,
  readObject,
  readOnCondition,
  readRange,
} from "./object-steps.ts"
import {
  BUCKETS,
  bucketOf,
  FEATURES,
  type Features,
  isCarriedOut,
  type Run,
  startRun,
} from "./run.ts"
import { copyPart, endUpload, initiateUpload, listParts, sendPart } from "./upload-steps.ts"
import { appendObject, changeVersioning, deleteVersion, readVersion } from "./version-steps.ts"

interface Step {
  readonly weight: number
  readonly take: (run: Run) => Promise<void>
  readonly feature?: keyof Features
}

/** How often each step is taken, relative to the others. */
const STEPS: Readonly<Record<string, Step>> = {
  putObject: { weight: 200, take: putObject },
  copyObject: { weight: 60, take: copyObject },
  readObject: { weight: 160, take: readObject },
  readRange: { weight: 100, take: readRange },
  readOnCondition: { weight: 30, take: readOnCondition },
  deleteObject: { weight: 70, take: deleteObject },
  deleteMany: { weight: 20, take: deleteMany },
  changeObjectAcl: { weight: 20, take: changeObjectAcl },
  listOnePage: { weight: 70, take: listOnePage },
  listByTokens: { weight: 20, take: listByTokens },
  listOpenUploads: { weight: 20, take: listOpenUploads },
  readStat: { weight: 10, take: readStat },
  initiateUpload: { weight: 30, take: initiateUpload },
  sendPart: { weight: 70, take: sendPart },
  copyPart: { weight: 20, take: copyPart },
  listParts: { weight: 15, take: listParts },
  endUpload: { weight: 40, take: endUpload },
  changeCmk: { weight: 15, take: changeCmk },
  changeDefaultEncryption: { weight: 8, take: changeDefaultEncryption },
  changeBucketAcl: { weight: 6, take: changeBucketAcl },
  replaceBucket: { weight: 1, take: replaceBucket },
  restart: { weight: 3, take: restart },
  sweep: { weight: 4, take: (run) => run.sweep() },
  crashAfterPut: { weight: 2, take: (run) => crash(run, putObject) },
  crashAfterDelete: { weight: 1, take: (run) => crash(run, deleteObject) },
  crashAfterPart: { weight: 2, take: (run) => crash(run, sendPart) },
  crashAfterUpload: { weight: 2, take: (run) => crash(run, endUpload) },
  changeVersioning: { weight: 4, take: changeVersioning, feature: "versioning" },
  readVersion: { weight: 60, take: readVersion, feature: "versioning" },
  deleteVersion: { weight: 40, take: deleteVersion, feature: "versioning" },
  listAllVersions: { weight: 40, take: listAllVersions, feature: "versioning" },
  appendObject: { weight: 50, take: appendObject, feature: "append" },
}

/** The model and the server disagree. */
export class ModelMismatch extends Error {
  override name = "ModelMismatch"
}

/** The names of the steps, each as often as its weight. */
function stepsOf(features: Features): string[] {
  return Object.entries(STEPS).flatMap(([name, { weight, feature }]) =>
    feature === undefined || features[feature] ? Array.from({ length: weight }, () => name) : [],
  )
}

/**
 * Takes the given number of steps, and reads everything back at the end. Throws ModelMismatch, which says how to
 * reproduce it. `report` receives the number of steps taken, from time to time.
 */
export async function runModel(input: {
  readonly seed: number
  readonly steps: number
  readonly features?: Features
  readonly gateways?: number
  readonly report?: (taken: number) => void
}): Promise<void> {
  const { seed, steps, features = FEATURES, gateways = 1, report } = input
  const run = await startRun(seed, features, gateways)
  const names = stepsOf(features)
  let taken = 0
  let name = "the end"
  try {
    for (; taken < steps; taken += 1) {
      name = run.random.pick(names) ?? ""
      await STEPS[name]?.take(run)
      await replaceFullBuckets(run)
      if (taken % 1000 === 999) report?.(taken + 1)
    }
    name = "reading everything back"
    await readBack(run)
    name = "deleting everything"
    for (const bucketName of BUCKETS) await deleteBucket(run, bucketName)
    await run.sweep()
    await run.stop()
    assert.deepEqual(await run.leftovers(), [], "nothing is left of what was deleted")
    await run.remove()
  } catch (error) {
    await run.stop()
    const more = gateways > 1 ? ` --gateways ${gateways}` : ""
    const again = `npm run model -- --seed ${seed} --steps ${taken + 1}${more}`
    const why = error instanceof Error ? error.message : String(error)
    throw new ModelMismatch(`step ${taken + 1}, ${name}: ${why}\nTo see it again: ${again}`, {
      cause: error,
    })
  }
}

async function readBack(run: Run): Promise<void> {
  await enableAllCmks(run)
  await run.restart()
  for (const bucketName of BUCKETS) {
    const bucket = bucketOf(run, bucketName)
    for (const [objectKey, [newest]] of bucket.versions) {
      const answer = await run.send({ method: "GET", bucketName, objectKey })
      const current = newest && versionOf(bucket, objectKey, newest.versionId)
      if (current?.kind !== "object") {
        isCarriedOut(answer, ["NoSuchKey"])
        continue
      }
      isCarriedOut(answer, [])
      checkObjectTold(run, answer, current)
      assert(answer.body.equals(current.bytes), `the bytes of ${objectKey}`)
    }
  }
}
