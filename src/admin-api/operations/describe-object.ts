import { parseObjectKey } from "../../objects/names.ts"
import { loadVersion } from "../../objects/read.ts"
import { VERSION_ERRORS } from "../errors.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofReading } from "../needs.ts"
import { createAliasFinder, detailOf, selectorOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { objectDetail, oneObject } from "../schemas/object.ts"

export const describeObject: Operation = defineOperation({
  name: "describeObject",
  tag: "objects",
  summary: "One version of an object; uses no key",
  method: "GET",
  path: "/api/buckets/{bucket}/object",
  parameters: oneObject,
  output: objectDetail,
  errors: VERSION_ERRORS,
  needs: ofReading,
  run: async (call, { bucket: name, objectKey: key, versionId: id }) => {
    const bucket = await ownBucket(call, name)
    const target = { caller: call.caller, bucket, objectKey: parseObjectKey(key) }
    const { record, isLatest } = await loadVersion(call.store, target, selectorOf(id))
    return detailOf(key, record, isLatest, createAliasFinder(call))
  },
})
