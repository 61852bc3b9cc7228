// Access keys of another account, deleted access keys, and the security headers of every kind of answer.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { OPERATIONS } from "../../src/admin-api/operations/index.ts"
import { systemClock } from "../../src/base/clock.ts"
import { createLog } from "../../src/cli/log.ts"
import { openMemory } from "../../src/data-directory.ts"
import type { AccessKey } from "../../src/identity/access-keys.ts"
import { startServer } from "../../src/server.ts"
import { aliOss, CONSOLE_CONFIG, TEST_ACCESS_KEY, type TestServer } from "../oss/running-server.ts"
import {
  type ConsoleAnswer,
  type ConsoleClient,
  exchange,
  signInToConsole,
  visitConsole,
} from "./console-client.ts"
import { consoleFiles } from "./console-files.ts"

const STRANGER = { accessKeyId: "stranger", accessKeySecret: "stranger-secret" }
const BUCKET = "owned"

interface Shared extends TestServer {
  /** The access keys by id. Tests may change the map. */
  readonly accessKeys: Map<string, AccessKey>
}

/** Starts a server with an access key of its own account and one of another. */
async function startShared(): Promise<Shared> {
  const log = createLog("silent")
  const data = await openMemory({ region: "cn-hangzhou", clock: systemClock, log })
  const owner = { kind: "account", accountId: data.accountId } as const
  const other = { kind: "account", accountId: "2000000000000002" } as const
  const accessKeys = new Map<string, AccessKey>([
    [TEST_ACCESS_KEY.accessKeyId, { ...TEST_ACCESS_KEY, principal: owner }],
    [STRANGER.accessKeyId, { ...STRANGER, principal: other }],
  ])
  const find = (id: string): Promise<AccessKey | undefined> => Promise.resolve(accessKeys.get(id))
  const filesFolder = await consoleFiles()
  const config = { ...CONSOLE_CONFIG, console: { ...CONSOLE_CONFIG.console, filesFolder } }
  const server = await startServer(config, { find }, data, log)
  const endpoint = (protocol: string): string =>
    `http://127.0.0.1:${server.doors.find((door) => door.protocol === protocol)?.port ?? 0}`
  const endpoints = { ossEndpoint: endpoint("oss"), kmsEndpoint: endpoint("kms") }
  return { server, data, directory: "", ...endpoints, accessKeys, stop: () => server.stop() }
}

interface Owned {
  readonly cmkId: string
  readonly uploadId: string
}

/** Creates resources of the owner, on which every operation is tried. */
async function makeOwned(server: TestServer): Promise<Owned> {
  const owner = await signInToConsole(server)
  const made = await owner.call("POST", "/api/keys", { aliasName: "alias/owned" })
  await owner.call("POST", "/api/buckets", { name: BUCKET })
  await owner.call("PUT", `/api/buckets/${BUCKET}/acl`, { acl: "private" })
  await aliOss(server, { bucket: BUCKET }).put("a.txt", Buffer.from("a secret"))
  const upload = { objectKey: "large", sizeBytes: 5 }
  const begun = await owner.call("POST", `/api/buckets/${BUCKET}/uploads`, upload)
  return { cmkId: String(made["cmkId"]), uploadId: String(begun["uploadId"]) }
}

/** The input of each operation besides its path. */
function requestsOn({ uploadId }: Owned): Readonly<Record<string, unknown>> {
  const objectKey = "a.txt"
  const parts = [{ partNumber: 1, etag: "A" }]
  const encryption = { method: "AES256" }
  return {
    abortUpload: `?objectKey=large&uploadId=${uploadId}`,
    completeUpload: { objectKey: "large", uploadId, parts },
    copyObject: { objectKey, toBucket: BUCKET, toObjectKey: "b" },
    createAlias: { aliasName: "alias/new", cmkId: "CMK" },
    createBucket: { name: "strangers" },
    createKey: {},
    createPreview: { objectKey },
    decrypt: { ciphertextBlob: "CIPHERTEXT" },
    deleteObjects: { objects: [{ objectKey }] },
    describeObject: `?objectKey=${objectKey}`,
    describeStoredForm: `?objectKey=${objectKey}`,
    encrypt: { plaintext: "a" },
    generateDataKey: {},
    initiateUpload: { objectKey, sizeBytes: 1 },
    listParts: `?objectKey=large&uploadId=${uploadId}`,
    moveAlias: { cmkId: "CMK" },
    presignDownload: { objectKey },
    presignParts: { objectKey: "large", uploadId, partNumbers: [1] },
    presignPut: { objectKey },
    scheduleKeyDeletion: { windowDays: 7 },
    setBucketAcl: { acl: "public-read-write" },
    setBucketEncryption: encryption,
    setBucketVersioning: { versioning: "enabled" },
    setKeyDescription: { description: "taken over" },
    setObjectHeaders: { objectKey, etag: "A", headers: {} },
  }
}

