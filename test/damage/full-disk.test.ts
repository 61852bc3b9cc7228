// A server whose data directory has its own small disk, filled through the API and then to the last byte: writes are
// refused, and everything that removes something still works, even after a restart.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import RpcClient from "@alicloud/pop-core"
import { pino } from "pino"
import { startLocalServer, TEST_ACCESS_KEY, type TestServer } from "../oss/running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "../oss/signed-client.ts"

const RESERVE_PIECES = 8
const FILES_MAX = 400

const skip =
  process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0
    ? false
    : "mounting a small file system needs root"

/** A folder on a file system of this size that is removed after the test; undefined when it cannot be mounted here. */
function mountSmall(t: TestContext, mebibytes = 200): string | undefined {
  const mounted = mkdtempSync(join(tmpdir(), "osseal-full-"))
  t.after(() => {
    spawnSync("umount", ["-l", mounted])
    rmSync(mounted, { recursive: true })
  })
  const { status } = spawnSync("mount", [
    "-t",
    "tmpfs",
    "-o",
    `size=${mebibytes}m`,
    "tmpfs",
    mounted,
  ])
  return status === 0 ? mounted : undefined
}

async function reserveIsWhole(directory: string): Promise<void> {
  const folder = join(directory, "reserve")
  while (!existsSync(folder) || readdirSync(folder).length < RESERVE_PIECES) await delay(50)
}

/** Large objects until one is refused, then small ones, so that no space is left for either. Returns the names. */
async function fillByPut(server: TestServer, bucketName: string): Promise<string[]> {
  const names: string[] = []
  for (const size of [1_000_000, 30_000]) {
    for (let count = 0; ; count += 1) {
      assert(count < FILES_MAX, "the disk fills up")
      const objectKey = `file ${size} ${count}`
      const body = randomBytes(size)
      const answer = await sendSigned(server, { method: "PUT", bucketName, objectKey, body })
      if (answer.status !== 200) {
        assert.deepEqual([answer.status, answer.code], [503, "ServiceUnavailable"])
        break
      }
      assert.equal(answer.headers["etag"], etagOf(body))
      names.push(objectKey)
    }
  }
  return names
}

