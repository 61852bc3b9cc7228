// Buckets as official clients look for them, create them and describe them.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { makeBucket, textOf } from "./bucket-client.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"
import { codeOf, sendSigned, type SignedRequest } from "./signed-client.ts"

describe("a bucket", () => {
  let server: TestServer
  before(async () => {
    server = await startMemoryServer()
  })
  after(async () => {
    await server.stop()
  })

  test("is listed by the beginning of its name, and a prefix that no name can begin with is refused", async () => {
    await makeBucket(server, "wire-listed-1")
    const list = (prefix: string): SignedRequest => ({ method: "GET", query: { prefix } })
    for (const prefix of ["w", "wire-listed-", "wire-listed-1", ""]) {
      const listed = await sendSigned(server, list(prefix))
      assert.match(listed.body.toString(), /<Name>wire-listed-1<\/Name>/, prefix)
    }
    for (const prefix of ["BucketNameInvalid", "-a", "a_b", "a/", "a".repeat(64)]) {
      const refused = await sendSigned(server, list(prefix))
      assert.deepEqual([refused.status, refused.code], [400, "InvalidArgument"], prefix)
      assert.equal(refused.headers["x-oss-ec"], "0017-00000290")
    }
  })

  const stranger = { accessKeyId: "nobody", accessKeySecret: "nothing" }

  test("that is missing is reported before an unknown access key, unless the request would create it", async () => {
    const bucketName = "wire-missing"
    const missing: SignedRequest[] = [
      { method: "GET", bucketName, query: { acl: "" } },
      { method: "GET", bucketName },
      { method: "DELETE", bucketName },
      { method: "GET", bucketName, query: { policy: "" } },
      { method: "PUT", bucketName, objectKey: "a", body: "x" },
      { method: "HEAD", bucketName, objectKey: "a" },
    ]
    for (const request of missing) {
      const code = await codeOf(server, { ...request, accessKey: stranger })
      assert.equal(code, "404 NoSuchBucket", JSON.stringify(request))
    }
    for (const query of [{}, { acl: "" }]) {
      const request: SignedRequest = { method: "PUT", bucketName, query, accessKey: stranger }
      assert.equal(await codeOf(server, request), "403 InvalidAccessKeyId")
    }
    assert.equal(
      await codeOf(server, { method: "GET", accessKey: stranger }),
      "403 InvalidAccessKeyId",
    )
    const { name } = await makeBucket(server, "wire-there")
    for (const request of missing) {
      const code = await codeOf(server, { ...request, bucketName: name, accessKey: stranger })
      assert.equal(code, "403 InvalidAccessKeyId")
    }
  })

  test("is created by PutBucketAcl when it is missing, with its Location", async () => {
    const bucketName = "wire-made-by-acl"
    const headers = { "x-oss-acl": "public-read" }
    const request: SignedRequest = { method: "PUT", bucketName, query: { acl: "" } }
    assert.equal(await codeOf(server, { ...request, headers, anonymous: true }), "403 AccessDenied")
    assert.equal(
      await codeOf(server, { ...request, headers: { "x-oss-acl": "public" } }),
      "400 InvalidArgument",
    )
    assert.equal(await codeOf(server, { method: "GET", bucketName }), "404 NoSuchBucket")
    const made = await sendSigned(server, { ...request, headers })
    assert.deepEqual([made.status, made.headers["location"]], [200, `/${bucketName}`])
    const acl: SignedRequest = { method: "GET", bucketName, query: { acl: "" } }
    assert.equal(textOf(await sendSigned(server, acl), "Grant"), "public-read")
    for (const none of [{}, { "x-oss-acl": "" }]) {
      assert.equal(await codeOf(server, { ...request, headers: none }), "200")
      assert.equal(textOf(await sendSigned(server, acl), "Grant"), "public-read", "stays")
    }
  })

  test("gives its storage class to objects that name none, however they are written", async () => {
    const bucketName = "wire-class"
    const body = `<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>`
    assert.equal(await codeOf(server, { method: "PUT", bucketName, body }), "200")
    const { name: other } = await makeBucket(server, "wire-class-source")
    const send = (request: SignedRequest): ReturnType<typeof sendSigned> =>
      sendSigned(server, { bucketName, ...request })
    await send({ method: "PUT", bucketName: other, objectKey: "a", body: "x" })
    await send({ method: "PUT", objectKey: "put", body: "x" })
    const query = { append: "", position: "0" }
    await send({ method: "POST", objectKey: "append", query, body: "x" })
    const headers = { "x-oss-copy-source": `/${other}/a` }
    await send({ method: "PUT", objectKey: "copy", headers })
    const begun = await send({ method: "POST", objectKey: "upload", query: { uploads: "" } })
    const uploadId = textOf(begun, "UploadId")
    await send({
      method: "PUT",
      objectKey: "upload",
      query: { partNumber: "1", uploadId },
      body: "x",
    })
    const all = { "x-oss-complete-all": "yes" }
    await send({ method: "POST", objectKey: "upload", query: { uploadId }, headers: all })
    for (const objectKey of ["put", "append", "copy", "upload"]) {
      const got = await send({ method: "GET", objectKey })
      assert.equal(got.headers["x-oss-storage-class"], "IA", objectKey)
    }
    const standard = { "x-oss-storage-class": "Standard" }
    await send({ method: "PUT", objectKey: "named", body: "x", headers: standard })
    const got = await send({ method: "GET", objectKey: "named" })
    assert.equal(got.headers["x-oss-storage-class"], "Standard")
  })

  test("is described by GetBucketInfo with every element of the service", async () => {
    const bucket = await makeBucket(server, "wire-info")
    await bucket.setVersioning("Enabled")
    const rule =
      "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm>" +
      "</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>"
    await bucket.send({ method: "PUT", query: { encryption: "" }, body: rule })
    const { body } = await bucket.send({ method: "GET", query: { bucketInfo: "" } })
    const { accountId } = server.data
    const text = body.toString().replace(/<CreationDate>[^<]+/, "<CreationDate>then")
    assert.deepEqual(
      text.match(/<[A-Za-z]+>[^<]*/g)?.map((each) => each.replace(">", " ")),
      [
        "<BucketInfo ",
        "<Bucket ",
        "<AccessMonitor Disabled",
        "<Comment ",
        "<CreationDate then",
        "<CrossRegionReplication Disabled",
        "<DataRedundancyType LRS",
        "<ExtranetEndpoint oss-cn-hangzhou.aliyuncs.com",
        "<IntranetEndpoint oss-cn-hangzhou-internal.aliyuncs.com",
        "<Location oss-cn-hangzhou",
        "<Name wire-info",
        "<Owner ",
        `<DisplayName ${accountId}`,
        `<ID ${accountId}`,
        "<ResourceGroupId rg-default",
        "<StorageClass Standard",
        "<TransferAcceleration Disabled",
        "<Versioning Enabled",
        "<AccessControlList ",
        "<Grant private",
        "<BlockPublicAccess false",
        "<BucketPolicy ",
        "<LogBucket ",
        "<LogPrefix ",
        "<ServerSideEncryptionRule ",
        "<SSEAlgorithm KMS",
        "<KMSMasterKeyID ",
      ],
    )
  })

  test("has no policy and cannot get one, and DeleteBucketPolicy succeeds", async () => {
    const { name: bucketName } = await makeBucket(server, "wire-policy")
    const policy = { bucketName, query: { policy: "" } }
    const statement = { Effect: "Deny", Action: ["oss:*"], Principal: ["*"], Resource: ["*"] }
    const body = JSON.stringify({ Version: "1", Statement: [statement] })
    for (const request of [
      { ...policy, method: "PUT", body },
      { ...policy, method: "GET", query: { policyStatus: "" } },
    ]) {
      assert.equal(await codeOf(server, request), "400 NotImplemented")
    }
    const deleted = await sendSigned(server, { ...policy, method: "DELETE" })
    assert.deepEqual([deleted.status, deleted.body.length], [204, 0])
    assert.equal(await codeOf(server, { ...policy, method: "GET" }), "404 NoSuchBucketPolicy")
    for (const method of ["GET", "DELETE"]) {
      const missing = { ...policy, method, bucketName: "wire-no-policy" }
      assert.equal(await codeOf(server, missing), "404 NoSuchBucket")
    }
  })

  test("has current statistics, even when it is empty", async () => {
    const bucket = await makeBucket(server, "wire-stat")
    const fromSeconds = Math.floor(Date.now() / 1000)
    const stat = await bucket.send({ method: "GET", query: { stat: "" } })
    const seconds = Number(textOf(stat, "LastModifiedTime"))
    assert.ok(seconds >= fromSeconds && seconds <= Date.now() / 1000)
  })

  test("reports every time in whole seconds, and listings the same second as HEAD", async () => {
    const bucket = await makeBucket(server, "wire-times")
    await bucket.put("a", "x")
    const begun = await bucket.send({ method: "POST", objectKey: "mp", query: { uploads: "" } })
    const uploadId = textOf(begun, "UploadId")
    await bucket.send({
      method: "PUT",
      objectKey: "mp",
      query: { partNumber: "1", uploadId },
      body: "x",
    })
    const copy = { "x-oss-copy-source": `/${bucket.name}/a` }
    const answers = await Promise.all([
      sendSigned(server, { method: "GET" }),
      bucket.send({ method: "GET" }),
      bucket.send({ method: "GET", query: { "list-type": "2" } }),
      bucket.send({ method: "GET", query: { versions: "" } }),
      bucket.send({ method: "GET", query: { uploads: "" } }),
      bucket.send({ method: "GET", query: { bucketInfo: "" } }),
      bucket.send({ method: "GET", objectKey: "mp", query: { uploadId } }),
      bucket.send({ method: "PUT", objectKey: "b", headers: copy }),
      bucket.send({
        method: "PUT",
        objectKey: "mp",
        query: { partNumber: "2", uploadId },
        headers: copy,
      }),
    ])
    for (const { body } of answers) {
      const times = body.toString().match(/\d{4}-\d\d-\d\dT[^<]*/g) ?? []
      assert.ok(times.length > 0)
      for (const time of times) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    }
    const listed = answers[1]
    const head = await bucket.send({ method: "HEAD", objectKey: "a" })
    const modified = new Date(String(head.headers["last-modified"])).toISOString()
    assert.equal(textOf(listed, "LastModified"), modified)
  })

  test("whose default names a CMK without KMS is refused", async () => {
    const current = await startMemoryServer({ encryptionHeaderOperations: "current" })
    const headers = {
      "x-oss-server-side-encryption": "AES256",
      "x-oss-server-side-encryption-key-id": "some-id",
    }
    const request: SignedRequest = { method: "PUT", bucketName: "wire-default", headers }
    const { code } = await sendSigned(current, request)
    await current.stop()
    assert.equal(code, "InvalidArgument")
  })
})
