import { crc32 } from "node:zlib"
import { assert } from "../base/assert.ts"
import { lengthPrefixed } from "../base/bytes.ts"
import { SealBroken } from "./seal-broken.ts"
import { SUITES, type SuiteName, suiteOfId } from "./suites.ts"

// A blob is this header followed by one message. All integers are big-endian. Any change breaks stored data.
//   0  magic 89 'O' 'S' 'L' 0D 0A 1A 0A    reveals damage by a text-mode transfer
//   8  format version (2) = 1
//  10  suite id (2)
//  12  blob id (16)
//  28  bucket instance id (16)
//  44  reserved (16), zero
//  60  CRC-32 of the bytes before (4)       distinguishes damage from a wrong key, in error messages only
const MAGIC = Buffer.from([0x89, 0x4f, 0x53, 0x4c, 0x0d, 0x0a, 0x1a, 0x0a])
const FORMAT_VERSION = 1
const BLOB_ID = /^[0-9a-f]{32}$/
const RESERVED = { start: 44, end: 60 }

export const BLOB_HEADER_BYTES = 64

export interface BlobHeader {
  readonly suite: SuiteName
  /** 32 hexadecimal digits. */
  readonly blobId: string
  /** 16 bytes. */
  readonly bucketInstanceId: Buffer
}

export function encodeBlobHeader({ suite, blobId, bucketInstanceId }: BlobHeader): Buffer {
  assert(BLOB_ID.test(blobId), "a blob id is 32 hexadecimal digits")
  assert(bucketInstanceId.length === 16, "a bucket instance id has 16 bytes")
  const header = Buffer.alloc(BLOB_HEADER_BYTES)
  MAGIC.copy(header)
  header.writeUInt16BE(FORMAT_VERSION, 8)
  header.writeUInt16BE(SUITES[suite].id, 10)
  header.write(blobId, 12, "hex")
  bucketInstanceId.copy(header, 28)
  header.writeUInt32BE(crc32(header.subarray(0, RESERVED.end)), RESERVED.end)
  return header
}

/** Throws SealBroken for anything that encodeBlobHeader does not write. */
export function parseBlobHeader(header: Buffer): BlobHeader {
  const isWhole =
    header.length === BLOB_HEADER_BYTES &&
    header.subarray(0, MAGIC.length).equals(MAGIC) &&
    header.readUInt16BE(8) === FORMAT_VERSION &&
    header.subarray(RESERVED.start, RESERVED.end).every((byte) => byte === 0) &&
    header.readUInt32BE(RESERVED.end) === crc32(header.subarray(0, RESERVED.end))
  const suite = isWhole ? suiteOfId(header.readUInt16BE(10)) : undefined
  if (suite === undefined) throw new SealBroken()
  return {
    suite,
    blobId: header.toString("hex", 12, 28),
    bucketInstanceId: Buffer.from(header.subarray(28, RESERVED.start)),
  }
}

/**
 * Compares the header of a stored blob with the blob's row. Throws SealBroken on any difference, and for anything that
 * encodeBlobHeader does not write.
 */
export function checkBlobHeader(header: Buffer, expected: BlobHeader): void {
  const { suite, blobId, bucketInstanceId } = parseBlobHeader(header)
  const isExpected =
    suite === expected.suite &&
    blobId === expected.blobId &&
    bucketInstanceId.equals(expected.bucketInstanceId)
  if (!isExpected) throw new SealBroken()
}

/** The context of a blob's message: the bytes of another blob or bucket do not open in its place. */
export function blobContext({
  blobId,
  bucketInstanceId,
}: Pick<BlobHeader, "blobId" | "bucketInstanceId">): Buffer {
  return lengthPrefixed(["osseal-blob-v1", Buffer.from(blobId, "hex"), bucketInstanceId])
}
