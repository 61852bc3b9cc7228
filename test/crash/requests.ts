// The requests of the traffic, and what a bucket is found to contain.
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import type { ServerProcess } from "../../scripts/server-process.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "../oss/signed-client.ts"
import { MARKER, type Versioning, type Versions } from "./known-name.ts"

/** A refusal; a cut connection is a different error. */
export class Refused extends Error {
  override name = "Refused"
  readonly code: string
  constructor(
    { status, code = String(status) }: SignedAnswer,
    { method, objectKey = "" }: SignedRequest,
  ) {
    super(`${method} ${objectKey}: ${status} ${code}`)
    this.code = code
  }
}

/** Sends a request; throws Refused, or the error of a cut connection. */
export async function send(server: ServerProcess, request: SignedRequest): Promise<SignedAnswer> {
  const answer = await sendSigned(server, request)
  if (answer.status >= 300) throw new Refused(answer, request)
  return answer
}

/** Whether the request was carried out; false when it was refused with that code. */
export async function unlessRefused(code: string, step: Promise<unknown>): Promise<boolean> {
  try {
    await step
    return true
  } catch (error) {
    if (error instanceof Refused && error.code === code) return false
    throw error
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}

export function versioningBody(versioning: Versioning): string {
  return `<VersioningConfiguration><Status>${versioning}</Status></VersioningConfiguration>`
}

export async function readVersioning(
  server: ServerProcess,
  bucketName: string,
): Promise<Versioning> {
  const answer = await send(server, { method: "GET", bucketName, query: { versioning: "" } })
  const status = /<Status>(\w+)</.exec(answer.body.toString())?.[1]
  if (status === undefined) return "never"
  assert(status === "Enabled" || status === "Suspended")
  return status
}

/** Every listed version, by name, newest first, each read to its last byte. */
export async function readBucket(
  server: ServerProcess,
  bucketName: string,
): Promise<Map<string, Versions>> {
  const found = new Map<string, Versions>()
  let marker: Record<string, string> = {}
  for (;;) {
    const query = { versions: "", "max-keys": "100", ...marker }
    const page = (await send(server, { method: "GET", bucketName, query })).body.toString()
    for (const [, kind = "", inside = ""] of page.matchAll(
      /<(Version|DeleteMarker)>(.*?)<\/\1>/gs,
    )) {
      const objectKey = textOf(inside, "Key")
      const versionId = textOf(inside, "VersionId")
      const isNewest = !found.has(objectKey)
      assert.equal(textOf(inside, "IsLatest"), String(isNewest), `the newest of ${objectKey}`)
      const place = { bucketName, objectKey, versionId, isNewest }
      const holds = kind === "DeleteMarker" ? MARKER : await readVersion(server, place)
      found.set(objectKey, [...(found.get(objectKey) ?? []), { versionId, holds }])
    }
    if (textOf(page, "IsTruncated") === "false") return found
    marker = {
      "key-marker": textOf(page, "NextKeyMarker"),
      "version-id-marker": textOf(page, "NextVersionIdMarker"),
    }
  }
}

/** By its id; the newest one without an id, as most clients read it. */
async function readVersion(
  server: ServerProcess,
  place: {
    readonly bucketName: string
    readonly objectKey: string
    readonly versionId: string
    readonly isNewest: boolean
  },
): Promise<string> {
  const { bucketName, objectKey, versionId, isNewest } = place
  const query: Record<string, string> = isNewest ? {} : { versionId }
  return digestOf((await send(server, { method: "GET", bucketName, objectKey, query })).body)
}

export interface ListedUpload {
  readonly objectKey: string
  readonly uploadId: string
}

export async function listUploads(
  server: ServerProcess,
  bucketName: string,
): Promise<ListedUpload[]> {
  const answer = await send(server, { method: "GET", bucketName, query: { uploads: "" } })
  const uploads = answer.body.toString().matchAll(/<Upload>(.*?)<\/Upload>/gs)
  return Array.from(uploads, ([, inside = ""]) => ({
    objectKey: textOf(inside, "Key"),
    uploadId: textOf(inside, "UploadId"),
  }))
}

/** The ETag of each part of an upload, by part number. */
export async function listParts(
  server: ServerProcess,
  bucketName: string,
  { objectKey, uploadId }: ListedUpload,
): Promise<Map<number, string>> {
  const request = { method: "GET", bucketName, objectKey, query: { uploadId } }
  const parts = (await send(server, request)).body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)
  return new Map(
    Array.from(parts, ([, inside = ""]) => [
      Number(textOf(inside, "PartNumber")),
      textOf(inside, "ETag").replaceAll('"', ""),
    ]),
  )
}

export function textOf(xml: string, name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(xml)?.[1] ?? ""
}

/** The ids that the response to a write returns: undefined in a bucket that was never versioned. */
export function versionIdOf({ headers }: SignedAnswer): string {
  const told = headers["x-oss-version-id"]
  return typeof told === "string" ? told : "null"
}

export async function complete(
  server: ServerProcess,
  bucketName: string,
  { objectKey, uploadId }: ListedUpload,
  etags: readonly string[],
): Promise<SignedAnswer> {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`
  return await send(server, { method: "POST", bucketName, objectKey, query: { uploadId }, body })
}
