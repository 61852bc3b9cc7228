import type { Mutant } from "./mutant.ts"

const MD5_LANES = "src/objects/md5-lanes.test.ts"
const SHARES = "src/objects/memory-shares.test.ts"
const FREE = "src/base/free-memory.test.ts"
const DIGESTS = "src/threaded-digests.test.ts"
const READER = "src/storage/local/blob-reader.test.ts"
const FREED = "test/oss/freed-memory.test.ts"

/** Faults that free memory while somebody still reads it, or that do not free it at all. */
export const MEMORY_MUTANTS: readonly Mutant[] = [
  {
    name: "memory: bytes that share their memory are freed with it",
    file: "src/base/free-memory.ts",
    find: "byteLength !== buffer.byteLength",
    replace: "byteLength > buffer.byteLength",
    tests: [FREE],
    why: "A part of a buffer would take the rest of it, which others read, away.",
  },
  {
    name: "memory: a read ahead that nobody awaits ends the process",
    file: "src/sealing/open-range.ts",
    find: "    reading.catch(() => undefined)\n",
    replace: "",
    tests: ["src/sealing/open-range.test.ts"],
    why: "A client that disconnects while the disk fails would take every other request with it.",
  },
  {
    name: "memory: a piece is freed before it is used",
    file: "src/base/free-memory.ts",
    find: "    yield piece\n    freeMemory(piece)\n",
    replace: "    freeMemory(piece)\n    yield piece\n",
    tests: [FREE],
    why: "No object could be copied.",
  },
  {
    name: "memory: an answer's pieces are freed while the kernel reads them",
    file: "src/http/answer.ts",
    find: "response.write(last, freeAll)",
    replace: "response.write(last)\n  setImmediate(freeAll)",
    tests: [FREED],
    why: "A slow reader would get bytes of another answer.",
  },
  {
    name: "memory: an answer's pieces are not freed",
    file: "src/http/answer.ts",
    find: "pieces.forEach(freeMemory)",
    replace: "void freeMemory",
    tests: [FREED],
    why: "Every mebibyte that is read would be left to the garbage collector.",
  },
  {
    name: "memory: a body's piece is freed before it is read",
    file: "src/http/body.ts",
    find: "      yield bytes\n",
    replace: "      if (areFreed) freeMemory(bytes)\n      yield bytes\n",
    tests: [FREED],
    why: "No object could be stored.",
  },
  {
    name: "memory: the sealed bytes of a small object are freed before their commit",
    file: "src/objects/content-write.ts",
    find: "    const result = await commit()\n",
    replace:
      "    if (written.inline !== undefined) freeMemory(written.inline)\n    const result = await commit()\n",
    tests: ["src/objects/content-write.test.ts"],
    why: "No small object could be stored, or its bytes would be lost.",
  },
  {
    name: "memory: the batch read ahead overwrites the batch being opened",
    file: "src/storage/local/read-memory.ts",
    find: "const free = lastButOne",
    replace: "const free = last",
    tests: [FREED],
    why: "Long objects would not open.",
  },
  {
    name: "memory: a reader gives its memory back while the kernel fills it",
    file: "src/storage/local/blob-reader.ts",
    find: "      await reading\n",
    replace: "",
    tests: [READER],
    why: "A reader that is cut off would write into the memory of another.",
  },
  {
    name: "memory: a digest's slot is filled while the digest thread reads it",
    file: "src/threaded-digests.ts",
    find: "if (((filled - emptied) | 0) < SLOTS) break",
    replace: "if (((filled - emptied) | 0) < 2 * SLOTS) break",
    tests: [DIGESTS],
    why: "Uploads of others would get an error, since their digests are those of other bytes.",
  },
  {
    name: "memory: the end of the digest thread is not reported",
    file: "src/threaded-digests.ts",
    find: "onFailed(`the digest",
    replace: "void (`the digest",
    tests: [DIGESTS],
    why: "A server that can store nothing large would go on.",
  },
  {
    name: "memory: a waiting upload does not learn that the digest thread has ended",
    file: "src/threaded-digests.ts",
    find: "for (const { reject } of waiting.values()) reject(failure)",
    replace: "",
    tests: [DIGESTS],
    why: "Its request would be held until the client gives up.",
  },
  {
    name: "digests: of a stream's slots only the last of a round is digested",
    file: "src/digest-thread.ts",
    find: "[...(rounds[count] ?? []), piece]",
    replace: "[piece]",
    tests: [DIGESTS],
    why: "Every upload beside three others would fail, or have another ETag.",
  },
  {
    name: "digests: what is filled is not shown at the end of the turn",
    file: "src/threaded-digests.ts",
    find: "      setImmediate(show)",
    replace: "      setImmediate(() => undefined)",
    tests: [DIGESTS],
    why: "Uploads beside three others would wait forever.",
  },
  {
    name: "digests: the length of an MD5 has 32 bits",
    file: "src/objects/md5-lanes.ts",
    find: "BigInt(state.sizeBytes) * 8n",
    replace: "BigInt(state.sizeBytes) * 8n & 0xffffffffn",
    tests: [MD5_LANES],
    why: "Large objects would have another ETag than their client computes.",
  },
  {
    name: "digests: the padding of an MD5 never needs a second block",
    file: "src/objects/md5-lanes.ts",
    find: "state.restBytes < BLOCK_BYTES - 8 ? 1 : 2",
    replace: "state.restBytes < BLOCK_BYTES ? 1 : 2",
    tests: [MD5_LANES],
    why: "One object in eight would have another ETag than its client computes.",
  },
  {
    name: "memory: a write does not give its share back",
    file: "src/objects/content-write.ts",
    find: "    store.memory.give(share?.bytes ?? 0)\n",
    replace: "",
    tests: [SHARES],
    why: "After some uploads of large objects every other request would wait for memory.",
  },
  {
    name: "memory: every write gathers a mebibyte, whatever others hold",
    file: "src/objects/memory-shares.ts",
    find: "    if (bytes <= mostBytes) return { gatheredBytes, bytes }",
    replace: "    if (bytes <= memory.limitBytes) return { gatheredBytes, bytes }",
    tests: [SHARES],
    why: "A few hundred slow uploads would fill the memory.",
  },
  {
    name: "memory: sealed pieces are freed while they are written",
    file: "src/storage/local/blob-writer.ts",
    find: "position = await writeAll(file, pieces, position)",
    replace:
      "const all = writeAll(file, pieces, position)\n    pieces.forEach(freeMemory)\n    position = await all",
    tests: [FREED],
    why: "An acknowledged object would hold other bytes.",
  },
]
