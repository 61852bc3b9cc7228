// Every operation of the admin API against a running server: what it does, and that its response matches its contract.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { OPERATIONS } from "../../src/admin-api/operations/index.ts"
import {
  aliOss,
  CONSOLE_CONFIG,
  startLocalServer,
  startMemoryServer,
  TEST_ACCESS_KEY,
  type TestServer,
} from "../oss/running-server.ts"
import {
  type ConsoleAnswer,
  type ConsoleClient,
  exchange,
  proofOf,
  signInToConsole,
} from "./console-client.ts"

type Fields = Readonly<Record<string, unknown>>

/** Calls an operation by name, and checks the response against the contract. */
interface Walk {
  readonly use: (name: string, parameters?: Fields, body?: unknown) => Promise<Fields>
  readonly refuse: (name: string, parameters: Fields, body: unknown, code: string) => Promise<void>
  readonly used: Set<string>
}

function walkWith(client: ConsoleClient): Walk {
  const used = new Set<string>()
  const send = (name: string, parameters: Fields, body: unknown): Promise<ConsoleAnswer> => {
    const operation = OPERATIONS[name]
    assert(operation !== undefined, name)
    const query = new URLSearchParams()
    let path: string = operation.path
    for (const [field, value] of Object.entries(parameters)) {
      const text = String(value)
      if (path.includes(`{${field}}`)) path = path.replace(`{${field}}`, encodeURIComponent(text))
      else query.set(field, text)
    }
    used.add(name)
    const target = query.size === 0 ? path : `${path}?${query.toString()}`
    return client.send(operation.method, target, { body })
  }
  return {
    used,
    async use(name, parameters = {}, body) {
      const answer = await send(name, parameters, body)
      const text = answer.body.toString()
      assert(answer.status === 200 || answer.status === 204, `${name}: ${answer.status} ${text}`)
      const parsed = OPERATIONS[name]?.output.safeParse(
        answer.status === 204 ? undefined : answer.json,
      )
      assert(
        parsed?.success === true,
        `${name} matches its contract: ${text} ${String(parsed?.error)}`,
      )
      return answer.json
    },
    async refuse(name, parameters, body, code) {
      const answer = await send(name, parameters, body)
      assert.equal(answer.json["code"], code, `${name}: ${answer.body.toString()}`)
    },
  }
}

/** Sends the request that a presign operation returned, as a browser does. */
async function sendPresigned(request: unknown, body?: string): Promise<ConsoleAnswer> {
  const { method, url, headers } = request as {
    method: string
    url: string
    headers: readonly { name: string; value: string }[]
  }
  const { port, pathname, search } = new URL(url)
  const given = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
  return await exchange(Number(port), { method, path: pathname + search, headers: given, body })
}

async function useKeys({ use, refuse }: Walk): Promise<string> {
  const { cmkId } = await use("createKey", {}, { description: "first", aliasName: "alias/one" })
  await refuse("createKey", {}, { aliasName: "alias/one" }, "AliasExists")
  const { total } = await use("listKeys", { search: "ALIAS/ONE", state: "Enabled" })
  assert.equal(total, 1)
  const described = await use("setKeyDescription", { cmkId }, { description: "changed" })
  assert.equal(described["description"], "changed")
  assert.deepEqual((await use("describeKey", { cmkId }))["aliases"], ["alias/one"])
  assert.equal((await use("disableKey", { cmkId }))["state"], "Disabled")
  await refuse("encrypt", { cmkId }, { plaintext: "a" }, "KeyDisabled")
  assert.equal((await use("enableKey", { cmkId }))["state"], "Enabled")
  const doomed = await use("scheduleKeyDeletion", { cmkId }, { windowDays: 7 })
  assert.equal(doomed["state"], "PendingDeletion")
  assert.equal((await use("cancelKeyDeletion", { cmkId }))["state"], "Enabled")
  assert.equal((await use("listKeyVersions", { cmkId }))["total"], 1)

  await use("createAlias", {}, { aliasName: "alias/two", cmkId })
  const other = await use("createKey", {}, { description: "" })
  await use("moveAlias", { aliasName: "alias/two" }, { cmkId: other["cmkId"] })
  assert.equal((await use("listAliases", { cmkId: other["cmkId"] }))["total"], 1)
  await use("deleteAlias", { aliasName: "alias/two" })
  await refuse("deleteAlias", { aliasName: "alias/acs/oss" }, undefined, "InvalidRequest")

  const encryptionContext = { a: "b" }
  const { ciphertextBlob } = await use(
    "encrypt",
    { cmkId },
    { plaintext: "text", encryptionContext },
  )
  const decrypted = await use("decrypt", {}, { ciphertextBlob, encryptionContext })
  assert.equal(decrypted["plaintext"], "text")
  await refuse("decrypt", {}, { ciphertextBlob }, "InvalidCiphertext")
  await refuse("encrypt", { cmkId }, { plaintext: "a".repeat(6145) }, "TooLarge")
  const dataKey = await use("generateDataKey", { cmkId }, {})
  const opened = await use("decrypt", {}, { ciphertextBlob: dataKey["ciphertextBlob"] })
  assert.equal(opened["plaintext"], dataKey["plaintext"])
  const used = await use("describeKey", { cmkId })
  assert.notEqual((used["lastUse"] as Fields)["at"], null)
  return String(cmkId)
}

