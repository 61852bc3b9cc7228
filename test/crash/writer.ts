// One writer of the traffic, the only user of its bucket, so that it knows what each of its names must contain.
import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import type { ServerProcess } from "../../scripts/server-process.ts"
import type { Random } from "../model/random.ts"
import type { SignedRequest } from "../oss/signed-client.ts"
import {
  acknowledged,
  add,
  changeNewest,
  failed,
  type KnownName,
  latest,
  MARKER,
  NULL_VERSION,
  removeVersion,
  sent,
  UNKNOWN_NAME,
  type Versioning,
  type Versions,
} from "./known-name.ts"
import {
  complete,
  digestOf,
  type ListedUpload,
  send,
  textOf,
  unlessRefused,
  versionIdOf,
  versioningBody,
} from "./requests.ts"

/**
 * `running`: no request may fail. `killed`: the server is being killed; what it still returns counts. `losing power`:
 * what it returns no longer counts, because a machine without power returns nothing.
 */
export type RoundState = "running" | "killed" | "losing power"

/** An upload that has not ended, as far as is known. */
export interface OpenUpload extends ListedUpload {
  /** It was acknowledged, so it must exist, or have become an object. */
  readonly isCertain: boolean
  /** For each part, the ETags that it may have; undefined: it does not exist. */
  readonly parts: (string | undefined)[][]
  /** By ETag. */
  readonly contents: Map<string, Buffer>
}

export interface Writer {
  readonly bucketName: string
  readonly random: Random
  readonly newContent: (sizeBytes: number) => Buffer
  readonly names: Map<string, KnownName>
  /** Those that the bucket may be found to have, in the order in which they were requested. */
  versionings: Versioning[]
  /** Names for which an upload was requested; it may exist, under an id that nobody received. */
  readonly initiating: Set<string>
  upload: OpenUpload | undefined
  /** Of appendable objects, by digest. */
  readonly appended: Map<string, Buffer>
}

interface Session {
  readonly writer: Writer
  readonly server: ServerProcess
  /** Whether responses count now. */
  readonly isCertain: () => boolean
}

const ENCRYPTION = "x-oss-server-side-encryption"
const ENCRYPTIONS: readonly Record<string, string>[] = [
  {},
  { [ENCRYPTION]: "AES256" },
  { [ENCRYPTION]: "KMS" },
]
const SIZES = [0, 10, 4000, 20_000, 65_536, 150_000, 900_000] as const
const PART_BYTES = 110_000
const APPENDED_BYTES_MAX = 100_000
const VERSIONS_MAX = 5

function nameOf({ names }: Writer, objectKey: string): KnownName {
  return names.get(objectKey) ?? UNKNOWN_NAME
}

function versioningOf({ versionings }: Writer): Versioning {
  return versionings.at(-1) ?? "never"
}

function newestOf(writer: Writer, objectKey: string): string | undefined {
  const [newest] = latest(nameOf(writer, objectKey))
  return newest?.holds === MARKER ? undefined : newest?.holds
}

/** Sends a request that changes a name; `make` returns its result, given the id of the version that it created. */
async function change(
  { writer, server, isCertain }: Session,
  objectKey: string,
  make: (versionId: string | undefined) => Versions,
  request: Omit<SignedRequest, "bucketName" | "objectKey">,
): Promise<void> {
  const { bucketName, names } = writer
  const set = (name: KnownName): unknown => names.set(objectKey, name)
  const plannedId = versioningOf(writer) === "Enabled" ? undefined : NULL_VERSION
  const query = new URLSearchParams(request.query).toString()
  const line = `${request.method} ?${query} of ${request.body?.length ?? 0} bytes`
  set(sent(nameOf(writer, objectKey), line, [make(plannedId)]))
  try {
    const answer = await send(server, { ...request, bucketName, objectKey })
    set(acknowledged(nameOf(writer, objectKey), make(versionIdOf(answer)), isCertain()))
  } catch (error) {
    set(failed(nameOf(writer, objectKey), error))
    throw error
  }
}

/** How a new version changes the existing ones. */
function addition(
  writer: Writer,
  objectKey: string,
  holds: string,
): (versionId: string | undefined) => Versions {
  const before = latest(nameOf(writer, objectKey))
  const versioning = versioningOf(writer)
  return (versionId) => add(before, versioning, { versionId, holds })
}

function pickName({ random }: Writer): string {
  return `name${random.below(4)}`
}

function pickEncryption({ random }: Writer): Record<string, string> {
  return random.pick(ENCRYPTIONS) ?? {}
}

