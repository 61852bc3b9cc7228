import type { Mutant } from "./mutant.ts"

const MESSAGE = "src/sealing/message.test.ts"
const RANGE = "src/sealing/open-range.test.ts"
const OPENER = "src/sealing/opener.test.ts"
const HEADER = "src/sealing/blob-header.test.ts"
const ROW = "src/sealing/row.test.ts"
const SEGMENTS = "src/sealing/segments.test.ts"
const VECTORS = "src/sealing/vectors.test.ts"
const KNOWN = "test/formats/known-answers.test.ts"

export const SEALING_MUTANTS: readonly Mutant[] = [
  {
    name: "sealing: associated data is not authenticated on opening",
    file: "src/sealing/aead.ts",
    find: "if (associatedData !== undefined) decipher.setAAD(associatedData)",
    replace: "",
    tests: [ROW],
    why: "No row would open any more.",
  },
  {
    name: "sealing: neither side authenticates a row's key",
    file: "src/sealing/row.ts",
    find: `  const nonce = value.subarray(NONCE_START, BODY_START)
  const aead = { suite: SUITES["aes-256-gcm"], secretKey, nonce, associatedData: rowKey }
  return open(`,
    replace: `  const nonce = value.subarray(NONCE_START, BODY_START)
  const aead = { suite: SUITES["aes-256-gcm"], secretKey, nonce, associatedData: rowKey.subarray(0, 0) }
  return open(`,
    tests: [ROW],
    why: "A row could be opened without its key being checked.",
  },
  {
    name: "sealing: a broken tag is not refused",
    file: "src/sealing/aead.ts",
    find: `    plaintext.fill(0)
    throw new SealBroken()`,
    replace: "    return plaintext",
    tests: [MESSAGE],
    why: "Edited ciphertext would be served as data.",
  },
  {
    name: "sealing: a value shorter than a tag is not refused by itself",
    file: "src/sealing/aead.ts",
    find: "if (sealed.length < TAG_BYTES) throw new SealBroken()",
    replace: "",
    tests: [OPENER, ROW, MESSAGE],
    why: "A truncated message would fail with an error that is not recognized as a broken seal.",
  },
  {
    name: "sealing: the commitment is not compared",
    file: "src/sealing/message-keys.ts",
    find: "if (!timingSafeEqual(header.subarray(SALT_BYTES), keys.commitment)) throw new SealBroken()",
    replace: "",
    tests: [OPENER, VECTORS],
    why: "A message could be made that opens under two keys.",
  },
  {
    name: "sealing: the context is left out of the derivation",
    file: "src/sealing/message-keys.ts",
    find: "[infoStart(suite), salt, context]",
    replace: "[infoStart(suite), salt]",
    tests: [MESSAGE, VECTORS],
    why: "A blob moved to another object's place would open there.",
  },
  {
    name: "sealing: remembered keys of a message are used for another context",
    file: "src/sealing/message-keys.ts",
    find: "asBuffer(context).equals(last.context)",
    replace: "context.length > 0",
    tests: [MESSAGE],
    why: "The second opening under one key would skip the check of its context.",
  },
  {
    name: "sealing: remembered keys of a message are used for another header",
    file: "src/sealing/message-keys.ts",
    find: "header.equals(last.header) &&",
    replace: "header.length === last.header.length &&",
    tests: [MESSAGE],
    why: "A message with another salt would be opened with the previous message's keys.",
  },
  {
    name: "sealing: the caller's bytes are remembered instead of a copy",
    file: "src/sealing/message-keys.ts",
    find: "header: Buffer.from(header),",
    replace: "header,",
    tests: [MESSAGE],
    why: "Reusing a buffer would change the cached header that others are compared with.",
  },
  {
    name: "sealing: an input key of another size is taken",
    file: "src/sealing/message-keys.ts",
    find: "if (inputKey.symmetricKeySize !== suite.keyBytes) throw new SealBroken()",
    replace: "",
    tests: [MESSAGE, VECTORS],
    why: "A data key of 16 bytes would seal silently.",
  },
  {
    name: "sealing: the second block of the derivation repeats the first",
    file: "src/sealing/message-keys.ts",
    find: "hashed[hashed.length - 1] = 2",
    replace: "hashed[hashed.length - 1] = 1",
    tests: [VECTORS, KNOWN],
    why: "Every stored blob would be unreadable to any other release.",
  },
  {
    name: "sealing: segment numbers from 2^32 on repeat nonces",
    file: "src/sealing/segments.ts",
    find: "const high = Math.floor(segment / 2 ** 32)",
    replace: "const high = 0",
    tests: [SEGMENTS],
    why: "Two segments of one message would share a nonce.",
  },
  {
    name: "sealing: a plaintext of whole segments has no end marker",
    file: "src/sealing/segments.ts",
    find: "return Math.floor(plaintextBytes / SEGMENT_BYTES) + 1",
    replace: "return Math.max(Math.ceil(plaintextBytes / SEGMENT_BYTES), 1)",
    tests: [SEGMENTS, MESSAGE],
    why: "A message truncated after a full segment would open.",
  },
  {
    name: "sealing: a range that reaches the end does not open the end marker",
    file: "src/sealing/open-range.ts",
    find: "const reachesEnd = range.last === sizeBytes - 1",
    replace: "const reachesEnd = range.last === sizeBytes",
    tests: [RANGE],
    why: "The end of an object of whole segments would be read without checking its end marker.",
  },
  {
    name: "sealing: a message of another size than the record says is opened",
    file: "src/sealing/open-range.ts",
    find: "input.plaintextSizeBytes !== undefined && input.plaintextSizeBytes !== sizeBytes",
    replace: "input.plaintextSizeBytes !== undefined && input.plaintextSizeBytes > sizeBytes",
    tests: [RANGE],
    why: "A longer blob in an object's place would be detected late or not at all.",
  },
  {
    name: "sealing: a source that gives fewer bytes is believed",
    file: "src/sealing/open-range.ts",
    find: "if (bytes.length !== length) throw new SealBroken()",
    replace: "",
    tests: [RANGE],
    why: "Whole segments could be missing from an answer undetected.",
  },
  {
    name: "sealing: an opener that failed opens the next piece",
    file: "src/sealing/opener.ts",
    find: `      closed = true
      const plaintext = openWhatIsFull(asBuffer(message))`,
    replace: "      const plaintext = openWhatIsFull(asBuffer(message))",
    tests: [OPENER],
    why: "A reader that continues after an error would get bytes of a damaged message.",
  },
  {
    name: "sealing: a message without a last segment ends well",
    file: "src/sealing/opener.ts",
    find: "    return keys.openSegment(segment, pending.subarray(0, pendingBytes))",
    replace:
      "    return pendingBytes === 0 ? NOTHING : keys.openSegment(segment, pending.subarray(0, pendingBytes))",
    tests: [OPENER, VECTORS],
    why: "Truncation after a full segment would not be detected.",
  },
  {
    name: "sealing: a blob header with another checksum is taken",
    file: "src/sealing/blob-header.ts",
    find: "header.readUInt32BE(RESERVED.end) === crc32(header.subarray(0, RESERVED.end))",
    replace: "header.readUInt32BE(RESERVED.end) !== 0",
    tests: [HEADER],
    why: "A damaged header would be reported as a wrong key.",
  },
  {
    name: "sealing: reserved bytes of a blob header may be anything",
    file: "src/sealing/blob-header.ts",
    find: "header.subarray(RESERVED.start, RESERVED.end).every((byte) => byte === 0) &&",
    replace: "",
    tests: [HEADER],
    why: "A later format that uses them would be read as this one.",
  },
  {
    name: "sealing: a blob is not bound to its bucket",
    file: "src/sealing/blob-header.ts",
    find: `lengthPrefixed(["osseal-blob-v1", Buffer.from(blobId, "hex"), bucketInstanceId])`,
    replace: `lengthPrefixed(["osseal-blob-v1", Buffer.from(blobId, "hex"), bucketInstanceId.subarray(0, 0)])`,
    tests: [HEADER, KNOWN],
    why: "A blob moved into another bucket would open there.",
  },
  {
    name: "sealing: what the root key wraps is not bound to its kind",
    file: "src/sealing/root-key.ts",
    find: `context: lengthPrefixed(["osseal-root-v1", context]),`,
    replace: `context: lengthPrefixed(["osseal-root-v1", context.subarray(0, 0)]),`,
    tests: ["src/kms/cryptography.test.ts", KNOWN],
    why: "A wrapped key moved to another row would open there.",
  },
]
