import { z } from "zod"
import type { KeyVersionUse } from "../../objects/cmk-uses.ts"
import { readKeySurroundings } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketName, count } from "../schemas/fields.ts"
import { keyUses, lastUse, oneKey } from "../schemas/key.ts"
import { named } from "../schemas/named.ts"

const BUCKETS_SHOWN_MAX = 100

interface DependentBucket {
  readonly name: string | null
  readonly isDefault: boolean
  readonly objectVersions: number
  readonly objectBytes: number
  readonly uploads: number
  readonly uploadBytes: number
}

const NOTHING = { objectVersions: 0, objectBytes: 0, uploads: 0, uploadBytes: 0 }

/** A CMK with several versions has several lines for a bucket. */
function bucketsOf(
  lines: readonly KeyVersionUse[],
  defaultOf: readonly string[],
): DependentBucket[] {
  const buckets = new Map<string | null, DependentBucket>()
  for (const name of defaultOf) buckets.set(name, { name, isDefault: true, ...NOTHING })
  for (const line of lines) {
    const name = line.bucketName ?? null
    const before = buckets.get(name) ?? { name, isDefault: false, ...NOTHING }
    buckets.set(name, {
      ...before,
      objectVersions: before.objectVersions + line.versionCount,
      objectBytes: before.objectBytes + line.versionBytes,
      uploads: before.uploads + line.uploadCount,
      uploadBytes: before.uploadBytes + line.partBytes,
    })
  }
  return [...buckets.values()]
}

const dependentBucket = named(
  "DependentBucket",
  z.object({
    name: bucketName.nullable().describe("null when the record of the bucket is damaged"),
    isDefault: z.boolean().describe("whether the bucket's default encryption names the CMK"),
    objectVersions: count,
    objectBytes: count,
    uploads: count,
    uploadBytes: count,
  }),
)

/** Shown before a CMK is disabled or its deletion is scheduled. */
export const describeDependants: Operation = defineOperation({
  name: "describeDependants",
  tag: "keys",
  summary: "What depends on a CMK",
  method: "GET",
  path: "/api/keys/{cmkId}/dependants",
  parameters: oneKey,
  output: named(
    "Dependants",
    z.object({
      uses: keyUses,
      bucketCount: count,
      buckets: z.array(dependentBucket).describe("the 100 with the most object versions"),
      lastUse,
    }),
  ),
  errors: ["KeyNotFound"],
  needs: askedOfWhatIsNamed,
  run: async (call, { cmkId: id }) => {
    const cmk = await call.keyService.describeCmk(call.caller, id)
    const surroundings = await readKeySurroundings(call)
    const buckets = bucketsOf(await surroundings.linesOf(cmk), surroundings.defaultOf(cmk))
    return {
      uses: await surroundings.usesOf(cmk),
      bucketCount: buckets.length,
      buckets: buckets
        .sort((left, right) => right.objectVersions - left.objectVersions)
        .slice(0, BUCKETS_SHOWN_MAX),
      lastUse: surroundings.lastUseOf(cmk),
    }
  },
})
