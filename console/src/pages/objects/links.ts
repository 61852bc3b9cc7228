import { api, dataOf } from "../../api/client.ts"
import type { ObjectName, Presigned } from "../../api/queries.ts"

export interface LinkWish {
  readonly expiresSeconds: number
  /** Whether browsers save it instead of showing it. */
  readonly attachment: boolean
}

/** A presigned link to the object. */
export async function makeLink(object: ObjectName, wish: LinkWish): Promise<Presigned> {
  const { bucket, objectKey, versionId } = object
  const params = { path: { bucket } }
  const body = { objectKey, ...wish, ...(versionId === undefined ? {} : { versionId }) }
  return await dataOf(api.POST("/api/buckets/{bucket}/object/presign-download", { params, body }))
}

const DOWNLOAD_SECONDS = 300

/** Lets the browser save the object. */
export async function download(object: ObjectName): Promise<void> {
  const wish = { expiresSeconds: DOWNLOAD_SECONDS, attachment: true }
  const { url } = await makeLink(object, wish)
  const anchor = document.createElement("a")
  anchor.href = url
  anchor.rel = "noreferrer"
  anchor.click()
}