/** Operations that tell a caller without permissions nothing but the caller's own session. */
const OWN = ["describeSession", "reauthenticate", "signOut"]

const TRIED = Object.values(OPERATIONS).filter(
  ({ name, session }) => session !== "none" && !OWN.includes(name),
)

describe("on the console's port", () => {
  let server: Shared
  let owned: Owned
  before(async () => {
    server = await startShared()
    owned = await makeOwned(server)
  })
  after(() => server.stop())

  const fill = (text: string, ciphertext = ""): string =>
    text.replaceAll("CMK", owned.cmkId).replaceAll("CIPHERTEXT", ciphertext)

  async function tryAll(client: ConsoleClient): Promise<Record<string, string>> {
    const owner = await signInToConsole(server)
    const path = `/api/keys/${owned.cmkId}/encrypt`
    const { ciphertextBlob } = await owner.call("POST", path, { plaintext: "a" })
    const requests = requestsOn(owned)
    const codes: Record<string, string> = {}
    for (const { name, method, path: template } of TRIED) {
      const given = requests[name]
      const target = template
        .replace("{cmkId}", owned.cmkId)
        .replace("{bucket}", BUCKET)
        .replace("{aliasName}", "alias%2Fowned")
      const query = typeof given === "string" ? given : ""
      const text = fill(JSON.stringify(given ?? null), String(ciphertextBlob))
      const body: unknown = typeof given === "object" ? JSON.parse(text) : undefined
      const answer = await client.send(method, target + query, { body })
      const { code } = answer.json
      codes[name] = typeof code === "string" ? code : String(answer.status)
    }
    return codes
  }

  test("an access key of another account can do nothing, presign nothing and learn nothing", async () => {
    const codes = await tryAll(await signInToConsole(server, STRANGER))
    assert.deepEqual(codes, Object.fromEntries(TRIED.map(({ name }) => [name, "AccessDenied"])))
    const got = await aliOss(server, { bucket: BUCKET }).get("a.txt")
    assert.equal(String(got.content), "a secret")
  })

  test("once the access key of a session is deleted, no operation runs and no preview is shown", async () => {
    const accessKey = server.accessKeys.get(STRANGER.accessKeyId)
    assert.ok(accessKey !== undefined)
    const mine = { ...accessKey, accessKeyId: "mine", principal: ownerOf(server) }
    server.accessKeys.set("mine", mine)
    const client = await signInToConsole(server, mine)
    const path = `/api/buckets/${BUCKET}/object/preview`
    const preview = await client.call("POST", path, { objectKey: "a.txt" })
    assert.equal((await client.send("GET", String(preview["path"]))).status, 200)
    server.accessKeys.delete("mine")
    const codes = await tryAll(client)
    assert.deepEqual(codes, Object.fromEntries(TRIED.map(({ name }) => [name, "NotSignedIn"])))
    assert.equal((await client.send("GET", String(preview["path"]))).status, 401)
    server.accessKeys.set("mine", { ...mine, accessKeySecret: "another" })
    assert.equal((await client.send("GET", "/api/session")).status, 401)
  })

  test("presigned URLs stop working when their access key is deleted", async () => {
    const accessKey = server.accessKeys.get(STRANGER.accessKeyId)
    assert.ok(accessKey !== undefined)
    const mine = { ...accessKey, accessKeyId: "signer", principal: ownerOf(server) }
    server.accessKeys.set("signer", mine)
    const client = await signInToConsole(server, mine)
    const path = `/api/buckets/${BUCKET}/object/presign-download`
    const { url } = await client.call("POST", path, { objectKey: "a.txt" })
    const read = async (): Promise<number> => {
      const { port, pathname, search } = new URL(String(url))
      const sent = { method: "GET", path: pathname + search, headers: {}, body: undefined }
      return (await exchange(Number(port), sent)).status
    }
    assert.equal(await read(), 200)
    server.accessKeys.delete("signer")
    assert.equal(await read(), 403)
  })

  test("nobody signs in, by secret or by link, for a page of another origin", async () => {
    const visitor = visitConsole(server)
    const headers = { origin: "https://evil.example" }
    const token = server.server.issueSignInLink(TEST_ACCESS_KEY.accessKeyId)
    const challenge = { accessKeyId: TEST_ACCESS_KEY.accessKeyId, purpose: "sign-in" }
    for (const [path, body] of [
      ["/api/session/challenge", challenge],
      ["/api/session", { accessKeyId: "a", challengeId: "b", proof: "c" }],
      ["/api/session/link", { token }],
    ] as const) {
      const answer = await visitor.send("POST", path, { body, headers })
      assert.equal(answer.json["code"], "CsrfTokenInvalid", path)
      assert.equal(answer.headers["set-cookie"], undefined)
    }
    assert.equal((await visitor.send("POST", "/api/session/link", { body: { token } })).status, 200)
  })

  test("every kind of response has the headers that prevent a browser from running, framing or leaking it", async () => {
    const client = await signInToConsole(server)
    const visitor = visitConsole(server)
    const index = await client.send("GET", "/")
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(index.body.toString())?.[1] ?? ""
    const preview = await client.call("POST", `/api/buckets/${BUCKET}/object/preview`, {
      objectKey: "a.txt",
    })
    const answers: Readonly<Record<string, ConsoleAnswer>> = {
      page: index,
      "page, HEAD": await client.send("HEAD", "/keys"),
      "page, compressed": await client.send("GET", "/", { headers: { "accept-encoding": "br" } }),
      "page, unchanged": await client.send("GET", "/", {
        headers: { "if-none-match": String(index.headers.etag) },
      }),
      script: await client.send("GET", script),
      "no such file": await client.send("GET", "/assets/none.js"),
      "path outside": await client.send("GET", "/assets/%2e%2e/%2e%2e/package.json"),
      data: await client.send("GET", "/api/keys"),
      "no content": await client.send("PUT", `/api/buckets/${BUCKET}/acl`, {
        body: { acl: "private" },
      }),
      "not signed in": await visitor.send("GET", "/api/keys"),
      "not valid": await client.send("GET", "/api/keys?page=0"),
      "no such operation": await client.send("GET", "/api/none"),
      "wrong method": await client.send("DELETE", "/api/keys"),
      "wrong origin": await client.send("POST", "/api/keys", {
        headers: { origin: "https://evil.example" },
      }),
      "preview of nobody": await visitor.send("GET", String(preview["path"])),
      "no such preview": await client.send("GET", "/preview/none"),
    }
    for (const [what, { headers }] of Object.entries(answers)) {
      const policy = String(headers["content-security-policy"])
      assert.match(policy, /default-src 'none'/, what)
      assert.match(policy, /frame-ancestors 'none'/, what)
      assert.doesNotMatch(policy, /unsafe|\*/, what)
      assert.equal(headers["x-frame-options"], "DENY", what)
      assert.equal(headers["x-content-type-options"], "nosniff", what)
      assert.equal(headers["referrer-policy"], "no-referrer", what)
      assert.equal(headers["cross-origin-opener-policy"], "same-origin", what)
      assert.equal(headers["cross-origin-resource-policy"], "same-origin", what)
      assert.equal(headers["access-control-allow-origin"], undefined, what)
    }
    const shown = await client.send("GET", String(preview["path"]))
    assert.match(String(shown.headers["content-security-policy"]), /^sandbox; default-src 'none'/)
    assert.equal(shown.headers["x-content-type-options"], "nosniff")
    assert.equal(shown.headers["cache-control"], "private, no-store")
    for (const what of ["data", "not signed in", "not valid"]) {
      assert.equal(answers[what]?.headers["cache-control"], "no-store", what)
    }
  })
})

function ownerOf({ data }: TestServer): AccessKey["principal"] {
  return { kind: "account", accountId: data.accountId }
}
