// The blob format, opened by a program in another language that is based only on its description.
import assert from "node:assert/strict"
import { execFileSync, spawnSync } from "node:child_process"
import { createSecretKey, randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { blobContext, encodeBlobHeader } from "../../src/sealing/blob-header.ts"
import { sealMessage } from "../../src/sealing/message.ts"
import { SUITE_NAMES, type SuiteName, SUITES } from "../../src/sealing/suites.ts"

const SOURCE = join(import.meta.dirname, "..", "..", "docs", "formats", "openblob")
const VECTORS = join(import.meta.dirname, "..", "vectors", "sealed")
const hasGo = spawnSync("go", ["version"]).status === 0

function sealBlob(suite: SuiteName, dataKey: Buffer, plaintext: Buffer): Buffer {
  const header = {
    suite,
    blobId: randomBytes(16).toString("hex"),
    bucketInstanceId: randomBytes(16),
  } as const
  const inputKey = createSecretKey(dataKey)
  const message = sealMessage({ suite, inputKey, context: blobContext(header), plaintext })
  return Buffer.concat([encodeBlobHeader(header), message])
}

describe("openblob, the opener in Go", { skip: hasGo ? false : "go is not installed" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "osseal-openblob-"))
  const program = join(folder, "openblob")

  before(() => {
    const env = {
      ...process.env,
      GOTOOLCHAIN: "local",
      GOFLAGS: "-mod=mod",
      GOCACHE: join(folder, "cache"),
    }
    execFileSync("go", ["build", "-o", program, "."], { cwd: SOURCE, env })
  })

  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  function open(dataKey: Buffer, blob: Buffer): { status: number | null; stdout: Buffer } {
    const path = join(folder, "blob")
    writeFileSync(path, blob)
    const input = dataKey.toString("hex")
    return spawnSync(program, [path], { input, maxBuffer: 64 * 1024 * 1024 })
  }

  for (const suite of SUITE_NAMES) {
    const { keyBytes } = SUITES[suite]

    for (const sizeBytes of [0, 1, 16_383, 16_384, 16_385, 3 * 1024 * 1024]) {
      test(`opens a blob of ${sizeBytes} bytes, ${suite}`, () => {
        const dataKey = randomBytes(keyBytes)
        const plaintext = randomBytes(sizeBytes)
        const { status, stdout } = open(dataKey, sealBlob(suite, dataKey, plaintext))
        assert.equal(status, 0)
        assert.deepEqual(stdout, plaintext)
      })
    }

    test(`refuses a flipped bit, a cut blob and another data key, and writes nothing, ${suite}`, () => {
      const dataKey = randomBytes(keyBytes)
      const blob = sealBlob(suite, dataKey, randomBytes(40_000))
      const flipped = Buffer.from(blob)
      flipped[20_000] = (flipped[20_000] ?? 0) ^ 1
      const header = Buffer.from(blob)
      header[15] = (header[15] ?? 0) ^ 1
      const cut = blob.subarray(0, 64 + 56 + 2 * 16_400)
      for (const [usedKey, damaged] of [
        [dataKey, flipped],
        [dataKey, header],
        [dataKey, cut],
        [randomBytes(keyBytes), blob],
        [randomBytes(keyBytes / 2), blob],
      ] as const) {
        const { status, stdout } = open(usedKey, damaged)
        assert.equal(status, 1)
        assert.equal(stdout.length, 0)
      }
    })
  }

  test("opens the blobs of the known answers", () => {
    for (const name of ["v1.json", "sm4-v1.json"]) {
      const known = JSON.parse(readFileSync(join(VECTORS, name), "utf8")) as {
        readonly blob: { readonly dataKey: string; readonly cases: readonly { blob?: string }[] }
      }
      const dataKey = Buffer.from(known.blob.dataKey, "hex")
      const stored = known.blob.cases.flatMap(({ blob }) => blob ?? [])
      assert.ok(stored.length > 0)
      for (const blob of stored) {
        assert.equal(open(dataKey, Buffer.from(blob, "hex")).status, 0)
      }
    }
  })
})
