import assert from "node:assert/strict"
import { test } from "node:test"
import { utf8 } from "../../base/bytes.ts"
import { UnknownRecordVersion } from "../../storage/record-codec.ts"
import type { ObjectVersion, VersionOrder } from "./records.ts"
import { decodeListed, versionCodec } from "./version-codec.ts"

const ORDER = "0198f0000000aaaaaaaaaaaaaaaaaaaa" as VersionOrder

const OBJECT: ObjectVersion = {
  kind: "object",
  versionId: ORDER,
  order: ORDER,
  headers: { "content-type": "text/plain", "x-oss-meta-a": "ä" },
  acl: "private",
  storageClass: "DeepColdArchive",
  sizeBytes: 5 * 1024 ** 3 * 10_000,
  etag: { kind: "composite", text: "2351E662233817A7AE974D8C5B0876DD-10000" },
  crc64: "18446744073709551615",
  lastModifiedMs: 4_102_444_800_999,
  encryption: {
    method: "KMS",
    suite: "sm4-gcm",
    dataKeyId: "11111111-2222-4333-8444-555555555555",
    wrappedKey: { provider: "kms", cmkId: "cmk", keyVersionId: "", wrapped: Buffer.alloc(300, 7) },
  },
  content: { kind: "pieces", contentId: "cccccccccccccccccccccccccccccccc" },
}

test("the greatest object that there can be is read as it was written, and a list reads the same", () => {
  const value = versionCodec.encode(OBJECT)
  assert.deepEqual(versionCodec.decode(value), OBJECT)
  const { lastModifiedMs, storageClass, sizeBytes, etag } = OBJECT
  assert.deepEqual(decodeListed(value), { lastModifiedMs, storageClass, sizeBytes, etag })
})

test("a list shows no delete marker", () => {
  const marker = { kind: "marker", versionId: "null", order: ORDER, lastModifiedMs: 1 } as const
  assert.equal(decodeListed(versionCodec.encode(marker)), undefined)
})

test("a record of another version is refused, whoever reads it", () => {
  for (const value of [utf8('{"v":1}'), Buffer.alloc(0), Buffer.alloc(200, 2)]) {
    assert.throws(() => versionCodec.decode(value), UnknownRecordVersion)
    assert.throws(() => decodeListed(value), UnknownRecordVersion)
  }
})

test("what the layout has no place for is not written", () => {
  const refused: readonly Partial<ObjectVersion>[] = [
    { storageClass: "Elsewhere" },
    { sizeBytes: 2 ** 48 },
    { sizeBytes: -1 },
    { crc64: (2n ** 64n).toString() },
    { versionId: "0198f0000000aaaaaaaaaaaaaaaaaaab" as VersionOrder },
    { etag: { kind: "md5", text: "A".repeat(65_536) } },
  ]
  for (const change of refused) {
    assert.throws(() => versionCodec.encode({ ...OBJECT, ...change }), JSON.stringify(change))
  }
})
