// kill -9 at random moments of mixed traffic: every acknowledged object is whole, nothing is half there, fsck finds
// nothing, and no plaintext and no MD5 of it stands anywhere on the disk.
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { createHash, randomBytes, randomInt } from "node:crypto"
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import OSS from "ali-oss"
import { startServerProcess, type ServerProcess } from "../../scripts/server-process.ts"

const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 50)
const WRITERS = 6
const BUCKET = "crash-bucket"
const CANARY = `CANARY-${randomBytes(24).toString("hex")}`
const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts")

const ENCRYPTIONS = [
  {},
  { "x-oss-server-side-encryption": "AES256" },
  { "x-oss-server-side-encryption": "KMS" },
]

/** What the traffic knows of a name: what was acknowledged last, and what was under way when the server died. */
interface Known {
  acknowledged: string | undefined
  underWay: string | undefined
}

let directory = ""
const known = new Map<string, Known>()
/** Content by its SHA-256, so that what is read can be told. */
const md5s = new Set<string>()

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "osseal-crash-"))
})

after(async () => {
  await rm(directory, { recursive: true, force: true })
})

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex")
}

function client(server: ServerProcess): OSS {
  return new OSS({
    endpoint: server.ossEndpoint,
    region: `oss-${server.region}`,
    accessKeyId: server.accessKeyId,
    accessKeySecret: server.accessKeySecret,
    bucket: BUCKET,
    retryMax: 0,
    timeout: 20_000,
  } as OSS.Options)
}

function newContent(): Buffer {
  const sizes = [0, 10, 4000, 20_000, 150_000, 900_000]
  const bytes = randomBytes(sizes[randomInt(sizes.length)] ?? 0)
  const content = Buffer.concat([Buffer.from(CANARY), bytes, Buffer.from(CANARY)])
  md5s.add(createHash("md5").update(content).digest("hex"))
  return content
}

function knownOf(name: string): Known {
  const entry = known.get(name) ?? { acknowledged: undefined, underWay: undefined }
  known.set(name, entry)
  return entry
}

/** One writer, alone with its names, so that it knows what each of them must hold. */
async function write(oss: OSS, writer: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const name = `${writer}/${randomInt(8)}`
    const entry = knownOf(name)
    const action = randomInt(10)
    try {
      if (action === 0) {
        entry.underWay = "deleted"
        await oss.delete(name)
        entry.acknowledged = undefined
      } else {
        const content = newContent()
        // A copy, because ali-oss leaves the length of a part in what it is given.
        const headers = { ...ENCRYPTIONS[randomInt(ENCRYPTIONS.length)] }
        entry.underWay = digest(content)
        if (action < 3 && content.length > 300_000) {
          await oss.multipartUpload(name, content, { partSize: 110_000, parallel: 3, headers })
        } else {
          await oss.put(name, content, { headers })
        }
        entry.acknowledged = entry.underWay
      }
      entry.underWay = undefined
    } catch (error) {
      if (!isOver()) throw error
      return
    }
  }
}

/** Each name holds what was acknowledged last, or else what was under way when the server died; nothing third. */
async function check(oss: OSS): Promise<void> {
  for (const [name, entry] of known) {
    const found = await read(oss, name)
    const allowed =
      entry.underWay === undefined
        ? [entry.acknowledged]
        : [entry.acknowledged, entry.underWay === "deleted" ? undefined : entry.underWay]
    assert.ok(
      allowed.includes(found),
      `${name} holds ${found ?? "nothing"}, not ${allowed.join(" or ")}`,
    )
    entry.acknowledged = found
    entry.underWay = undefined
  }
}

async function read(oss: OSS, name: string): Promise<string | undefined> {
  try {
    return digest((await oss.get(name)).content as Buffer)
  } catch (error) {
    if ((error as { code?: string }).code === "NoSuchKey") return undefined
    throw error
  }
}

async function round(data: string): Promise<void> {
  const server = await startServerProcess(data)
  const oss = client(server)
  await oss.putBucket(BUCKET)
  await check(oss)
  let over = false
  // A client of its own for each: ali-oss keeps the parts of all its running uploads in one list.
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    write(client(server), writer, () => over),
  )
  await delay(50 + randomInt(350))
  over = true
  await server.kill()
  await Promise.all(writers)
}

test(`every acknowledged write survives ${ROUNDS} kills at random moments`, async () => {
  const data = join(directory, "data")
  for (let count = 0; count < ROUNDS; count += 1) await round(data)
  const server = await startServerProcess(data)
  await check(client(server))
  assert.equal(await server.stop(), 0)
  const written = [...known.values()].filter((entry) => entry.acknowledged !== undefined)
  assert.ok(written.length > 10, "the traffic wrote something")
})

test("fsck finds nothing damaged afterwards", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    MAIN,
    "fsck",
    join(directory, "data"),
  ])
  assert.match(stdout, / 0 damaged/)
})

test("neither the canary nor an MD5 of what was stored stands anywhere on the disk", async () => {
  const needles = [CANARY, ...[...md5s].flatMap((md5) => [md5, md5.toUpperCase()])].map((text) =>
    Buffer.from(text),
  )
  const rawMd5s = [...md5s].map((md5) => Buffer.from(md5, "hex"))
  let searched = 0
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    searched += bytes.length
    for (const needle of [...needles, ...rawMd5s].slice(0, 400)) {
      assert.equal(bytes.indexOf(needle), -1, `plaintext stands in ${entry.name}`)
    }
  }
  assert.ok(searched > 100_000)
})
