import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import { type FakeClock, fakeClock, isoTime } from "../base/clock.ts"
import { OWNER, START_MS } from "../../test/kms/key-service-fixture.ts"
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_SECRET,
  type KmsDoor,
  openKmsDoor,
  type RawAnswer,
  sendRaw,
  STRANGER_ID,
} from "../../test/kms/kms-door.ts"
import { percentEncode } from "../base/percent-encode.ts"
import { signatureAcs3, stringToSignAcs3 } from "./signature-acs3.ts"
import { signatureV1, stringToSignV1 } from "./signature-v1.ts"

// Requests signed by hand, which the official clients do not send.

type Fields = Record<string, string>

const clock = (): FakeClock => fakeClock(START_MS)
const NOW = isoTime(START_MS).replace(".000", "")

const encode = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&")

function signedV1(fields: Fields, secret = ACCESS_KEY_SECRET, method = "GET"): Fields {
  const all: Fields = {
    Version: "2016-01-20",
    AccessKeyId: ACCESS_KEY_ID,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    Timestamp: NOW,
    ...fields,
  }
  const signature = signatureV1(secret, stringToSignV1(method, new Map(Object.entries(all))))
  return { ...all, Signature: signature.toString("base64") }
}

const sendV1 = (door: KmsDoor, fields: Fields): Promise<RawAnswer> =>
  sendRaw(door, { target: `/?${encode(signedV1(fields))}` })

const field = (answer: RawAnswer, name: string): unknown =>
  (JSON.parse(answer.body) as Record<string, unknown>)[name]

async function assertRefused(
  sent: Promise<RawAnswer>,
  status: number,
  code: string,
): Promise<void> {
  const answer = await sent
  assert.deepEqual([answer.status, field(answer, "Code")], [status, code], answer.body)
}

/** A POST with ACS3 over everything that must be signed; `change` alters it afterwards. */
function signedAcs3(door: KmsDoor, action: string, fields: Fields, extra: Fields = {}): Fields {
  const headers: Fields = {
    host: door.host,
    "x-acs-action": action,
    "x-acs-content-sha256": createHash("sha256").digest("hex"),
    "x-acs-date": NOW,
    "x-acs-version": "2016-01-20",
    ...extra,
  }
  const names = Object.keys(headers).sort()
  const query = new Map(Object.entries(fields))
  const stringToSign = stringToSignAcs3(
    {
      method: "POST",
      query,
      parameters: query,
      headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
      body: Buffer.alloc(0),
      signedBy: "header",
    },
    names,
  )
  const signature = signatureAcs3(ACCESS_KEY_SECRET, stringToSign).toString("hex")
  const authorization = `ACS3-HMAC-SHA256 Credential=${ACCESS_KEY_ID},SignedHeaders=${names.join(";")},Signature=${signature}`
  return { ...headers, authorization }
}

test("a request without a nonce, with milliseconds and an empty parameter is accepted", async (t) => {
  const door = await openKmsDoor(t, clock())
  const fields = { Action: "ListKeys", Timestamp: isoTime(START_MS), SignatureType: "" }
  const answer = await sendV1(door, fields)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers["content-type"], "application/json;charset=utf-8")
  assert.equal(answer.headers["cache-control"], "no-store")
  assert.equal(answer.headers["x-acs-request-id"], field(answer, "RequestId"))
  assert.equal("Code" in (JSON.parse(answer.body) as object), false)
})

