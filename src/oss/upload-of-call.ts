import { RuleBroken } from "../objects/rule-broken.ts"
import { loadUpload, type Upload } from "../objects/uploads.ts"
import { invalidArgument, OssError } from "./errors.ts"
import type { ObjectCall } from "./operation.ts"

const PART_NUMBER_MAX = 10_000

/** The upload that the parameter uploadId names. Throws NoSuchUpload, with an EC that depends on the operation. */
export async function uploadOfCall(call: ObjectCall, ec?: string): Promise<Upload> {
  const uploadId = call.request.parameter("uploadId") ?? ""
  try {
    return await loadUpload(call.store, call, uploadId)
  } catch (error) {
    if (!(error instanceof RuleBroken) || error.code !== "UploadNotFound") throw error
    throw new OssError("NoSuchUpload", {
      fields: { UploadId: uploadId },
      ...(ec === undefined ? {} : { ec }),
    })
  }
}

/** Throws InvalidArgument unless the parameter partNumber is 1 to 10,000. */
export function partNumberOfCall({ request }: ObjectCall): number {
  const value = request.parameter("partNumber") ?? ""
  const partNumber = /^\d{1,5}$/.test(value) ? Number(value) : NaN
  if (partNumber >= 1 && partNumber <= PART_NUMBER_MAX) return partNumber
  throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive.", {
    name: "partNumber",
    value,
  })
}
