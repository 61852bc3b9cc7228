// The main job on real input, through the official client: what is stored, what is sealed, what survives. Every line
// checks what it states; a failed check makes the program exit with 1.
import { createHash, randomBytes, randomInt } from "node:crypto"
import { createReadStream } from "node:fs"
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type OSS from "ali-oss"
import KmsClient from "@alicloud/pop-core"
import { ossClient } from "./oss-client.ts"
import { startServerProcess, type ServerProcess } from "./server-process.ts"

const BUCKET = "demo-bucket"
const MARKER = `OSSEAL-DEMO-MARKER-${randomBytes(16).toString("hex")}`
const SMALL_FILES = 50

interface Line {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
  readonly ms: number
}

const lines: Line[] = []

/** Runs one step and prints its line; `step` returns the detail or throws. */
async function show(what: string, step: () => Promise<string>): Promise<void> {
  const startedMs = performance.now()
  let ok = true
  let detail: string
  try {
    detail = await step()
  } catch (error) {
    ok = false
    detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
  const line = { what, ok, detail, ms: performance.now() - startedMs }
  lines.push(line)
  const time = `${(line.ms / 1000).toFixed(2)} s`.padStart(9)
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${time}  ${what.padEnd(58)} ${detail}\n`)
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256")
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest("hex")
}

async function kms(
  server: ServerProcess,
  action: string,
  parameters: Record<string, string>,
): Promise<Record<string, unknown>> {
  const client = new KmsClient({
    endpoint: server.kmsEndpoint,
    apiVersion: "2016-01-20",
    accessKeyId: server.accessKeyId,
    accessKeySecret: server.accessKeySecret,
  })
  return await client.request<Record<string, unknown>>(action, parameters, { method: "POST" })
}

const KMS_HEADERS = { "x-oss-server-side-encryption": "KMS" }
const AES_HEADERS = { "x-oss-server-side-encryption": "AES256" }

function bytesOf(result: { content?: unknown }): Buffer {
  return result.content as Buffer
}

function headersOf(result: { res: unknown }): Record<string, string> {
  return (result.res as { headers: Record<string, string> }).headers
}

/** The code of the error that `attempt` must end with. */
async function errorCode(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
  throw new Error("the request succeeded, but it must not")
}

/** A file that starts and ends with the marker and is otherwise random. */
function markedBytes(sizeBytes: number): Buffer {
  return Buffer.concat([
    Buffer.from(MARKER),
    randomBytes(Math.max(0, sizeBytes - 2 * MARKER.length)),
    Buffer.from(MARKER),
  ])
}

async function storeFiles(oss: OSS, big: string, small: Map<string, Buffer>): Promise<void> {
  await show("PutBucket", async () => {
    await oss.putBucket(BUCKET)
    return BUCKET
  })
  await show("multipart upload of the Node binary under KMS", async () => {
    const { size } = await stat(big)
    check(size > 100e6, `the binary has only ${size} bytes`)
    const options = { partSize: 8 * 1024 * 1024, parallel: 4, headers: KMS_HEADERS }
    await oss.multipartUpload("bin/node", big, options)
    return `${(size / 1e6).toFixed(1)} MB`
  })
  await show(`${SMALL_FILES} small files under AES256`, async () => {
    for (const [name, bytes] of small) await oss.put(name, bytes, { headers: AES_HEADERS })
    return `${[...small.values()].reduce((sum, bytes) => sum + bytes.length, 0)} bytes`
  })
  await show("one file without the header", async () => {
    await oss.put("unmarked.bin", markedBytes(300_000))
    const head = headersOf(await oss.head("unmarked.bin"))
    check(head["x-oss-server-side-encryption"] === undefined, "HEAD reports encryption")
    return "HEAD reports none (the bytes are sealed nevertheless)"
  })
}

async function readBack(oss: OSS, big: string, small: Map<string, Buffer>): Promise<void> {
  await show("the binary read back whole, SHA-256 equal", async () => {
    const content = bytesOf(await oss.get("bin/node"))
    const expected = await sha256OfFile(big)
    check(sha256(content) === expected, "SHA-256 differs")
    return expected.slice(0, 16)
  })
  await show("20 random ranges of the binary", async () => {
    const original = await readFile(big)
    for (let round = 0; round < 20; round += 1) {
      const first = randomInt(original.length)
      const last = Math.min(original.length - 1, first + randomInt(3_000_000))
      const headers = { Range: `bytes=${first}-${last}` }
      const content = bytesOf(await oss.get("bin/node", { headers }))
      check(content.equals(original.subarray(first, last + 1)), `bytes ${first} to ${last} differ`)
    }
    return "each equals the slice"
  })
  await show("the small files read back, SHA-256 equal", async () => {
    for (const [name, bytes] of small) {
      const content = bytesOf(await oss.get(name))
      check(sha256(content) === sha256(bytes), `${name} differs`)
    }
    return `${small.size} files`
  })
}

async function copyListHead(oss: OSS): Promise<void> {
  await show("CopyObject without the header: encryption is not inherited", async () => {
    const name = [...(await oss.listV2({ prefix: "small/", "max-keys": "1" }, {})).objects][0]?.name
    check(name !== undefined, "nothing listed")
    await oss.copy("copy/plain", name)
    const head = headersOf(await oss.head("copy/plain"))
    check(head["x-oss-server-side-encryption"] === undefined, "the copy reports encryption")
    return `${name} -> copy/plain`
  })
  await show("CopyObject under KMS", async () => {
    await oss.copy("copy/kms", "copy/plain", { headers: KMS_HEADERS })
    const head = headersOf(await oss.head("copy/kms"))
    check(head["x-oss-server-side-encryption"] === "KMS", "the copy does not report KMS")
    return `CMK ${head["x-oss-server-side-encryption-key-id"] ?? "?"}`
  })
  await show("ListObjectsV2", async () => {
    const listed = await oss.listV2({ "max-keys": "1000" }, {})
    check(listed.objects.length === SMALL_FILES + 4, `${listed.objects.length} objects`)
    return `${listed.objects.length} objects`
  })
  await show("HeadObject of the binary", async () => {
    const head = headersOf(await oss.head("bin/node"))
    check(head["x-oss-server-side-encryption"] === "KMS", "no KMS header")
    return `KMS, ETag ${head["etag"] ?? "?"}, crc64 ${head["x-oss-hash-crc64ecma"] ?? "?"}`
  })
}

async function keyStates(server: ServerProcess, oss: OSS): Promise<void> {
  let cmkId = ""
  await show("a CMK of our own; an object under it", async () => {
    const created = await kms(server, "CreateKey", { Description: "demo" })
    cmkId = (created["KeyMetadata"] as { KeyId: string }).KeyId
    const headers = { ...KMS_HEADERS, "x-oss-server-side-encryption-key-id": cmkId }
    await oss.put("own-cmk", markedBytes(50_000), { headers })
    return cmkId
  })
  await show("CMK disabled: GET fails, an AES256 GET still works", async () => {
    await kms(server, "DisableKey", { KeyId: cmkId })
    const code = await errorCode(oss.get("own-cmk"))
    check(code === "KeyDisabled", `GET answered ${code}`)
    await oss.get("small/0")
    return `${code}; AES256 readable`
  })
  await show("CMK enabled: GET works again", async () => {
    await kms(server, "EnableKey", { KeyId: cmkId })
    await oss.get("own-cmk")
    return "readable"
  })
}

/** Kills the server in the middle of an upload, starts it again and checks the result. */
async function crash(
  directory: string,
  server: ServerProcess,
  big: string,
): Promise<ServerProcess> {
  const oss = ossClient(server, BUCKET)
  await show("SIGKILL in the middle of an upload", async () => {
    const upload = oss.put("half", big).then(
      () => "acknowledged",
      () => "not acknowledged",
    )
    await new Promise((resolve) => setTimeout(resolve, 150))
    await server.kill()
    return await upload
  })
  const again = await startServerProcess(directory)
  await show("after the restart", async () => {
    const listed = await ossClient(again, BUCKET).listV2({ "max-keys": "1000" }, {})
    const names = listed.objects.map((object) => object.name)
    check(!names.includes("half"), "the incomplete object is listed")
    const content = bytesOf(await ossClient(again, BUCKET).get("bin/node"))
    check(sha256(content) === (await sha256OfFile(big)), "bin/node differs")
    return `${names.length} objects, none half-written; bin/node whole`
  })
  return again
}

async function* filesUnder(directory: string): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) yield join(entry.parentPath, entry.name)
  }
}

async function searchMarker(directory: string): Promise<string> {
  const marker = Buffer.from(MARKER)
  let searched = 0
  for await (const path of filesUnder(directory)) {
    const bytes = await readFile(path)
    searched += bytes.length
    check(!bytes.includes(marker), `the marker is in ${path}`)
  }
  check(searched > 100e6, `only ${searched} bytes searched`)
  return `absent from ${(searched / 1e6).toFixed(0)} MB`
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-demo-"))
  const data = join(directory, "data")
  // The binary with the marker at both ends, so that its plaintext can be searched for on disk.
  const big = join(directory, "node")
  await writeFile(
    big,
    Buffer.concat([Buffer.from(MARKER), await readFile(process.execPath), Buffer.from(MARKER)]),
  )
  const small = new Map(
    Array.from({ length: SMALL_FILES }, (_, index) => [
      `small/${index}`,
      markedBytes(200 + randomInt(60_000)),
    ]),
  )
  let server = await startServerProcess(data)
  try {
    const oss = ossClient(server, BUCKET)
    await storeFiles(oss, big, small)
    await readBack(oss, big, small)
    await copyListHead(oss)
    await keyStates(server, oss)
    server = await crash(data, server, big)
    await show("graceful stop", async () => {
      const code = await server.stop()
      check(code === 0, `exit code ${code}`)
      return "exit code 0"
    })
    await show("the marker in every byte of the data directory", () => searchMarker(data))
  } finally {
    server.process.kill("SIGKILL")
    await rm(directory, { recursive: true, force: true })
  }
  const failed = lines.filter((line) => !line.ok).length
  process.stdout.write(`${lines.length - failed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 ? 0 : 1
}

await main()
