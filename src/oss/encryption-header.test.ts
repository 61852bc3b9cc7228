import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { readEncryptionHeaders } from "./encryption-header.ts"
import { OssError } from "./errors.ts"
import type { EncryptionHeaderRule } from "./operation.ts"

const HEADER = "x-oss-server-side-encryption"
const CMK = "x-oss-server-side-encryption-key-id"
const DATA = "x-oss-server-side-data-encryption"

function read(
  headers: Readonly<Record<string, string>>,
  rule: EncryptionHeaderRule = "accepted",
  operations: "founding" | "current" = "founding",
): unknown {
  return readEncryptionHeaders(new Map(Object.entries(headers)), rule, operations)
}

/** The error, as status, code and fine-grained code. */
function refusal(...input: Parameters<typeof read>): [number, string, string | undefined] {
  try {
    read(...input)
  } catch (error) {
    if (error instanceof OssError) return [error.status, error.code, error.ec]
    throw error
  }
  assert.fail("it was accepted")
}

describe("an operation that accepts the encryption header", () => {
  test("accepts AES256, SM4, and KMS with or without a CMK", () => {
    const suite = "aes-256-gcm"
    assert.deepEqual(read({}), undefined)
    assert.deepEqual(read({ [HEADER]: "AES256" }), { method: "AES256" })
    assert.deepEqual(read({ [HEADER]: "SM4" }), { method: "SM4" })
    assert.deepEqual(read({ [HEADER]: "KMS" }), { method: "KMS", suite })
    assert.deepEqual(read({ [HEADER]: "KMS", [CMK]: "some-id" }), {
      method: "KMS",
      cmk: "some-id",
      suite,
    })
  })

  for (const value of ["", "AES128", "aes256", "kms", "sm4", "AES256 ", "AES256, KMS", "None"]) {
    test(`refuses the value ${JSON.stringify(value)} with InvalidEncryptionAlgorithmError`, () => {
      const expected = [400, "InvalidEncryptionAlgorithmError", "0005-00000003"]
      assert.deepEqual(refusal({ [HEADER]: value }), expected)
    })
  }

  test("refuses a CMK alone, a CMK with SM4, and an empty one; ignores a CMK with AES256", () => {
    const notApplicable = [400, "InvalidArgument", "0005-00000204"]
    assert.deepEqual(refusal({ [CMK]: "some-id" }), notApplicable)
    assert.deepEqual(refusal({ [HEADER]: "SM4", [CMK]: "some-id" }), notApplicable)
    assert.deepEqual(read({ [HEADER]: "AES256", [CMK]: "some-id" }), { method: "AES256" })
    assert.deepEqual(read({ [HEADER]: "AES256", [CMK]: "" }), { method: "AES256" })
    assert.deepEqual(refusal({ [HEADER]: "KMS", [CMK]: "" }), [
      400,
      "InvalidArgument",
      "0005-00000205",
    ])
  })

  test("ignores the data encryption without KMS, and accepts AES256 and SM4 with it", () => {
    assert.deepEqual(read({ [DATA]: "SM4" }), undefined)
    assert.deepEqual(read({ [HEADER]: "AES256", [DATA]: "SM4" }), { method: "AES256" })
    assert.deepEqual(read({ [HEADER]: "KMS", [DATA]: "AES256" }), {
      method: "KMS",
      suite: "aes-256-gcm",
    })
    assert.deepEqual(read({ [HEADER]: "KMS", [DATA]: "SM4" }), { method: "KMS", suite: "sm4-gcm" })
    for (const value of ["sm4", "AES128", ""]) {
      const expected = [400, "InvalidDataEncryptionAlgorithmError", "0005-00000203"]
      assert.deepEqual(refusal({ [HEADER]: "KMS", [DATA]: value }), expected)
    }
  })
})

describe("an operation that does not accept the encryption header", () => {
  test("refuses it with InvalidArgument, whatever its value", () => {
    for (const value of ["AES256", "KMS", "AES128", ""]) {
      for (const operations of ["founding", "current"] as const) {
        const answer = refusal({ [HEADER]: value }, "rejected", operations)
        assert.deepEqual(answer, [400, "InvalidArgument", "0005-00000002"])
      }
    }
  })

  test("accepts the CMK's id and a copied source's header alone, which ali-oss sends", () => {
    assert.deepEqual(read({ [CMK]: "some-id" }, "rejected"), undefined)
    assert.deepEqual(read({ [`x-oss-copy-source-${HEADER}`]: "KMS" }, "rejected"), undefined)
  })

  test("names the header in the error", () => {
    assert.throws(() => read({ [HEADER]: "KMS" }, "rejected"), {
      fields: { ArgumentName: HEADER, ArgumentValue: "KMS" },
    })
  })
})

describe("an operation that accepts the header in later versions of the service", () => {
  test("refuses it by default, and the message names the setting", () => {
    const answer = refusal({ [HEADER]: "AES256" }, "accepted-later")
    assert.deepEqual(answer, [400, "InvalidArgument", "0005-00000002"])
    assert.throws(() => read({ [HEADER]: "AES256" }, "accepted-later"), {
      message: /encryptionHeaderOperations/,
    })
  })

  test("accepts it when the setting says so", () => {
    assert.deepEqual(read({ [HEADER]: "AES256" }, "accepted-later", "current"), {
      method: "AES256",
    })
    const [, code] = refusal({ [HEADER]: "AES128" }, "accepted-later", "current")
    assert.equal(code, "InvalidEncryptionAlgorithmError")
  })
})

test("encryption with the client's own keys is refused everywhere, never stored without it", () => {
  for (const name of ["algorithm", "key", "key-md5"]) {
    for (const rule of ["accepted", "rejected"] as const) {
      const answer = refusal({ [`${HEADER}-customer-${name}`]: "AES256" }, rule)
      assert.deepEqual(answer, [400, "NotImplemented", undefined])
    }
  }
})
