import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { readXml, requiredTextOf } from "../oss/xml-read.ts"
import { percentEncodePath } from "./percent-encode.ts"
import { writeXml } from "./xml-write.ts"

test("a document has its elements in order, without white space, attributes or namespaces", () => {
  const text = writeXml([
    "ListBucketResult",
    [
      ["Name", "bucket"],
      ["Prefix", ""],
      ["Marker", undefined],
      ["MaxKeys", 100],
      ["IsTruncated", false],
      ["Contents", [["Key", "a<b>&'\""]]],
      ["Contents", []],
    ],
  ])
  assert.equal(
    text,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      "<ListBucketResult><Name>bucket</Name><Prefix></Prefix><MaxKeys>100</MaxKeys>" +
      "<IsTruncated>false</IsTruncated><Contents><Key>a&lt;b&gt;&amp;'\"</Key></Contents>" +
      "<Contents></Contents></ListBucketResult>",
  )
})

test("what is written is read back, control characters included", () => {
  const hasNoncharacter = (text: string): boolean => /[\ufdd0-\ufdef\ufffe\uffff]/.test(text)
  const text = fc
    .string({
      unit: fc
        .oneof(fc.integer({ min: 1, max: 0x7f }), fc.integer({ min: 1, max: 0x10ffff }))
        .filter((code) => code < 0xd800 || code > 0xdfff)
        .map((code) => String.fromCodePoint(code)),
    })
    .filter((each) => !hasNoncharacter(each))
  fc.assert(
    fc.property(text, (name) => {
      const root = readXml(Buffer.from(writeXml(["Root", [["Key", name]]])), "Root")
      assert.equal(requiredTextOf(root, "Key"), name)
    }),
  )
})

test("a name is percent-encoded as RFC 3986 says, with its slashes kept", () => {
  assert.equal(percentEncodePath("dir/a b+c%2F"), "dir/a%20b%2Bc%252F")
  assert.equal(percentEncodePath("!'()*-_.~"), "%21%27%28%29%2A-_.~")
  assert.equal(percentEncodePath("\u0001\u4e2d"), "%01%E4%B8%AD")
})
