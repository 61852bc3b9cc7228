// Requests that race for one name in buckets that keep versions, on both engines.
import assert from "node:assert/strict"
import { test } from "node:test"
import { childrenOf, readXml, textOf as textIn } from "../../src/oss/xml-read.ts"
import { type BucketClient, onEachEngine, textOf, versionIdOf } from "./bucket-client.ts"

interface Listed {
  readonly id: string
  readonly isMarker: boolean
  readonly isLatest: boolean
}

async function listAll(bucket: BucketClient): Promise<Listed[]> {
  const { body } = await bucket.send({ method: "GET", query: { versions: "", "max-keys": "1000" } })
  const root = readXml(body, "ListVersionsResult")
  return (["Version", "DeleteMarker"] as const).flatMap((element) =>
    childrenOf(root, element).map((each) => ({
      id: textIn(each, "VersionId") ?? "",
      isMarker: element === "DeleteMarker",
      isLatest: textIn(each, "IsLatest") === "true",
    })),
  )
}

/** The store reports the same in three ways: the listing, the counts and the reads. */
async function checkAgreement(bucket: BucketClient): Promise<Listed[]> {
  const listed = await listAll(bucket)
  assert.equal(new Set(listed.map(({ id }) => id)).size, listed.length)
  assert.equal(listed.filter(({ isLatest }) => isLatest).length, Math.min(listed.length, 1))
  const stat = await bucket.send({ method: "GET", query: { stat: "" } })
  const objects = listed.filter(({ isMarker }) => !isMarker)
  assert.equal(Number(textOf(stat, "ObjectCount")), objects.length)
  assert.equal(Number(textOf(stat, "DeleteMarkerCount")), listed.length - objects.length)
  for (const { id, isMarker } of listed) {
    const { status } = await bucket.get("a", { versionId: id })
    assert.equal(status, isMarker ? 405 : 200)
  }
  return listed
}

onEachEngine("racing requests in a bucket with versions", "races", (freshBucket) => {
  async function versionedBucket(): Promise<BucketClient> {
    const bucket = await freshBucket()
    await bucket.setVersioning("Enabled")
    return bucket
  }

  async function remove(bucket: BucketClient, versionId?: string): Promise<string> {
    const query: Record<string, string> = versionId === undefined ? {} : { versionId }
    return versionIdOf(await bucket.send({ method: "DELETE", objectKey: "a", query }))
  }

  test("every put and every marker is a version of its own", async () => {
    const bucket = await versionedBucket()
    const puts = Array.from({ length: 12 }, async (_, index) =>
      versionIdOf(await bucket.put("a", "x".repeat(index * 4000))),
    )
    const markers = Array.from({ length: 4 }, () => remove(bucket))
    const ids = await Promise.all([...puts, ...markers])
    const listed = await checkAgreement(bucket)
    assert.deepEqual(listed.map(({ id }) => id).toSorted(), ids.toSorted())
    assert.equal(listed.filter(({ isMarker }) => isMarker).length, 4)
  })

  test("removals of versions, markers and puts leave what was not removed", async () => {
    const bucket = await versionedBucket()
    const ids: string[] = []
    for (let index = 0; index < 10; index += 1) {
      ids.push(index % 3 === 2 ? await remove(bucket) : versionIdOf(await bucket.put("a", "x")))
    }
    const doomed = ids.filter((_, index) => index % 2 === 1)
    const [added] = await Promise.all([
      Promise.all([bucket.put("a", "y"), bucket.put("a", "z")]),
      ...doomed.map((id) => remove(bucket, id)),
    ])
    const expected = [...ids.filter((id) => !doomed.includes(id)), ...added.map(versionIdOf)]
    const listed = await checkAgreement(bucket)
    assert.deepEqual(listed.map(({ id }) => id).toSorted(), expected.toSorted())
  })

  test("when versioning is suspended, one null version remains", async () => {
    const bucket = await versionedBucket()
    const kept = versionIdOf(await bucket.put("a", "kept"))
    await bucket.setVersioning("Suspended")
    await Promise.all([
      ...Array.from({ length: 8 }, (_, index) => bucket.put("a", "x".repeat(index * 9000))),
      ...Array.from({ length: 3 }, () => remove(bucket)),
    ])
    const listed = await checkAgreement(bucket)
    assert.deepEqual(listed.map(({ id }) => id).toSorted(), [kept, "null"].toSorted())
    assert.equal((await bucket.get("a", { versionId: kept })).body.toString(), "kept")
  })

  test("a concurrent change of versioning loses no version whose id was returned", async () => {
    const bucket = await versionedBucket()
    const puts = Array.from({ length: 16 }, async () => versionIdOf(await bucket.put("a", "x")))
    const changes = (async () => {
      for (const status of ["Suspended", "Enabled", "Suspended", "Enabled"] as const) {
        await bucket.setVersioning(status)
      }
    })()
    const ids = await Promise.all(puts)
    await changes
    const listed = await checkAgreement(bucket)
    assert.deepEqual(listed.map(({ id }) => id).toSorted(), [...new Set(ids)].toSorted())
  })

  test("a concurrent listing shows no version twice, and misses none that stays", async () => {
    const bucket = await versionedBucket()
    const staying = [
      versionIdOf(await bucket.put("a", "1")),
      versionIdOf(await bucket.put("a", "2")),
    ]
    const traffic = (async () => {
      for (let round = 0; round < 60; round += 1) {
        await remove(bucket, versionIdOf(await bucket.put("a", "x")))
      }
    })()
    for (let round = 0; round < 60; round += 1) {
      const ids = (await listAll(bucket)).map(({ id }) => id)
      assert.equal(new Set(ids).size, ids.length, `listed twice: ${ids.join(" ")}`)
      for (const id of staying) assert.ok(ids.includes(id), `not listed: ${id}`)
    }
    await traffic
  })
})