test("system parameters in the query and the others in the form are one signed request", async (t) => {
  const door = await openKmsDoor(t, clock())
  const { Description = "", ...query } = signedV1(
    { Action: "CreateKey", Description: "a b" },
    ACCESS_KEY_SECRET,
    "POST",
  )
  const answer = await sendRaw(door, {
    method: "POST",
    target: `/?${encode(query)}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: encode({ Description }).replaceAll("%20", "+"),
  })
  assert.equal(answer.status, 200, answer.body)
  const [cmk] = await door.keyService.listCmks(OWNER)
  assert.equal(cmk?.description, "a b")
})

test("responses are XML on request, and so are errors", async (t) => {
  const door = await openKmsDoor(t, clock())
  const list = await sendV1(door, { Action: "ListKeys", Format: "XML" })
  assert.equal(list.headers["content-type"], "text/xml;charset=utf-8")
  assert.match(list.body, /<ListKeysResponse>.*<Keys><\/Keys><TotalCount>0<\/TotalCount>/s)
  const error = await sendV1(door, { Action: "DeleteAlias", AliasName: "alias/a", Format: "XML" })
  assert.equal(error.status, 404)
  assert.match(error.body, /<Error>.*<Code>Forbidden.AliasNotFound<\/Code>/s)
  const accept = { accept: "application/xml" }
  const headers = { ...signedAcs3(door, "ListKeys", {}), ...accept }
  const acs3 = await sendRaw(door, { method: "POST", target: "/", headers })
  assert.match(acs3.body, /<ListKeysResponse>/)
})

const badRequests: [title: string, fields: Fields, status: number, code: string][] = [
  ["an unknown action", { Action: "Nothing" }, 404, "InvalidApi.NotFound"],
  ["the name of a built-in property", { Action: "toString" }, 404, "InvalidApi.NotFound"],
  ["an action that is not implemented", { Action: "ReEncrypt" }, 400, "UnsupportedOperation"],
  ["another version", { Action: "ListKeys", Version: "2017-01-20" }, 400, "InvalidVersion"],
  ["a bad timestamp", { Action: "ListKeys", Timestamp: "now" }, 400, "InvalidTimeStamp.Format"],
  [
    "another signature method",
    { Action: "ListKeys", SignatureMethod: "HMAC-SHA256" },
    400,
    "InvalidSignatureMethod",
  ],
  [
    "an unknown access key",
    { Action: "ListKeys", AccessKeyId: "nobody" },
    404,
    "InvalidAccessKeyId.NotFound",
  ],
  [
    "a security token",
    { Action: "ListKeys", SecurityToken: "token" },
    400,
    "InvalidSecurityToken.Malformed",
  ],
  [
    "the key of another account",
    { Action: "ListKeys", AccessKeyId: STRANGER_ID },
    403,
    "Forbidden.NoPermission",
  ],
  ["no KeyId", { Action: "DescribeKey" }, 400, "MissingParameter"],
  ["an empty KeyId", { Action: "DescribeKey", KeyId: "" }, 400, "MissingParameter"],
  ["a bad page size", { Action: "ListKeys", PageSize: "101" }, 400, "InvalidParameter"],
  ["filters that are not a list", { Action: "ListKeys", Filters: "{" }, 400, "InvalidParameter"],
  ["another key spec", { Action: "CreateKey", KeySpec: "RSA_2048" }, 400, "UnsupportedOperation"],
  ["an unknown key spec", { Action: "CreateKey", KeySpec: "DES" }, 400, "InvalidParameter"],
  ["an HSM", { Action: "CreateKey", ProtectionLevel: "HSM" }, 400, "Unsupported.ProtectionLevel"],
  ["imported material", { Action: "CreateKey", Origin: "EXTERNAL" }, 400, "Unsupported.Origin"],
  ["tags", { Action: "CreateKey", Tags: "[]" }, 400, "UnsupportedOperation"],
  [
    "rotation",
    { Action: "CreateKey", EnableAutomaticRotation: "true" },
    400,
    "UnsupportedOperation",
  ],
  ["DryRun of a change", { Action: "CreateKey", DryRun: "true" }, 400, "UnsupportedOperation"],
  ["a bad alias", { Action: "DeleteAlias", AliasName: "a" }, 400, "InvalidParameter"],
]

for (const [title, fields, status, code] of badRequests) {
  test(`a request with ${title} gets ${code} and changes nothing`, async (t) => {
    const door = await openKmsDoor(t, clock())
    await assertRefused(sendV1(door, fields), status, code)
    assert.deepEqual(await door.keyService.listCmks(OWNER), [])
  })
}

for (const name of [
  "Action",
  "Version",
  "AccessKeyId",
  "Signature",
  "SignatureMethod",
  "SignatureVersion",
  "Timestamp",
]) {
  test(`a request without ${name} gets Missing${name}`, async (t) => {
    const door = await openKmsDoor(t, clock())
    const all = Object.entries(signedV1({ Action: "ListKeys" }))
    const target = `/?${encode(Object.fromEntries(all.filter(([each]) => each !== name)))}`
    await assertRefused(sendRaw(door, { target }), 400, `Missing${name}`)
  })
}

test("a wrong secret gets the string that was signed, and the log does not", async (t) => {
  const door = await openKmsDoor(t, clock())
  const plaintext = "very-secret-plaintext"
  const fields = signedV1({ Action: "Encrypt", KeyId: "k", Plaintext: plaintext }, "wrong")
  const answer = await sendRaw(door, { target: `/?${encode(fields)}` })
  assert.equal(field(answer, "Code"), "SignatureDoesNotMatch")
  const [, stringToSign] = String(field(answer, "Message")).split("server string to sign is:")
  assert.equal(stringToSign, stringToSignV1("GET", new Map(Object.entries(fields))))
  assert.equal(door.logged.length, 1)
  assert(!door.logged.join("").includes(plaintext))
})

test("a timestamp is valid for fifteen minutes either way", async (t) => {
  const time = clock()
  const door = await openKmsDoor(t, time)
  const target = `/?${encode(signedV1({ Action: "ListKeys" }))}`
  time.advance(15 * 60_000)
  assert.equal((await sendRaw(door, { target })).status, 200)
  time.advance(1)
  await assertRefused(sendRaw(door, { target }), 400, "InvalidTimeStamp.Expired")
  time.advance(-30 * 60_000 - 2)
  await assertRefused(sendRaw(door, { target }), 400, "InvalidTimeStamp.Expired")
})

test("a nonce is used once, and only a correctly signed request uses it up", async (t) => {
  const door = await openKmsDoor(t, clock())
  const fields = { Action: "ListKeys", SignatureNonce: "n" }
  const forged = encode(signedV1(fields, "wrong"))
  await assertRefused(sendRaw(door, { target: `/?${forged}` }), 400, "SignatureDoesNotMatch")
  assert.equal((await sendV1(door, fields)).status, 200)
  await assertRefused(sendV1(door, fields), 400, "SignatureNonceUsed")
  const headers = signedAcs3(door, "ListKeys", {}, { "x-acs-signature-nonce": "m" })
  const request = { method: "POST", target: "/", headers }
  assert.equal((await sendRaw(door, request)).status, 200)
  await assertRefused(sendRaw(door, request), 400, "SignatureNonceUsed")
})

test("ACS3: whatever is changed, added or left unsigned is refused", async (t) => {
  const door = await openKmsDoor(t, clock())
  const good = signedAcs3(door, "ListKeys", { PageSize: "5" })
  const { authorization = "" } = good
  const send = (target: string, headers: Fields, body?: string): Promise<RawAnswer> =>
    sendRaw(door, { method: "POST", target, headers, ...(body === undefined ? {} : { body }) })
  assert.equal((await send("/?PageSize=5", good)).status, 200)

  const mismatch = "SignatureDoesNotMatch"
  await assertRefused(send("/?PageSize=6", good), 400, mismatch)
  await assertRefused(send("/?PageSize=5&PageNumber=2", good), 400, mismatch)
  await assertRefused(send("/", good), 400, mismatch)
  await assertRefused(send("/?PageSize=5", { ...good, "x-acs-action": "CreateKey" }), 400, mismatch)
  await assertRefused(send("/?PageSize=5", { ...good, host: "other" }), 400, mismatch)
  await assertRefused(send("/?PageSize=5", good, "a=b"), 400, mismatch)

  const incomplete = "IncompleteSignature"
  const form = { "content-type": "application/x-www-form-urlencoded" }
  await assertRefused(send("/?PageSize=5", { ...good, ...form }, "a=b"), 400, incomplete)
  await assertRefused(send("/?PageSize=5", { ...good, "x-acs-more": "1" }), 400, incomplete)
  for (const name of ["host;", "x-acs-action;", "x-acs-date;", "x-acs-content-sha256;"]) {
    const changed = { ...good, authorization: authorization.replace(name, "") }
    await assertRefused(send("/?PageSize=5", changed), 400, incomplete)
  }
  await assertRefused(send("/?PageSize=5&Signature=a", good), 400, incomplete)
  const otherMethod = { ...good, authorization: authorization.replace("SHA256", "SM3") }
  await assertRefused(send("/?PageSize=5", otherMethod), 400, "InvalidSignatureMethod")
  const twoActions = send("/?PageSize=5&Action=CreateKey", good)
  await assertRefused(twoActions, 400, "InvalidParameter")
})

test("a signed header may be given only once", async (t) => {
  const door = await openKmsDoor(t, clock())
  const headers = { ...signedAcs3(door, "ListKeys", {}), "x-acs-date": [NOW, NOW] }
  await assertRefused(
    sendRaw(door, { method: "POST", target: "/", headers }),
    400,
    "IncompleteSignature",
  )
})

test("other methods, paths and malformed parameters are refused", async (t) => {
  const door = await openKmsDoor(t, clock())
  const put = sendRaw(door, { method: "PUT", target: "/" })
  await assertRefused(put, 403, "UnsupportedHTTPMethod")
  await assertRefused(sendRaw(door, { target: "/x?Action=a" }), 404, "InvalidApi.NotFound")
  const malformed = "ParseRequestParameterException"
  await assertRefused(sendRaw(door, { target: "/?a=%zz" }), 400, malformed)
  await assertRefused(sendRaw(door, { target: "/?Action=a&Action=b" }), 400, malformed)
})

test("a plaintext of 6144 bytes and a context of 8192 characters fit into a URL, and one more of either does not", async (t) => {
  const door = await openKmsDoor(t, clock())
  const { cmkId } = await door.keyService.createCmk(OWNER, { description: "" })
  const encrypt = (plaintext: string, context: string): Promise<RawAnswer> =>
    sendV1(door, {
      Action: "Encrypt",
      KeyId: cmkId,
      Plaintext: plaintext,
      EncryptionContext: context,
    })
  const context = (size: number): string => `{"a":"${"{".repeat(size - 8)}"}`
  for (const plaintext of ["{".repeat(4097), "{".repeat(6144), "ü".repeat(3072)]) {
    assert.equal((await encrypt(plaintext, context(8192))).status, 200)
  }
  await assertRefused(encrypt(`${"ü".repeat(3072)}a`, ""), 400, "InvalidParameter")
  await assertRefused(encrypt("a", context(8193)), 400, "InvalidParameter")
  await assertRefused(encrypt("a", '{"a":1}'), 400, "InvalidParameter")
})

test("no context, an empty one and {} decrypt one another", async (t) => {
  const door = await openKmsDoor(t, clock())
  const { cmkId } = await door.keyService.createCmk(OWNER, { description: "" })
  const forms: Fields[] = [{}, { EncryptionContext: "" }, { EncryptionContext: "{}" }]
  for (const sealed of forms) {
    const encrypted = await sendV1(door, {
      Action: "Encrypt",
      KeyId: cmkId,
      Plaintext: "a",
      ...sealed,
    })
    const CiphertextBlob = String(field(encrypted, "CiphertextBlob"))
    for (const opened of forms) {
      const answer = await sendV1(door, { Action: "Decrypt", CiphertextBlob, ...opened })
      assert.equal(field(answer, "Plaintext"), "a")
    }
  }
})

test("every failure to decrypt gets the same body except for its request id", async (t) => {
  const door = await openKmsDoor(t, clock())
  const { cmkId } = await door.keyService.createCmk(OWNER, { description: "" })
  const encrypted = await sendV1(door, { Action: "Encrypt", KeyId: cmkId, Plaintext: "a" })
  const blob = Buffer.from(String(field(encrypted, "CiphertextBlob")), "base64")
  const unknown = Buffer.from(blob).fill(blob.toString("latin1", 0, 1) === "0" ? "1" : "0", 0, 1)
  const damaged = Buffer.from(blob)
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
  const attempts: Fields[] = [
    { CiphertextBlob: "not base64!" },
    { CiphertextBlob: "AAAA" },
    { CiphertextBlob: unknown.toString("base64") },
    { CiphertextBlob: damaged.toString("base64") },
    { CiphertextBlob: blob.toString("base64"), EncryptionContext: '{"a":"b"}' },
  ]
  const bodies = new Set<string>()
  for (const attempt of attempts) {
    const answer = await sendV1(door, { Action: "Decrypt", ...attempt })
    assert.equal(answer.status, 400)
    bodies.add(answer.body.replace(/"RequestId":"[^"]*"/, ""))
  }
  assert.equal(bodies.size, 1)
  assert.match([...bodies].join(""), /"Code":"InvalidParameter"/)
})

test("DryRun always returns an error that states what would have happened", async (t) => {
  const door = await openKmsDoor(t, clock())
  const { cmkId } = await door.keyService.createCmk(OWNER, { description: "" })
  const tried = { Action: "Encrypt", KeyId: cmkId, Plaintext: "a", DryRun: "true" }
  await assertRefused(sendV1(door, tried), 400, "DryRunOperationError")
  await assertRefused(
    sendV1(door, { ...tried, AccessKeyId: STRANGER_ID }),
    403,
    "AccessDeniedError",
  )
  await door.keyService.disableCmk(OWNER, cmkId)
  await assertRefused(sendV1(door, tried), 400, "ValidationError")
})

test("listed keys match all filters", async (t) => {
  const door = await openKmsDoor(t, clock())
  const { keyService } = door
  const one = await keyService.createCmk(OWNER, { description: "" })
  const two = await keyService.createCmk(OWNER, { description: "" })
  await keyService.disableCmk(OWNER, two.cmkId)
  const wrapping = { dataKey: Buffer.alloc(32), context: new Map<string, string>() }
  const service = await keyService.wrapDataKey(OWNER, wrapping)
  const list = async (filters: object): Promise<string[]> => {
    const answer = await sendV1(door, { Action: "ListKeys", Filters: JSON.stringify(filters) })
    const { Key } = field(answer, "Keys") as { Key: { KeyId: string }[] }
    return Key.map(({ KeyId }) => KeyId).sort()
  }
  const user = { Key: "CreatorType", Values: ["User"] }
  const state = (...Values: string[]): object => ({ Key: "KeyState", Values })
  assert.deepEqual(await list([user]), [one.cmkId, two.cmkId].sort())
  assert.deepEqual(await list([{ Key: "CreatorType", Values: ["Service"] }]), [service.cmkId])
  assert.deepEqual(await list([user, state("Disabled")]), [two.cmkId])
  assert.equal((await list([state("Disabled", "Enabled")])).length, 3)
})
