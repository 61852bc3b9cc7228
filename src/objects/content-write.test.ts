import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { test } from "node:test"
import {
  ATTRIBUTES,
  incomingOf,
  openBucket,
  openStore,
  put,
  readBytes,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { countFiles, openUpload } from "../../test/objects/uploads-fixture.ts"
import { appendObject } from "./append.ts"
import type { EncryptionChoice } from "./rows/records.ts"
import { uploadPart } from "./uploads.ts"

const ENCRYPTIONS: Readonly<Record<string, EncryptionChoice>> = {
  "no mark": { method: "none" },
  AES256: { method: "AES256" },
  SM4: { method: "SM4" },
}

for (const [name, encryption] of Object.entries(ENCRYPTIONS)) {
  test(`an object of up to 64 KiB needs no blob, with ${name}`, async () => {
    const { store, blobs } = openStore()
    await openBucket(store, "never")
    for (const [sizeBytes, kind] of [
      [16_385, "inline"],
      [65_536, "inline"],
      [65_537, "blob"],
    ] as const) {
      const bytes = randomBytes(sizeBytes)
      const target = await targetOf(store, `${sizeBytes}`)
      const { content } = await put(store, target, bytes, { encryption })
      assert.equal(content.kind, kind)
      assert.deepEqual(await readBytes(store, target), bytes)
    }
    assert.equal(await countFiles(blobs), 1)
  })
}

test("a part or an append of up to 16 KiB needs no blob, since the sweep reads where its bytes are", async () => {
  const { store, blobs } = openStore()
  await openBucket(store, "never")
  const upload = await openUpload(store, "parts")
  const before = await countFiles(blobs)
  let position = 0
  for (const [sizeBytes, files] of [
    [16_384, 0],
    [16_385, 2],
  ] as const) {
    const bytes = randomBytes(sizeBytes)
    await uploadPart(store, upload, 9, incomingOf(bytes))
    const target = await targetOf(store, "appended")
    const append = { position, attributes: ATTRIBUTES, encryption: undefined }
    await appendObject(store, target, { ...append, incoming: incomingOf(bytes) })
    position += sizeBytes
    assert.equal((await countFiles(blobs)) - before, files)
  }
})