async function useBuckets({ use, refuse }: Walk, cmkId: string): Promise<void> {
  const kms = { method: "KMS", cmk: "alias/one" }
  const made = await use("createBucket", {}, { name: "one", defaultEncryption: kms })
  assert.equal(made["defaultCmkId"], cmkId)
  await refuse("createBucket", {}, { name: "one" }, "BucketExists")
  await use("setBucketAcl", { bucket: "one" }, { acl: "public-read" })
  await use("setBucketVersioning", { bucket: "one" }, { versioning: "enabled" })
  const encrypted = await use(
    "setBucketEncryption",
    { bucket: "one" },
    { ...kms, dataEncryption: "SM4" },
  )
  assert.deepEqual(encrypted["defaultEncryption"], { ...kms, dataEncryption: "SM4" })
  assert.equal((await use("describeBucket", { bucket: "one" }))["acl"], "public-read")
  await use("createBucket", {}, { name: "two" })
  const page = await use("listBuckets", { limit: 1 })
  assert.equal(page["next"], "one")
  await use("deleteBucket", { bucket: "two" })
  await refuse("describeBucket", { bucket: "two" }, undefined, "BucketNotFound")
}

async function useObjects({ use, refuse }: Walk, cmkId: string): Promise<void> {
  const bucket = "one"
  const objectKey = "folder/名 + <b>.txt"
  const metadata = { author: "somebody" }
  const put = await use(
    "presignPut",
    { bucket },
    { objectKey, contentType: "text/plain", metadata },
  )
  assert.equal((await sendPresigned(put, "the first")).status, 200)
  assert.equal((await sendPresigned(put, "the second")).status, 200)
  const aes = { objectKey: "aes", encryption: { method: "AES256" } }
  assert.equal((await sendPresigned(await use("presignPut", { bucket }, aes), "a")).status, 200)
  const { items } = await use("listObjects", { bucket, delimiter: "/" })
  assert.deepEqual(
    (items as Fields[]).map(({ kind }) => kind),
    ["object", "folder"],
  )
  const detail = await use("describeObject", { bucket, objectKey })
  assert.deepEqual(
    [detail["cmkId"], detail["cmkAlias"], detail["sizeBytes"]],
    [cmkId, "alias/one", 10],
  )
  assert.deepEqual(
    (detail["headers"] as Fields[]).map(({ name, value }) => `${String(name)}: ${String(value)}`),
    ["content-type: text/plain", "x-oss-meta-author: somebody"],
  )
  const versions = await use("listVersions", { bucket, prefix: "folder/", limit: 1 })
  const older = await use("listVersions", { bucket, prefix: "folder/", after: versions["next"] })
  const [first] = older["items"] as Fields[]
  assert.equal(first?.["isLatest"], false)
  const form = await use("describeStoredForm", { bucket, objectKey })
  assert.deepEqual([form["suite"], form["contentKind"]], ["sm4-gcm", "inline"])

  const download = await use("presignDownload", { bucket }, { objectKey })
  const got = await sendPresigned(download)
  assert.equal(got.body.toString(), "the second")
  assert.match(String(got.headers["content-disposition"]), /^attachment; filename\*=UTF-8''/)
  const preview = await use("createPreview", { bucket }, { objectKey })
  assert.equal(preview["kind"], "text")
  const copied = await use(
    "copyObject",
    { bucket },
    {
      objectKey,
      versionId: first["versionId"],
      toBucket: bucket,
      toObjectKey: "copy",
      encryption: { method: "AES256" },
    },
  )
  assert.deepEqual([copied["encryption"], copied["sizeBytes"]], ["AES256", 9])
  const change = { objectKey: "copy", etag: copied["etag"], headers: { "content-type": "a/b" } }
  const changed = await use("setObjectHeaders", { bucket }, change)
  assert.deepEqual(changed["headers"], [{ name: "content-type", value: "a/b" }])
  await refuse("setObjectHeaders", { bucket }, { ...change, etag: "A" }, "ConditionFailed")
  await refuse("describeObject", { bucket, objectKey: "none" }, undefined, "ObjectNotFound")
  const dependants = await use("describeDependants", { cmkId })
  assert.deepEqual(
    (dependants["buckets"] as Fields[]).map(({ name, isDefault, objectVersions }) => [
      name,
      isDefault,
      objectVersions,
    ]),
    [["one", true, 2]],
  )
  const deleted = await use(
    "deleteObjects",
    { bucket },
    {
      objects: [{ objectKey: "copy" }, { objectKey, versionId: first["versionId"] }],
    },
  )
  assert.deepEqual([deleted["deleted"], deleted["markersMade"]], [2, 1])
}

