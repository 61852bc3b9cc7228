import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock, isoTime } from "../base/clock.ts"
import { OWNER, START_MS } from "../../test/kms/key-service-fixture.ts"
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_SECRET,
  type KmsDoor,
  openKmsDoor,
  sendRaw,
} from "../../test/kms/kms-door.ts"
import { percentEncode } from "../base/percent-encode.ts"
import { signatureV1, stringToSignV1 } from "./signature-v1.ts"

/** The status of the response and its fields. */
async function send(
  door: KmsDoor,
  fields: Record<string, string>,
): Promise<Record<string, unknown> & { readonly status: number | undefined }> {
  const all = {
    Version: "2016-01-20",
    AccessKeyId: ACCESS_KEY_ID,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    Timestamp: isoTime(START_MS).replace(".000", ""),
    ...fields,
  }
  const signed = stringToSignV1("GET", new Map(Object.entries(all)))
  const signature = signatureV1(ACCESS_KEY_SECRET, signed).toString("base64")
  const query = Object.entries({ ...all, Signature: signature })
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&")
  const { status, body } = await sendRaw(door, { target: `/?${query}` })
  return { ...(JSON.parse(body) as Record<string, unknown>), status }
}

test("the limit of Encrypt counts the bytes of a client before base64, and other text as it is", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  const { cmkId } = await door.keyService.createCmk(OWNER, { description: "" })
  const base64 = (sizeBytes: number): string => Buffer.alloc(sizeBytes, 0xfe).toString("base64")
  for (const Plaintext of [base64(6144), base64(6143), base64(4097), "{".repeat(6144)]) {
    const encrypted = await send(door, { Action: "Encrypt", KeyId: cmkId, Plaintext })
    assert.equal(encrypted.status, 200)
    const CiphertextBlob = String(encrypted["CiphertextBlob"])
    const decrypted = await send(door, { Action: "Decrypt", CiphertextBlob })
    assert.equal(decrypted["Plaintext"], Plaintext)
  }
  for (const Plaintext of [base64(6145), "{".repeat(6145), `${base64(6144)}=`]) {
    const refused = await send(door, { Action: "Encrypt", KeyId: cmkId, Plaintext })
    assert.deepEqual([refused.status, refused["Code"]], [400, "InvalidParameter"])
  }
})

test("Decrypt refuses bytes that are not text instead of returning other bytes, and returns every text unchanged", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  const { cmkId } = await door.keyService.createCmk(OWNER, { description: "" })
  const decrypt = async (plaintext: Buffer): Promise<Awaited<ReturnType<typeof send>>> => {
    const input = { cmk: cmkId, plaintext, context: new Map() }
    const { ciphertextBlob } = await door.keyService.encrypt(OWNER, input)
    return await send(door, {
      Action: "Decrypt",
      CiphertextBlob: ciphertextBlob.toString("base64"),
    })
  }
  for (const hex of ["ff", "c3", "eda080", "61c328", "c080"]) {
    const refused = await decrypt(Buffer.from(hex, "hex"))
    assert.deepEqual([refused.status, refused["Code"]], [400, "InvalidParameter"], hex)
    assert.equal(refused["Plaintext"], undefined)
  }
  for (const text of ["\ufeffa", "\ufffd", "\u0000\u0001", "\u{1f600}"]) {
    assert.equal((await decrypt(Buffer.from(text)))["Plaintext"], text)
  }
})
