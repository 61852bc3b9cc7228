import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { crc32 } from "node:zlib"
import { AssertionError } from "../base/assert.ts"
import { randomBytes } from "../base/random.ts"
import {
  blobContext,
  type BlobHeader,
  checkBlobHeader,
  encodeBlobHeader,
  parseBlobHeader,
} from "./blob-header.ts"
import { SealBroken } from "./seal-broken.ts"
import { SUITE_NAMES } from "./suites.ts"

describe("a blob header", () => {
  const header = {
    suite: "aes-256-gcm",
    blobId: "000102030405060708090a0b0c0d0e0f",
    bucketInstanceId: randomBytes(16),
  } as const

  test("is read as it was written, whatever its suite", () => {
    for (const suite of SUITE_NAMES) {
      const written = { ...header, suite }
      assert.deepEqual(parseBlobHeader(encodeBlobHeader(written)), written)
      checkBlobHeader(encodeBlobHeader(written), written)
    }
  })

  test("is compared with the expected suite, blob and bucket", () => {
    const others: BlobHeader[] = [
      { ...header, suite: "sm4-gcm" },
      { ...header, blobId: "010102030405060708090a0b0c0d0e0f" },
      { ...header, bucketInstanceId: randomBytes(16) },
      { ...header, bucketInstanceId: header.bucketInstanceId.subarray(1) },
    ]
    for (const expected of others) {
      assert.throws(() => checkBlobHeader(encodeBlobHeader(header), expected), SealBroken)
    }
    const damaged = encodeBlobHeader(header)
    damaged[63] = (damaged[63] ?? 0) ^ 1
    assert.throws(() => checkBlobHeader(damaged, header), SealBroken)
  })

  test("with any flipped bit is refused", () => {
    for (let bit = 0; bit < 64 * 8; bit += 1) {
      const bytes = encodeBlobHeader(header)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.throws(() => parseBlobHeader(bytes), SealBroken)
    }
  })

  test("of another blob or bucket gives another context", () => {
    const other = { ...header, blobId: "ff0102030405060708090a0b0c0d0e0f" }
    assert.ok(!blobContext(header).equals(blobContext(other)))
  })

  test("of any other length is refused", () => {
    const bytes = encodeBlobHeader(header)
    for (const other of [bytes.subarray(0, 63), Buffer.concat([bytes, Buffer.alloc(1)])]) {
      assert.throws(() => parseBlobHeader(other), SealBroken)
    }
  })

  test("with a valid CRC is refused for another magic, version, suite or reserved byte", () => {
    for (let at = 0; at < 60; at += 1) {
      if (at >= 12 && at < 44) continue // the ids are for the caller to compare
      const bytes = encodeBlobHeader(header)
      bytes[at] = (bytes[at] ?? 0) ^ 0x40
      bytes.writeUInt32BE(crc32(bytes.subarray(0, 60)), 60)
      assert.throws(() => parseBlobHeader(bytes), SealBroken)
    }
  })

  test("is not written for ids of a wrong size", () => {
    const blobIds = ["", header.blobId.slice(1), `${header.blobId}00`, header.blobId.toUpperCase()]
    for (const blobId of blobIds) {
      assert.throws(() => encodeBlobHeader({ ...header, blobId }), AssertionError)
    }
    for (const sizeBytes of [0, 15, 17]) {
      const bucketInstanceId = Buffer.alloc(sizeBytes)
      assert.throws(() => encodeBlobHeader({ ...header, bucketInstanceId }), AssertionError)
    }
  })
})
