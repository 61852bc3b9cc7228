// What asks for something in a form that is not understood is refused, and nothing is done.
import assert from "node:assert/strict"
import { test } from "node:test"
import { OWNER, START_MS } from "../../test/kms/key-service-fixture.ts"
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_SECRET,
  type KmsDoor,
  openKmsDoor,
  type RawAnswer,
  sendRaw,
} from "../../test/kms/kms-door.ts"
import { fakeClock, isoTime } from "../base/clock.ts"
import { percentEncode } from "../base/percent-encode.ts"
import { signatureV1, stringToSignV1 } from "./signature-v1.ts"

type Fields = Readonly<Record<string, string>>

interface Body {
  readonly contentType: string
  readonly text: string
}

/** Signs the parameters, of which the body holds none. */
function send(door: KmsDoor, fields: Fields, body?: Body): Promise<RawAnswer> {
  const method = body === undefined ? "GET" : "POST"
  const all = {
    Version: "2016-01-20",
    AccessKeyId: ACCESS_KEY_ID,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    Timestamp: isoTime(START_MS),
    ...fields,
  }
  const stringToSign = stringToSignV1(method, new Map(Object.entries(all)))
  const Signature = signatureV1(ACCESS_KEY_SECRET, stringToSign).toString("base64")
  const query = Object.entries({ ...all, Signature })
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&")
  const target = `/?${query}`
  if (body === undefined) return sendRaw(door, { target })
  const headers = { "content-type": body.contentType }
  return sendRaw(door, { method, target, headers, body: body.text })
}

async function assertRefused(sent: Promise<RawAnswer>, code: string): Promise<void> {
  const { status, body } = await sent
  assert.deepEqual([status, (JSON.parse(body) as { Code?: unknown }).Code], [400, code], body)
}

for (const [title, fields, code] of [
  ["DryRun that is neither true nor false", { DryRun: "1" }, "InvalidParameter"],
  ["a list of tags", { "Tags.1.TagKey": "a", "Tags.1.TagValue": "b" }, "UnsupportedOperation"],
  ["a list of tags in the other form", { "Tag.1.Key": "a" }, "UnsupportedOperation"],
  ["a description in lower case", { description: "a" }, "InvalidParameter"],
  ["DryRun in lower case", { dryrun: "true" }, "InvalidParameter"],
] as const) {
  test(`CreateKey with ${title} is refused and creates nothing`, async (t) => {
    const door = await openKmsDoor(t, fakeClock(START_MS))
    await assertRefused(send(door, { Action: "CreateKey", ...fields }), code)
    assert.deepEqual(await door.keyService.listCmks(OWNER), [])
  })
}

test("parameters in a body that is no form are refused, and nothing is done", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  for (const contentType of ["application/json", "text/plain"]) {
    const body = { contentType, text: '{"Description":"a"}' }
    await assertRefused(send(door, { Action: "CreateKey" }, body), "ParseRequestParameterException")
  }
  assert.deepEqual(await door.keyService.listCmks(OWNER), [])
  const empty = { contentType: "application/json", text: "" }
  assert.equal((await send(door, { Action: "ListKeys" }, empty)).status, 200)
})

test("cryptography refuses a context and a recipient that it would ignore", async (t) => {
  const door = await openKmsDoor(t, fakeClock(START_MS))
  const { cmkId: KeyId } = await door.keyService.createCmk(OWNER, { description: "" })
  const encrypt = { Action: "Encrypt", KeyId, Plaintext: "a" }
  await assertRefused(send(door, { ...encrypt, encryptioncontext: "{}" }), "InvalidParameter")
  await assertRefused(send(door, { ...encrypt, "encryptionContext.a": "b" }), "InvalidParameter")
  await assertRefused(send(door, { ...encrypt, DryRun: "yes" }), "InvalidParameter")
  const generate = { Action: "GenerateDataKey", KeyId, "Recipient.AttestationDocument": "a" }
  await assertRefused(send(door, generate), "UnsupportedOperation")
})