async function useUploads({ use, refuse }: Walk): Promise<void> {
  const bucket = "one"
  const objectKey = "large"
  const begun = await use("initiateUpload", { bucket }, { objectKey, sizeBytes: 20 })
  const { uploadId } = begun
  const presigned = await use("presignParts", { bucket }, { objectKey, uploadId, partNumbers: [1] })
  const [part] = presigned["parts"] as Fields[]
  const { status, headers } = await sendPresigned(part?.["request"], "twenty bytes of text")
  assert.equal(status, 200)
  const listed = await use("listParts", { bucket, objectKey, uploadId })
  assert.equal((listed["items"] as Fields[]).length, 1)
  assert.equal(((await use("listUploads", { bucket }))["items"] as Fields[]).length, 1)
  const wrong = { objectKey, uploadId, parts: [{ partNumber: 2, etag: "A" }] }
  await refuse("completeUpload", { bucket }, wrong, "PartInvalid")
  const parts = [{ partNumber: 1, etag: headers.etag }]
  const done = await use("completeUpload", { bucket }, { objectKey, uploadId, parts })
  assert.equal(done["sizeBytes"], 20)
  const other = await use("initiateUpload", { bucket }, { objectKey, sizeBytes: 1 })
  await use("abortUpload", { bucket, objectKey, uploadId: other["uploadId"] })
  await refuse(
    "listParts",
    { bucket, objectKey, uploadId: other["uploadId"] },
    undefined,
    "UploadNotFound",
  )
  const statistics = await use("describeBucketStatistics", { bucket })
  assert.equal(statistics["uploads"], 0)
}

async function useService({ use, refuse }: Walk, isLocal: boolean): Promise<void> {
  const server = await use("describeServer")
  assert.match(String(server["ossEndpoint"]), /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal((await use("describeActivation"))["status"], "Enabled")
  await refuse("openKmsService", {}, undefined, "AlreadyOpen")
  const trust = await use("describeRootOfTrust")
  assert.equal(trust["provider"], isLocal ? "key-file" : "memory")
  if (isLocal) {
    assert.match(
      String((await use("createRecoveryCode"))["code"]),
      /^([A-Z0-9]{4}-){12}[A-Z0-9]{4}$/,
    )
    assert.equal((await use("describeRootOfTrust"))["hasRecoveryCode"], true)
  } else {
    await refuse("createRecoveryCode", {}, undefined, "InvalidRequest")
  }
  assert.equal((await use("describeHealth"))["status"], "ok")
  const jobs = await use("listJobs")
  assert((jobs["items"] as Fields[]).length > 0)
  const recent = await use("listRequests", {
    action: "console:encrypt",
    result: "success",
    limit: 1,
  })
  const [request] = recent["items"] as Fields[]
  assert.equal(request?.["action"], "console:encrypt")
  const ofBuckets = await use("listRequests", { action: "oss:" })
  assert.deepEqual(
    (ofBuckets["items"] as Fields[]).map(({ action, caller, status }) => [action, caller, status]),
    [
      ["oss:DeleteBucket", TEST_ACCESS_KEY.accessKeyId, 404],
      ["oss:PutBucketAcl", TEST_ACCESS_KEY.accessKeyId, 200],
    ],
  )
  const overview = await use("describeOverview")
  assert.equal(overview["buckets"], 1)
  await use("acknowledgeDamage")
  const traffic = await use("describeTraffic", { seconds: 600 })
  assert.equal((traffic["points"] as unknown[]).length, 60)
}

for (const [engine, start] of [
  ["memory", startMemoryServer],
  ["local", startLocalServer],
] as const) {
  describe(`the admin API on the ${engine} engine`, () => {
    let server: TestServer
    before(async () => {
      server = await start(CONSOLE_CONFIG)
    })
    after(() => server.stop())

    test("every operation does what it says, and its response matches its contract", async () => {
      const client = await signInToConsole(server)
      const walk = walkWith(client)
      for (const name of ["createChallenge", "signIn"]) walk.used.add(name)
      await walk.use("describeSession")
      const challenge = await walk.use(
        "createChallenge",
        {},
        { accessKeyId: TEST_ACCESS_KEY.accessKeyId, purpose: "reauthenticate" },
      )
      const proof = proofOf(challenge, TEST_ACCESS_KEY.accessKeySecret)
      await walk.use("reauthenticate", {}, proof)
      await walk.refuse("reauthenticate", {}, proof, "InvalidProof")
      const cmkId = await useKeys(walk)
      await useBuckets(walk, cmkId)
      await useObjects(walk, cmkId)
      await useUploads(walk)
      const oss = aliOss(server)
      await oss.putBucketACL("one", "private")
      await assert.rejects(oss.deleteBucket("none"))
      await useService(walk, engine === "local")
      const token = server.server.issueSignInLink(TEST_ACCESS_KEY.accessKeyId)
      await walk.use("signInByLink", {}, { token })
      await walk.refuse("signInByLink", {}, { token }, "InvalidProof")
      await walk.use("signOut")
      assert.deepEqual(
        Object.keys(OPERATIONS).filter((name) => !walk.used.has(name)),
        [],
      )
    })
  })
}
