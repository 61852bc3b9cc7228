import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock, isoTime } from "../base/clock.ts"
import { OWNER, START_MS } from "../../test/kms/key-service-fixture.ts"
import {
  ACCESS_KEY_SECRET,
  openKmsDoor,
  type RawAnswer,
  sendRaw,
  STRANGER_ID,
  type KmsDoor,
} from "../../test/kms/kms-door.ts"
import { NO_ENCRYPTION_CONTEXT as context } from "../kms/encryption-context.ts"
import type { OperationName } from "./operation-names.ts"
import { percentEncode } from "../base/percent-encode.ts"
import { signatureV1, stringToSignV1 } from "./signature-v1.ts"

type Fields = Readonly<Record<string, string>>

interface Named {
  readonly KeyId: string
  readonly CiphertextBlob: string
}

/** Parameters with which each operation would succeed for the owner, or fail only because of the CMK's state. */
const PARAMETERS: Readonly<Record<OperationName, (named: Named) => Fields>> = {
  CancelKeyDeletion: ({ KeyId }) => ({ KeyId }),
  CreateAlias: ({ KeyId }) => ({ KeyId, AliasName: "alias/new" }),
  CreateKey: () => ({}),
  Decrypt: ({ CiphertextBlob }) => ({ CiphertextBlob }),
  DeleteAlias: () => ({ AliasName: "alias/one" }),
  DescribeAccountKmsStatus: () => ({}),
  DescribeKey: () => ({ KeyId: "alias/one" }),
  DisableKey: ({ KeyId }) => ({ KeyId }),
  EnableKey: ({ KeyId }) => ({ KeyId }),
  Encrypt: () => ({ KeyId: "alias/one", Plaintext: "a" }),
  GenerateDataKey: ({ KeyId }) => ({ KeyId }),
  GenerateDataKeyWithoutPlaintext: ({ KeyId }) => ({ KeyId }),
  ListAliases: () => ({}),
  ListAliasesByKeyId: ({ KeyId }) => ({ KeyId }),
  ListKeyVersions: ({ KeyId }) => ({ KeyId }),
  ListKeys: () => ({}),
  OpenKmsService: () => ({}),
  ScheduleKeyDeletion: ({ KeyId }) => ({ KeyId, PendingWindowInDays: "7" }),
  UpdateAlias: ({ KeyId }) => ({ KeyId, AliasName: "alias/one" }),
  UpdateKeyDescription: ({ KeyId }) => ({ KeyId, Description: "a" }),
}

async function sendAsStranger(door: KmsDoor, fields: Fields): Promise<RawAnswer> {
  const all = {
    Version: "2016-01-20",
    AccessKeyId: STRANGER_ID,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    Timestamp: isoTime(START_MS).replace(".000", ""),
    ...fields,
  }
  const stringToSign = stringToSignV1("GET", new Map(Object.entries(all)))
  const Signature = signatureV1(ACCESS_KEY_SECRET, stringToSign).toString("base64")
  const query = Object.entries({ ...all, Signature })
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&")
  return sendRaw(door, { target: `/?${query}` })
}

for (const [action, parameters] of Object.entries(PARAMETERS)) {
  test(`${action} is refused to another account, and the error names the permission that it needs`, async (t) => {
    const door = await openKmsDoor(t, fakeClock(START_MS))
    const { cmkId } = await door.keyService.createCmk(OWNER, { description: "" })
    await door.keyService.createAlias(OWNER, "alias/one", cmkId)
    const request = { cmk: cmkId, plaintext: Buffer.from("a"), context }
    const { ciphertextBlob } = await door.keyService.encrypt(OWNER, request)
    const named = { KeyId: cmkId, CiphertextBlob: ciphertextBlob.toString("base64") }
    const answer = await sendAsStranger(door, { Action: action, ...parameters(named) })
    const { Code, Message } = JSON.parse(answer.body) as Record<string, string>
    assert.deepEqual(
      [answer.status, Code, Message],
      [403, "Forbidden.NoPermission", `This operation needs the permission kms:${action}.`],
    )
  })
}