async function put(session: Session): Promise<void> {
  const { writer } = session
  const objectKey = pickName(writer)
  const body = writer.newContent(writer.random.pick(SIZES))
  const make = addition(writer, objectKey, digestOf(body))
  await change(session, objectKey, make, { method: "PUT", headers: pickEncryption(writer), body })
}

async function copy(session: Session): Promise<void> {
  const { writer } = session
  const [source, objectKey] = [pickName(writer), pickName(writer)]
  const holds = newestOf(writer, source)
  if (holds === undefined || source === objectKey) return
  const headers = {
    "x-oss-copy-source": `/${writer.bucketName}/${source}`,
    ...pickEncryption(writer),
  }
  await change(session, objectKey, addition(writer, objectKey, holds), { method: "PUT", headers })
}

async function append(session: Session): Promise<void> {
  const { writer } = session
  const objectKey = `log${writer.random.below(2)}`
  const holds = newestOf(writer, objectKey)
  const before = holds === undefined ? Buffer.alloc(0) : writer.appended.get(holds)
  assert(before !== undefined, "what was appended to is known")
  if (before.length > APPENDED_BYTES_MAX) {
    await remove(session, objectKey)
    return
  }
  const body = writer.newContent(writer.random.pick([10, 4000, 20_000]))
  const whole = Buffer.concat([before, body])
  const digest = digestOf(whole)
  writer.appended.set(digest, whole)
  const versions = latest(nameOf(writer, objectKey))
  const make =
    holds === undefined
      ? addition(writer, objectKey, digest)
      : (): Versions => changeNewest(versions, digest)
  const headers = holds === undefined ? pickEncryption(writer) : {}
  const query = { append: "", position: String(before.length) }
  await change(session, objectKey, make, { method: "POST", query, headers, body })
}

async function remove(session: Session, objectKey: string): Promise<void> {
  const { writer } = session
  const make = addition(writer, objectKey, MARKER)
  await change(session, objectKey, make, { method: "DELETE" })
}

async function removeAny(session: Session): Promise<void> {
  const { writer } = session
  const isLog = writer.random.chance(0.2)
  await remove(session, isLog ? `log${writer.random.below(2)}` : pickName(writer))
}

async function removeOneVersion(session: Session, objectKey: string): Promise<void> {
  const { writer } = session
  const versions = latest(nameOf(writer, objectKey))
  const versionId = writer.random.pick(versions)?.versionId
  if (versionId === undefined) return
  const make = (): Versions => removeVersion(versions, versionId)
  await change(session, objectKey, make, { method: "DELETE", query: { versionId } })
}

async function changeVersioning({ writer, server, isCertain }: Session): Promise<void> {
  const { bucketName, versionings } = writer
  if (versioningOf(writer) === "never") return
  const wanted = versioningOf(writer) === "Enabled" ? "Suspended" : "Enabled"
  versionings.push(wanted)
  const query = { versioning: "" }
  await send(server, { method: "PUT", bucketName, query, body: versioningBody(wanted) })
  if (isCertain()) writer.versionings = [wanted]
}

async function initiate({ writer, server, isCertain }: Session): Promise<OpenUpload> {
  const { bucketName } = writer
  const objectKey = pickName(writer)
  writer.initiating.add(objectKey)
  const request = { method: "POST", bucketName, objectKey, query: { uploads: "" } }
  const answer = await send(server, { ...request, headers: pickEncryption(writer) })
  const uploadId = textOf(answer.body.toString(), "UploadId")
  const parts = [[undefined], [undefined]]
  const upload = { objectKey, uploadId, isCertain: isCertain(), parts, contents: new Map() }
  if (upload.isCertain) writer.initiating.delete(objectKey)
  writer.upload = upload
  return upload
}

/** Resolves with the part's ETag. */
async function uploadPart(
  { writer, server, isCertain }: Session,
  upload: OpenUpload,
  partNumber: number,
): Promise<string> {
  const { objectKey, uploadId, parts, contents } = upload
  const body = writer.newContent(PART_BYTES)
  const etag = createHash("md5").update(body).digest("hex").toUpperCase()
  contents.set(etag, body)
  parts[partNumber - 1]?.push(etag)
  const query = { uploadId, partNumber: String(partNumber) }
  const { bucketName } = writer
  await send(server, { method: "PUT", bucketName, objectKey, query, body })
  if (isCertain()) parts[partNumber - 1] = [etag]
  return etag
}

