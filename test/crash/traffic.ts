// Mixed traffic that is interrupted again and again, and what must be found afterwards.
import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { setTimeout as delay } from "node:timers/promises"
import type { ServerProcess } from "../../scripts/server-process.ts"
import { seededRandom } from "../model/random.ts"
import { checkFound, MARKER, UNKNOWN_NAME } from "./known-name.ts"
import {
  listParts,
  listUploads,
  readBucket,
  readVersioning,
  send,
  unlessRefused,
  versioningBody,
} from "./requests.ts"
import {
  completeUpload,
  contentOf,
  contentWith,
  newWriter,
  type OpenUpload,
  type RoundState,
  type Writer,
  writeUntilGone,
} from "./writer.ts"

/** Half of them keep versions. */
const WRITERS = 6

export interface Traffic {
  /** Part of every content. */
  readonly canary: string
  /** Of contents, in hexadecimal. */
  readonly md5s: ReadonlySet<string>
  /**
   * Creates the buckets, and checks that everything in them is complete and is what was acknowledged, or was in
   * progress.
   */
  check(server: ServerProcess): Promise<void>
  /** Writes until the server is gone. Throws when a request fails while it is `running`. */
  write(server: ServerProcess, state: () => RoundState): Promise<void>
  /** How many versions there are. */
  versions(): number
}

/** The seed decides what is requested; when it is interrupted depends on the machine. */
export function createTraffic(seed: number): Traffic {
  const canary = `CANARY-${randomBytes(24).toString("hex")}`
  const md5s = new Set<string>()
  const newContent = (sizeBytes: number): Buffer => {
    const content = contentWith(canary, sizeBytes)
    md5s.add(createHash("md5").update(content).digest("hex"))
    return content
  }
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    newWriter(`crash-bucket-${index}`, seededRandom(seed * WRITERS + index), newContent),
  )
  return {
    canary,
    md5s,
    async check(server) {
      await Promise.all(writers.map((writer, index) => check(writer, server, index % 2 === 0)))
    },
    async write(server, state) {
      await Promise.all(writers.map((writer) => writeUntilGone(writer, server, state)))
    },
    versions: () =>
      writers
        .flatMap(({ names }) => [...names.values()])
        .reduce((sum, { states }) => sum + (states[0]?.length ?? 0), 0),
  }
}

async function check(writer: Writer, server: ServerProcess, isVersioned: boolean): Promise<void> {
  const { bucketName } = writer
  await send(server, { method: "PUT", bucketName })
  await checkVersioning(writer, server, isVersioned)
  await checkNames(writer, server)
  if (writer.upload !== undefined) await checkUpload(writer, server, writer.upload)
  writer.upload = undefined
  for (const { objectKey, uploadId } of await listUploads(server, bucketName)) {
    assert(writer.initiating.has(objectKey), `${uploadId} of ${objectKey} had ended`)
    await send(server, { method: "DELETE", bucketName, objectKey, query: { uploadId } })
  }
  writer.initiating.clear()
}

async function checkVersioning(
  writer: Writer,
  server: ServerProcess,
  isVersioned: boolean,
): Promise<void> {
  const { bucketName, versionings } = writer
  const found = await readVersioning(server, bucketName)
  assert(versionings.includes(found), `${bucketName}: ${found} is none of ${versionings.join()}`)
  writer.versionings = [found]
  if (!isVersioned || found !== "never") return
  const body = versioningBody("Enabled")
  await send(server, { method: "PUT", bucketName, query: { versioning: "" }, body })
  writer.versionings = ["Enabled"]
}

async function checkNames(writer: Writer, server: ServerProcess): Promise<void> {
  const { bucketName, names, appended } = writer
  const found = await readBucket(server, bucketName)
  for (const objectKey of new Set([...names.keys(), ...found.keys()])) {
    const name = names.get(objectKey) ?? UNKNOWN_NAME
    const label = `${bucketName}/${objectKey}`
    names.set(objectKey, checkFound(label, name, found.get(objectKey) ?? []))
  }
  const held = new Set([...found.values()].flat().map(({ holds }) => holds))
  for (const digest of appended.keys()) if (!held.has(digest)) appended.delete(digest)
  for (const { objectKey, holds } of await newestTold(server, bucketName, found)) {
    assert.notEqual(holds, MARKER, `${objectKey} is listed, and deleted`)
  }
}

/** The names of ListObjects, which must be those whose newest version is an object. */
async function newestTold(
  server: ServerProcess,
  bucketName: string,
  found: Awaited<ReturnType<typeof readBucket>>,
): Promise<{ objectKey: string; holds: string }[]> {
  const page = (await send(server, { method: "GET", bucketName })).body.toString()
  const names = Array.from(page.matchAll(/<Key>(.*?)<\/Key>/g), ([, objectKey = ""]) => objectKey)
  const newest = names.map((objectKey) => ({
    objectKey,
    holds: found.get(objectKey)?.[0]?.holds ?? MARKER,
  }))
  const objects = [...found.values()].filter(([first]) => first?.holds !== MARKER)
  assert.equal(newest.length, objects.length, `${bucketName}: as many names as newest objects`)
  return newest
}

/** Each waits some seconds in the server. */
const RECOVERY_TRIES = 5

/** An upload that was interrupted is an object, or still exists with its parts and can be completed. */
async function checkUpload(
  writer: Writer,
  server: ServerProcess,
  upload: OpenUpload,
): Promise<void> {
  const { bucketName, initiating } = writer
  const listed = await listUploads(server, bucketName)
  const isListed = listed.some(({ uploadId }) => uploadId === upload.uploadId)
  const newest = writer.names.get(upload.objectKey)?.states[0]?.[0]?.holds
  const isObject = newest !== undefined && contentsOf(upload).includes(newest)
  assert(!(isObject && isListed), `${upload.uploadId} is an object, and still there`)
  if (!isListed) {
    assert(isObject || !upload.isCertain, `${upload.uploadId} is gone`)
    return
  }
  const found = await listParts(server, bucketName, upload)
  upload.parts.forEach((possible, index) => {
    const etag = found.get(index + 1)
    const what = `part ${index + 1} of ${upload.uploadId}: ${etag}, none of ${possible.join()}`
    assert(possible.includes(etag), what)
  })
  const etags = [...found.values()]
  if (etags.length < upload.parts.length) {
    initiating.add(upload.objectKey)
    return
  }
  const session = { writer, server, isCertain: () => true }
  for (let tries = 0; ; tries += 1) {
    let isDone = false
    // The keeper must remove the mark of the interrupted Complete.
    const isOpen = await unlessRefused(
      "ServiceUnavailable",
      completeUpload(session, upload, etags).then((done) => (isDone = done)),
    )
    if (isOpen) {
      assert(isDone, `the parts of ${upload.uploadId} are as listed`)
      return
    }
    assert(tries < RECOVERY_TRIES, `${upload.uploadId} can be completed again`)
    await delay(100)
  }
}

/** What a Complete may have made of it. */
function contentsOf(upload: OpenUpload): string[] {
  const [first = [], second = []] = upload.parts
  return first.flatMap((one) =>
    second.flatMap((two) =>
      one === undefined || two === undefined ? [] : [contentOf(upload, [one, two])],
    ),
  )
}
