import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { readXml, requiredTextOf } from "../oss/xml-read.ts"
import { percentEncode, percentEncodePath } from "./percent-encode.ts"
import { forbiddenReferences, isWritable, urlEncodeUnwritable, writeXml } from "./xml-write.ts"

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

test("text that XML can hold is read back unchanged", () => {
  const text = fc
    .string({
      unit: fc
        .oneof(fc.integer({ min: 1, max: 0x7f }), fc.integer({ min: 1, max: 0x10ffff }))
        .filter((code) => code < 0xd800 || code > 0xdfff)
        .map((code) => String.fromCodePoint(code)),
    })
    .filter(isWritable)
  fc.assert(
    fc.property(text, (name) => {
      const root = readXml(Buffer.from(writeXml(["Root", [["Key", name]]])), "Root")
      assert.equal(requiredTextOf(root, "Key"), name)
    }),
  )
})

test("text that XML cannot hold is percent-encoded, so that every parser accepts the document", () => {
  const text = writeXml(["K", "a\u0001b\u001f\ufffe\uffff\r\n\u007f\ufdd0"])
  assert.equal(
    text.slice(text.indexOf("\n") + 1),
    "<K>a%01b%1F%EF%BF%BE%EF%BF%BF&#xd;\n\u007f\ufdd0</K>",
  )
  assert.equal(urlEncodeUnwritable("dir/a b\u0001%01+\u4e2d"), "dir/a b%01%2501%2B\u4e2d")
})

test("characters that XML cannot hold are encoded one by one, next to each other or to an escaped one", () => {
  const text = "\u0001\u0002&\u0003<\ud800\uffff%\r"
  assert.match(writeXml(["Key", text]), /<Key>%01%02&amp;%03&lt;%EF%BF%BD%EF%BF%BF%&#xd;<\/Key>$/)
  assert.equal(urlEncodeUnwritable("%%\u0001\u0002++"), "%25%25%01%02%2B%2B")
  assert.equal(forbiddenReferences("\u0001\u001f"), "&#x1;&#x1f;")
})

test("a name is percent-encoded by RFC 3986, including slashes, and a path excluding them", () => {
  assert.equal(percentEncode("dir/a b+c%2F"), "dir%2Fa%20b%2Bc%252F")
  assert.equal(percentEncodePath("dir/a b+c%2F"), "dir/a%20b%2Bc%252F")
  assert.equal(percentEncode("!'()*-_.~"), "%21%27%28%29%2A-_.~")
  assert.equal(percentEncode("\u0001\u4e2d"), "%01%E4%B8%AD")
})
