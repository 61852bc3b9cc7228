// The published vectors of C2SP chunked encryption (Cobblestone-256), each in every way that a message is handled.
import assert from "node:assert/strict"
import { createHash, createSecretKey } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { inflateSync } from "node:zlib"
import { randomBytes } from "../base/random.ts"
import { openMessage, sealMessage } from "./message.ts"
import type { Binding } from "./message-keys.ts"
import { createOpener } from "./opener.ts"
import { openRange } from "./open-range.ts"
import { SealBroken } from "./seal-broken.ts"
import { createSealer } from "./sealer.ts"
import { openedSizeBytes, SALT_BYTES, SEGMENT_BYTES } from "./segments.ts"

interface Vector {
  readonly id: number
  readonly case: string
  readonly flags: readonly string[]
  readonly result: "valid" | "invalid"
  readonly key: string
  readonly context: string
  readonly ciphertextZlib: string
  readonly messageBytes?: number
  readonly messageSha512?: string
}

const path = new URL("../../test/vectors/cobblestone-256.json", import.meta.url)
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vector[]

function bindingOf(vector: Vector): Binding {
  return {
    suite: "aes-256-gcm",
    inputKey: createSecretKey(Buffer.from(vector.key, "hex")),
    context: Buffer.from(vector.context, "hex"),
  }
}

function messageOf(vector: Vector): Buffer {
  return inflateSync(Buffer.from(vector.ciphertextZlib, "hex"))
}

function assertPlaintext(vector: Vector, plaintext: Buffer): void {
  assert.equal(plaintext.length, vector.messageBytes)
  assert.equal(createHash("sha512").update(plaintext).digest("hex"), vector.messageSha512)
}

/**
 * For a refused message a streaming opener may release the valid segments before the fault, whose bytes the vector
 * names: all of them when they arrive one by one, none without the flag.
 */
function assertReleased(vector: Vector, released: Buffer, pieceBytes: number): void {
  if (!vector.flags.includes("PartialPlaintext")) assert.equal(released.length, 0)
  else if (pieceBytes === 1 || released.length > 0) assertPlaintext(vector, released)
}

/** Feeds a message in pieces. Returns what the opener releases, and whether it ended without an error. */
function stream(vector: Vector, pieceBytes: number): { released: Buffer; whole: boolean } {
  const opener = createOpener(bindingOf(vector))
  const message = messageOf(vector)
  const released: Buffer[] = []
  try {
    for (let at = 0; at < message.length; at += pieceBytes) {
      const plaintext = opener.update(message.subarray(at, at + pieceBytes))
      if (plaintext.length > 0) released.push(plaintext)
    }
    released.push(opener.final())
    return { released: Buffer.concat(released), whole: true }
  } catch (error) {
    assert.ok(error instanceof SealBroken)
    assert.throws(() => opener.update(Buffer.alloc(1)), SealBroken)
    assert.throws(() => opener.final(), SealBroken)
    return { released: Buffer.concat(released), whole: false }
  }
}

async function readRange(
  vector: Vector,
  message: Buffer,
  first: number,
  last: number,
): Promise<Buffer> {
  const source = {
    sizeBytes: message.length,
    read: (position: number, length: number) =>
      Promise.resolve(message.subarray(position, position + length)),
  }
  const pieces: Buffer[] = []
  const range = { first, last }
  for await (const batch of openRange({ ...bindingOf(vector), source, range, batchSegments: 2 })) {
    pieces.push(...batch)
  }
  return Buffer.concat(pieces)
}

/** Ranges around every segment boundary, and some random ones. */
function rangesOf(sizeBytes: number): [number, number][] {
  const ranges: [number, number][] = [[0, sizeBytes - 1]]
  for (let boundary = 0; boundary <= sizeBytes; boundary += SEGMENT_BYTES) {
    ranges.push([boundary - 1, boundary], [boundary, boundary], [boundary - 1, boundary - 1])
  }
  const random = randomBytes(80)
  for (let index = 0; index < 20; index += 1) {
    const first = random.readUInt32BE(index * 4) % Math.max(sizeBytes, 1)
    ranges.push([first, Math.min(first + (random[index] ?? 0) * 100, sizeBytes - 1)])
  }
  return ranges.filter(([first, last]) => first >= 0 && first <= last && last < sizeBytes)
}

test("there are the 35 published vectors", () => {
  assert.equal(vectors.length, 35)
})

for (const vector of vectors) {
  const isValid = vector.result === "valid"
  describe(`vector ${vector.id}, ${vector.case}`, () => {
    test(`${isValid ? "opens" : "is refused"} whole`, () => {
      const open = (): Buffer => openMessage({ ...bindingOf(vector), message: messageOf(vector) })
      if (isValid) assertPlaintext(vector, open())
      else assert.throws(open, SealBroken)
    })

    for (const pieceBytes of [1, 1009, 65_536]) {
      test(`${isValid ? "opens" : "is refused"} streamed in pieces of ${pieceBytes}`, () => {
        const { released, whole } = stream(vector, pieceBytes)
        assert.equal(whole, isValid)
        if (isValid) assertPlaintext(vector, released)
        else assertReleased(vector, released, pieceBytes)
      })
    }

    if (!isValid) {
      test("is refused by random access", async () => {
        const message = messageOf(vector)
        const sizeBytes = openedSizeBytes(message.length)
        // Any range works when no message has this size.
        const last = Math.max((sizeBytes ?? 0) - 1, 0)
        await assert.rejects(readRange(vector, message, 0, last), SealBroken)
      })
      return
    }

    test("opens by random access", async () => {
      const message = messageOf(vector)
      const whole = openMessage({ ...bindingOf(vector), message })
      for (const [first, last] of rangesOf(whole.length)) {
        assert.ok(
          (await readRange(vector, message, first, last)).equals(whole.subarray(first, last + 1)),
        )
      }
    })

    test("is reproduced byte for byte with its salt", () => {
      const message = messageOf(vector)
      const binding = { ...bindingOf(vector), salt: message.subarray(0, SALT_BYTES) }
      const plaintext = openMessage({ ...binding, message })
      assert.ok(sealMessage({ ...binding, plaintext }).equals(message))
      const sealer = createSealer(binding)
      const pieces: Uint8Array[] = []
      for (let at = 0; at < plaintext.length; at += 10_007) {
        pieces.push(...sealer.update(plaintext.subarray(at, at + 10_007)))
      }
      assert.ok(Buffer.concat([...pieces, ...sealer.final()]).equals(message))
    })
  })
}
