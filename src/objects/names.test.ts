import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { NameRefused } from "./name-refused.ts"
import { parseBucketName, parseObjectKey } from "./names.ts"

const VECTORS = new URL("../../test/vectors/syntax/", import.meta.url)

function linesOf(file: string): string[] {
  const lines = readFileSync(new URL(file, VECTORS), "utf8").split("\n")
  return lines.filter((line) => line !== "" && !line.startsWith("#"))
}

function jsonLinesOf(file: string): string[] {
  return linesOf(file).map((line) => String(JSON.parse(line)))
}

function refusalOf(parse: (text: string) => unknown, text: string): NameRefused {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof NameRefused) return error
    throw error
  }
  assert.fail(`${JSON.stringify(text)} was accepted`)
}

describe("bucket names", () => {
  for (const name of linesOf("bucket-names-valid.txt")) {
    test(`${name} is valid`, () => assert.equal(parseBucketName(name), name))
  }
  for (const name of jsonLinesOf("bucket-names-invalid.txt")) {
    test(`${JSON.stringify(name)} is invalid`, () => {
      assert.equal(refusalOf(parseBucketName, name).kind, "bucket")
    })
  }
})

describe("object keys", () => {
  for (const objectKey of jsonLinesOf("object-keys-valid.txt")) {
    test(`${JSON.stringify(objectKey)} is valid`, () => {
      assert.equal(parseObjectKey(objectKey), objectKey)
    })
  }
  for (const text of jsonLinesOf("object-keys-invalid.txt")) {
    test(`${JSON.stringify(text)} is invalid`, () => {
      assert.equal(refusalOf(parseObjectKey, text).kind, "object")
    })
  }

  test("the limit of 1,023 counts UTF-8 bytes", () => {
    assert.equal(parseObjectKey("a".repeat(1023)).length, 1023)
    assert.equal(parseObjectKey("\u4e2d".repeat(341)).length, 341)
    const tooLong = "The Length of Object name must be less than 1024."
    assert.equal(refusalOf(parseObjectKey, "a".repeat(1024)).message, tooLong)
    assert.equal(refusalOf(parseObjectKey, "\u4e2d".repeat(342)).message, tooLong)
  })

  test("the empty name gets the service's own text", () => {
    assert.equal(refusalOf(parseObjectKey, "").message, "The Object name can not be empty.")
  })
})