export function contentOf({ contents }: OpenUpload, etags: readonly string[]): string {
  return digestOf(Buffer.concat(etags.flatMap((etag) => contents.get(etag) ?? [])))
}

/** Completes an upload; false when a part was not as listed. */
export async function completeUpload(
  { writer, server, isCertain }: Session,
  upload: OpenUpload,
  etags: readonly string[],
): Promise<boolean> {
  const { names, bucketName } = writer
  const { objectKey } = upload
  const before = nameOf(writer, objectKey)
  const make = addition(writer, objectKey, contentOf(upload, etags))
  const plannedId = versioningOf(writer) === "Enabled" ? undefined : NULL_VERSION
  names.set(objectKey, sent(before, `Complete ${upload.uploadId}`, [make(plannedId)]))
  const isDone = await unlessRefused(
    "InvalidPart",
    complete(server, bucketName, upload, etags).then((answer) => {
      const made = make(versionIdOf(answer))
      names.set(objectKey, acknowledged(nameOf(writer, objectKey), made, isCertain()))
    }),
  )
  if (!isDone) names.set(objectKey, before)
  return isDone
}

/** Two parts and a Complete; half of the time the first part is sent again on another connection at the same time. */
async function multipart(session: Session): Promise<void> {
  const { writer, isCertain } = session
  const upload = await initiate(session)
  const sentParts = [1, 2].map((number) => uploadPart(session, upload, number))
  await Promise.allSettled(sentParts)
  const etags = await Promise.all(sentParts)
  if (writer.random.chance(0.5)) await race(session, upload, etags)
  else assert(await completeUpload(session, upload, etags), "the parts are as listed")
  if (isCertain()) writer.upload = undefined
}

/** Exactly one of a Complete and a concurrent part succeeds. */
async function race(
  session: Session,
  upload: OpenUpload,
  [first = "", second = ""]: readonly string[],
): Promise<void> {
  const partBefore = upload.parts[0]
  let sentAnew: string | undefined
  const [completion, part] = await Promise.allSettled([
    completeUpload(session, upload, [first, second]),
    unlessRefused(
      "NoSuchUpload",
      uploadPart(session, upload, 1).then((etag) => (sentAnew = etag)),
    ),
  ])
  if (completion.status === "rejected") throw completion.reason
  if (part.status === "rejected") throw part.reason
  assert.notEqual(completion.value, part.value, "a Complete and a part that came beside it")
  if (sentAnew === undefined) {
    upload.parts[0] = partBefore ?? []
    return
  }
  assert(await completeUpload(session, upload, [sentAnew, second]), "the part that was sent anew")
}

const OPERATIONS: readonly { weight: number; take: (session: Session) => Promise<void> }[] = [
  { weight: 40, take: put },
  { weight: 12, take: removeAny },
  { weight: 15, take: append },
  { weight: 10, take: copy },
  { weight: 8, take: multipart },
  { weight: 8, take: (session) => removeOneVersion(session, pickName(session.writer)) },
  { weight: 3, take: changeVersioning },
]

const CHOICES = OPERATIONS.flatMap(({ weight, take }) => Array.from({ length: weight }, () => take))

/** Writes until the server is gone. Throws when a request fails while it is `running`. */
export async function writeUntilGone(
  writer: Writer,
  server: ServerProcess,
  state: () => RoundState,
): Promise<void> {
  const session = { writer, server, isCertain: () => state() !== "losing power" }
  const isKilled = (): boolean => state() === "killed"
  while (!isKilled()) {
    try {
      await writer.random.pick(CHOICES)?.(session)
      // An upload that ended without power may be found open, and then what came after it does not exist either.
      if (writer.upload !== undefined) return
      for (const [objectKey, name] of writer.names) {
        if (latest(name).length > VERSIONS_MAX) await removeOneVersion(session, objectKey)
      }
    } catch (error) {
      if (state() === "running" || error instanceof assert.AssertionError) throw error
      return
    }
  }
}

export function newWriter(
  bucketName: string,
  random: Random,
  newContent: Writer["newContent"],
): Writer {
  return {
    bucketName,
    random,
    newContent,
    names: new Map(),
    versionings: ["never"],
    initiating: new Set(),
    upload: undefined,
    appended: new Map(),
  }
}

/** Bytes with the canary at both ends. */
export function contentWith(canary: string, sizeBytes: number): Buffer {
  return Buffer.concat([Buffer.from(canary), randomBytes(sizeBytes), Buffer.from(canary)])
}
