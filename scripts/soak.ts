// Uploads under load, reads everything twice and compares, to find faults that no single request shows.
import { createHash, randomBytes, randomInt } from "node:crypto"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type OSS from "ali-oss"
import { ossClient } from "./oss-client.ts"
import { type ServerProcess, startServerProcess } from "./server-process.ts"

const HELP = `npm run soak [-- OPTIONS]

Starts a server on a new directory. Connections put objects of many sizes, whole and in parts, with several parts of
one upload at a time, read each twice, and compare. On the first difference, the source, both reads and their metadata
are kept in a folder, and the exit code is 1.

  --minutes N       how long (default 3)
  --connections N   how many at a time (default 8)
  --keep DIR        where the folder of a difference goes (default: the folder of temporary files)
  --help            this text
`

const BUCKET = "soak"
const PART_BYTES = 102_400
const PARTS_MAX = 64
const PARTS_AT_A_TIME = 4

/** The result of one object. */
interface Outcome {
  readonly way: "PUT" | "parts"
  readonly source: Buffer
  readonly first: Buffer
  readonly second: Buffer
}

interface Sums {
  objects: number
  bytes: number
}

/** Around the sizes at which bytes take a different path: rows, segments, reads of a batch. */
function drawSize(): number {
  const around = [1000, 16_384, 65_536, 1_048_576, 6_000_000]
  const middle = around[randomInt(around.length)] ?? 1
  return randomInt(Math.floor(middle / 2), middle * 2)
}

async function putParts(client: OSS, name: string, source: Buffer): Promise<void> {
  const { uploadId } = await client.initMultipartUpload(name)
  const count = Math.min(Math.max(Math.floor(source.length / PART_BYTES), 1), PARTS_MAX)
  const partBytes = Math.ceil(source.length / count)
  const parts: { number: number; etag: string }[] = []
  let next = 1
  const uploadNext = async (): Promise<void> => {
    while (next <= count) {
      const number = next++
      const start = (number - 1) * partBytes
      const bytes = source.subarray(start, start + partBytes)
      const { etag } = await client.uploadPart(name, uploadId, number, bytes, 0, bytes.length)
      parts.push({ number, etag })
    }
  }
  await Promise.all(Array.from({ length: PARTS_AT_A_TIME }, uploadNext))
  parts.sort((left, right) => left.number - right.number)
  await client.completeMultipartUpload(name, uploadId, parts)
}

async function read(client: OSS, name: string): Promise<Buffer> {
  const { content } = (await client.get(name)) as { content: Buffer }
  return content
}

async function runOne(client: OSS, name: string): Promise<Outcome> {
  const source = randomBytes(drawSize())
  const way: Outcome["way"] = source.length > PART_BYTES && randomInt(2) === 0 ? "parts" : "PUT"
  if (way === "parts") await putParts(client, name, source)
  else await client.put(name, source)
  const outcome = { way, source, first: await read(client, name), second: await read(client, name) }
  await client.delete(name)
  return outcome
}

function isEqual({ source, first, second }: Outcome): boolean {
  return source.equals(first) && source.equals(second)
}

/** Returns the folder. */
async function keep(parent: string, name: string, outcome: Outcome): Promise<string> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, "osseal-soak-difference-"))
  const { source, first, second, way } = outcome
  const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex")
  const told = { name, way, source: sha256(source), first: sha256(first), second: sha256(second) }
  await writeFile(join(folder, "source"), source)
  await writeFile(join(folder, "first-read"), first)
  await writeFile(join(folder, "second-read"), second)
  await writeFile(join(folder, "told.json"), `${JSON.stringify(told, undefined, 2)}\n`)
  return folder
}

interface Soak {
  readonly server: ServerProcess
  readonly endMs: number
  readonly keepIn: string
  readonly sums: Sums
  /** The folder of the first difference. */
  difference: string | undefined
}

async function runConnection(soak: Soak, connection: number): Promise<void> {
  const client = ossClient(soak.server, BUCKET)
  for (let count = 0; performance.now() < soak.endMs; count += 1) {
    if (soak.difference !== undefined) return
    const name = `${connection}/${count}`
    const outcome = await runOne(client, name)
    soak.sums.objects += 1
    soak.sums.bytes += outcome.source.length
    if (!isEqual(outcome)) soak.difference ??= await keep(soak.keepIn, name, outcome)
  }
}

async function main(minutes: number, connections: number, keepIn: string): Promise<number> {
  if (!(minutes > 0) || !Number.isSafeInteger(connections) || connections < 1) {
    process.stderr.write("osseal: --minutes and --connections take numbers above 0\n")
    return 2
  }
  const directory = await mkdtemp(join(tmpdir(), "osseal-soak-"))
  const server = await startServerProcess(directory)
  const sums: Sums = { objects: 0, bytes: 0 }
  const endMs = performance.now() + minutes * 60_000
  const soak: Soak = { server, endMs, keepIn, sums, difference: undefined }
  try {
    await ossClient(server, BUCKET).putBucket(BUCKET)
    await Promise.all(Array.from({ length: connections }, (_, index) => runConnection(soak, index)))
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
  const mib = Math.round(sums.bytes / 1024 ** 2)
  process.stdout.write(
    `${sums.objects} objects of ${mib} MiB, each read twice, in ${minutes} min: `,
  )
  if (soak.difference === undefined) {
    process.stdout.write("all bytes are equal\n")
    return 0
  }
  process.stdout.write(`a difference, kept in ${soak.difference}\n`)
  return 1
}

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    connections: { type: "string", default: "8" },
    keep: { type: "string", default: tmpdir() },
    help: { type: "boolean", default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else {
  process.exitCode = await main(Number(values.minutes), Number(values.connections), values.keep)
}
