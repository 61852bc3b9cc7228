// GetBucketStat is exact after every change, on both engines. Only the parts of an ended upload disappear a moment
// later.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type BucketClient, onEachEngine, textOf, versionIdOf } from "./bucket-client.ts"

const HEADER = "x-oss-server-side-encryption"

/** `objects/bytes`, and what else there is: markers, uploads, parts. */
async function statOf(bucket: BucketClient): Promise<string> {
  const answer = await bucket.send({ method: "GET", query: { stat: "" } })
  const numberOf = (element: string): string => textOf(answer, element)
  const others = (
    [
      ["markers", "DeleteMarkerCount"],
      ["uploads", "MultipartUploadCount"],
      ["parts", "MultipartPartCount"],
    ] as const
  ).flatMap(([name, element]) =>
    numberOf(element) === "0" ? [] : [`${numberOf(element)} ${name}`],
  )
  return [`${numberOf("ObjectCount")}/${numberOf("Storage")}`, ...others].join(", ")
}

/** `Class objects/bytes` of each storage class that has objects. */
async function classesOf(bucket: BucketClient): Promise<string[]> {
  const answer = await bucket.send({ method: "GET", query: { stat: "" } })
  const names = ["Standard", "InfrequentAccess", "Archive", "ColdArchive", "DeepColdArchive"]
  return names
    .map(
      (name) =>
        `${name} ${textOf(answer, `${name}ObjectCount`)}/${textOf(answer, `${name}Storage`)}`,
    )
    .filter((each) => !each.endsWith(" 0/0"))
}

onEachEngine("GetBucketStat", "stat", (freshBucket, server) => {
  async function remove(bucket: BucketClient, objectKey: string, versionId?: string) {
    const query: Record<string, string> = versionId === undefined ? {} : { versionId }
    return await bucket.send({ method: "DELETE", objectKey, query })
  }

  test("counts puts, overwrites and deletions", async () => {
    const bucket = await freshBucket()
    assert.equal(await statOf(bucket), "0/0")
    await bucket.put("a", Buffer.alloc(10))
    await bucket.put("b", Buffer.alloc(100_000))
    await bucket.put("empty", "")
    assert.equal(await statOf(bucket), "3/100010")
    await bucket.put("a", Buffer.alloc(200_000), { [HEADER]: "KMS" })
    await bucket.put("b", Buffer.alloc(1), { [HEADER]: "SM4" })
    assert.equal(await statOf(bucket), "3/200001")
    await bucket.put("c", "", { "x-oss-copy-source": `/${bucket.name}/a` })
    assert.equal(await statOf(bucket), "4/400001")
    await remove(bucket, "a")
    await remove(bucket, "never")
    assert.equal(await statOf(bucket), "3/200001")
    for (const name of ["b", "c", "empty", "empty"]) await remove(bucket, name)
    assert.equal(await statOf(bucket), "0/0")
  })

  test("counts a change of an object's ACL as no change", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "12345")
    const headers = { "x-oss-object-acl": "private" }
    await bucket.send({ method: "PUT", objectKey: "a", query: { acl: "" }, headers })
    assert.equal(await statOf(bucket), "1/5")
  })

  test("counts appends as one object that grows", async () => {
    const bucket = await freshBucket()
    for (const [position, total] of [
      ["0", 7],
      ["7", 14],
      ["14", 21],
    ] as const) {
      const query = { append: "", position }
      await bucket.send({ method: "POST", objectKey: "log", query, body: "1234567" })
      assert.equal(await statOf(bucket), `1/${total}`)
    }
  })

  test("counts every version, and delete markers separately", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "1")
    await bucket.setVersioning("Enabled")
    const second = versionIdOf(await bucket.put("a", "22"))
    await bucket.put("a", "333")
    assert.equal(await statOf(bucket), "3/6")
    const marker = versionIdOf(await remove(bucket, "a"))
    await remove(bucket, "none")
    assert.equal(await statOf(bucket), "3/6, 2 markers")
    await remove(bucket, "a", second)
    assert.equal(await statOf(bucket), "2/4, 2 markers")
    await remove(bucket, "a", marker)
    assert.equal(await statOf(bucket), "2/4, 1 markers")
    await bucket.setVersioning("Suspended")
    await bucket.put("a", "4444")
    assert.equal(await statOf(bucket), "2/7, 1 markers")
    await remove(bucket, "a")
    assert.equal(await statOf(bucket), "1/3, 2 markers")
    await remove(bucket, "a", "null")
    assert.equal(await statOf(bucket), "1/3, 1 markers")
  })

  test("counts uploads and parts separately, until they become an object or are aborted", async () => {
    const bucket = await freshBucket()
    const begin = async (objectKey: string): Promise<string> =>
      textOf(await bucket.send({ method: "POST", objectKey, query: { uploads: "" } }), "UploadId")
    const part = async (objectKey: string, uploadId: string, partNumber: string, body: Buffer) =>
      await bucket.send({ method: "PUT", objectKey, query: { partNumber, uploadId }, body })
    const [done, aborted] = [await begin("done"), await begin("aborted")]
    assert.equal(await statOf(bucket), "0/0, 2 uploads")
    for (const partNumber of ["1", "2", "2"]) {
      await part("done", done, partNumber, Buffer.alloc(102_400))
    }
    await part("aborted", aborted, "1", Buffer.alloc(5))
    assert.equal(await statOf(bucket), "0/0, 2 uploads, 3 parts")
    const query = { uploadId: done }
    const headers = { "x-oss-complete-all": "yes" }
    await bucket.send({ method: "POST", objectKey: "done", query, headers })
    await bucket.send({ method: "DELETE", objectKey: "aborted", query: { uploadId: aborted } })
    await server().data.store.reclaimer.drained()
    assert.equal(await statOf(bucket), "1/204800")
  })

  test("counts by storage class, even when an object's class changes", async () => {
    const bucket = await freshBucket()
    const classOf = (storageClass: string): Record<string, string> => ({
      "x-oss-storage-class": storageClass,
    })
    await bucket.put("a", "1")
    await bucket.put("b", "22", classOf("IA"))
    await bucket.put("c", "333", classOf("Archive"))
    await bucket.put("d", "4444", classOf("ColdArchive"))
    await bucket.upload("e", ["55555"], classOf("DeepColdArchive"))
    assert.deepEqual(await classesOf(bucket), [
      "Standard 1/1",
      "InfrequentAccess 1/2",
      "Archive 1/3",
      "ColdArchive 1/4",
      "DeepColdArchive 1/5",
    ])
    await server().data.store.reclaimer.drained()
    assert.equal(await statOf(bucket), "5/15")
    const headers = { ...classOf("IA"), "x-oss-copy-source": `/${bucket.name}/a` }
    await bucket.put("a", "", headers)
    await remove(bucket, "d")
    assert.deepEqual(await classesOf(bucket), [
      "InfrequentAccess 2/3",
      "Archive 1/3",
      "DeepColdArchive 1/5",
    ])
  })

  test("counts exactly under racing puts and deletions of one name", async () => {
    const bucket = await freshBucket()
    const puts = Array.from({ length: 12 }, (_, index) => bucket.put("a", "x".repeat(index + 1)))
    const removals = Array.from({ length: 6 }, () => remove(bucket, "a"))
    await Promise.all([...puts, ...removals])
    const got = await bucket.get("a")
    const expected = got.status === 200 ? `1/${got.body.length}` : "0/0"
    assert.equal(await statOf(bucket), expected)
  })
})