/** The server refuses writes before the last byte is used; other programs use the rest. */
function takeRest(mounted: string): void {
  const file = openSync(join(mounted, "foreign"), "w")
  const bytes = Buffer.alloc(4096, 1)
  try {
    while (writeSync(file, bytes) === bytes.length);
  } catch {
    // No room for another page.
  } finally {
    closeSync(file)
  }
  assert.equal(statfsSync(mounted).bavail, 0)
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex").toUpperCase()}"`
}

interface KeyMetadata {
  readonly KeyMetadata: { readonly KeyId: string; readonly KeyState: string }
}

async function kms(
  server: TestServer,
  action: string,
  parameters: Record<string, string> = {},
): Promise<KeyMetadata> {
  const client = new RpcClient({
    ...TEST_ACCESS_KEY,
    endpoint: server.kmsEndpoint,
    apiVersion: "2016-01-20",
  })
  return await client.request<KeyMetadata>(action, parameters)
}

async function done(server: TestServer, request: SignedRequest): Promise<SignedAnswer> {
  const answer = await sendSigned(server, request)
  assert(answer.status < 300, `${request.method}: ${answer.status} ${answer.code}`)
  return answer
}

test(
  "on a disk that is filled to the last byte, deletions and revocations work, even after a restart",
  { skip, timeout: 120_000 },
  async (t) => {
    const mounted = mountSmall(t)
    if (mounted === undefined) {
      t.skip("no small file system can be mounted here")
      return
    }
    const directory = join(mounted, "data")
    const bucketName = "full-bucket"
    const warnings: string[] = []
    const log = pino({ level: "warn" }, { write: (line: string) => void warnings.push(line) })
    let server = await startLocalServer({ log }, { directory })
    t.after(() => server.stop())
    await reserveIsWhole(directory)
    await done(server, { method: "PUT", bucketName })
    await done(server, { method: "PUT", bucketName: "empty-bucket" })
    const acl = { method: "PUT", bucketName, query: { acl: "" } }
    await done(server, { ...acl, headers: { "x-oss-acl": "public-read" } })
    const { KeyMetadata: cmk } = await kms(server, "CreateKey")
    const { KeyMetadata: doomed } = await kms(server, "CreateKey")
    await kms(server, "CreateAlias", { KeyId: cmk.KeyId, AliasName: "alias/full" })
    const open = { method: "PUT", bucketName, objectKey: "open" }
    await done(server, { ...open, headers: { "x-oss-object-acl": "public-read" } })
    const upload = { bucketName, objectKey: "upload" }
    const begun = await done(server, { method: "POST", ...upload, query: { uploads: "" } })
    const uploadId = /<UploadId>(.*?)</.exec(begun.body.toString())?.[1] ?? ""
    await done(server, {
      method: "PUT",
      ...upload,
      query: { uploadId, partNumber: "1" },
      body: "part",
    })
    const names = await fillByPut(server, bucketName)
    assert(names.length > 50, "the disk held something")
    takeRest(mounted)
    for (const endpoint of [server.ossEndpoint, server.kmsEndpoint]) {
      const ready = await fetch(`${endpoint}/-/health/ready`)
      assert.deepEqual(
        [ready.status, await ready.json()],
        [503, { status: "unavailable", reasons: ["full"] }],
      )
    }
    assert.equal(warnings.length, 1, "two refused writes are one warning")
    assert.match(warnings.join(""), /the disk is nearly full\. Delete objects/)

    await done(server, { ...acl, headers: { "x-oss-acl": "private" } })
    await done(server, { ...open, query: { acl: "" }, headers: { "x-oss-object-acl": "private" } })
    await kms(server, "DisableKey", { KeyId: cmk.KeyId })
    await kms(server, "DeleteAlias", { AliasName: "alias/full" })
    await kms(server, "ScheduleKeyDeletion", { KeyId: doomed.KeyId, PendingWindowInDays: "7" })
    await done(server, { method: "DELETE", ...upload, query: { uploadId } })
    const batch = `<Delete><Object><Key>${names.pop() ?? ""}</Key></Object></Delete>`
    await done(server, { method: "POST", bucketName, query: { delete: "" }, body: batch })
    await done(server, { method: "DELETE", bucketName: "empty-bucket" })
    const last = names.pop() ?? ""
    await done(server, { method: "DELETE", bucketName, objectKey: last })
    await server.stop()
    server = await startLocalServer({}, { directory })

    const gone = [{ bucketName: "empty-bucket" }, { bucketName, objectKey: last }]
    for (const place of gone) {
      assert.equal((await sendSigned(server, { method: "GET", ...place })).status, 404)
    }
    const stranger = { method: "GET", bucketName, objectKey: names[0] ?? "", anonymous: true }
    assert.equal((await sendSigned(server, stranger)).code, "AccessDenied")
    const { KeyMetadata: told } = await kms(server, "DescribeKey", { KeyId: cmk.KeyId })
    assert.equal(told.KeyState, "Disabled")
    await assert.rejects(kms(server, "DescribeKey", { KeyId: "alias/full" }), {
      code: "Forbidden.AliasNotFound",
    })
    const { KeyMetadata: scheduled } = await kms(server, "DescribeKey", { KeyId: doomed.KeyId })
    assert.equal(scheduled.KeyState, "PendingDeletion")
    await done(server, { ...open, method: "DELETE" })
    assert.equal((await done(server, { ...stranger, anonymous: false })).body.length, 1_000_000)
    for (const objectKey of names) await done(server, { method: "DELETE", bucketName, objectKey })
    await done(server, { method: "DELETE", bucketName })
    assert.equal((await sendSigned(server, { method: "GET", bucketName })).code, "NoSuchBucket")
    rmSync(join(mounted, "foreign"))
    assert(await server.data.store.reclaimer.drained())
    // How full the disk is, is checked at intervals.
    while ((await sendSigned(server, { method: "PUT", bucketName })).status !== 200) await delay(50)
    await done(server, { method: "PUT", bucketName, objectKey: "room", body: "for this again" })
  },
)

test(
  "deleting small objects from a full disk makes room for others",
  { skip, timeout: 120_000 },
  async (t) => {
    // How much of it the log takes depends on how busy the machine is.
    const mounted = mountSmall(t, 280)
    if (mounted === undefined) {
      t.skip("no small file system can be mounted here")
      return
    }
    const bucketName = "small-objects"
    const server = await startLocalServer({}, { directory: join(mounted, "data") })
    t.after(() => server.stop())
    await reserveIsWhole(join(mounted, "data"))
    await done(server, { method: "PUT", bucketName })
    const body = randomBytes(65_536)
    let stored = 0
    const put = async (): Promise<SignedAnswer> =>
      await sendSigned(server, { method: "PUT", bucketName, objectKey: `${stored}`, body })
    for (; (await put()).status === 200; stored += 1) assert(stored < 4000, "it fills up")
    console.log("STORED", stored)
    for (let each = 0; each < stored; each += 1) {
      await done(server, { method: "DELETE", bucketName, objectKey: `${each}` })
    }
    // The database keeps its size, so the disk is as full as before.
    const ready = await fetch(`${server.ossEndpoint}/-/health/ready`)
    assert.equal(ready.status, 503)
    for (let each = 0; each < 50; each += 1) await done(server, putNamed(`again ${each}`))

    function putNamed(objectKey: string): SignedRequest {
      return { method: "PUT", bucketName, objectKey, body }
    }
  },
)
