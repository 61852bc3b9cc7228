import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { lengthPrefixed } from "../base/bytes.ts"
import {
  contextFields,
  type EncryptionContext,
  parseEncryptionContext,
} from "./encryption-context.ts"

const encode = (context: EncryptionContext): string =>
  lengthPrefixed(contextFields(context)).toString("hex")

const invalid = [
  ["an array", "[]"],
  ["a number as value", '{"a":1}'],
  ["null as value", '{"a":null}'],
  ["an object as value", '{"a":{}}'],
  ["a list as value", '{"a":["b"]}'],
  ["a string", '"a"'],
  ["a trailing comma", '{"a":"b",}'],
  ["a leading comma", '{,"a":"b"}'],
  ["no comma", '{"a":"b" "c":"d"}'],
  ["no closing brace", '{"a":"b"'],
  ["bytes behind the end", '{"a":"b"}}'],
  ["a raw control character", '{"a":"\u0001"}'],
  ["single quotes", "{'a':'b'}"],
  ["a bad escape", String.raw`{"a":"\x41"}`],
  ["half an escape", String.raw`{"a":"\u00"}`],
  ["one name twice", '{"a":"b","a":"b"}'],
  ["one name twice in two spellings", String.raw`{"a":"b","\u0061":"c"}`],
  ["half a surrogate pair", String.raw`{"a":"\ud800"}`],
  ["half a surrogate pair in a name", String.raw`{"\udc00":"a"}`],
  ["only blanks", " "],
  ["a byte order mark", '\ufeff{"a":"b"}'],
] as const

for (const [title, text] of invalid) {
  test(`an encryption context with ${title} is refused`, () => {
    assert.throws(() => parseEncryptionContext(text), { code: "InvalidEncryptionContext" })
  })
}

test("no context, the empty object and blanks inside it mean the same context", () => {
  for (const text of ["", "{}", " { \n\t} "]) assert.equal(parseEncryptionContext(text).size, 0)
})

test("a context of 8192 characters is accepted and one more is refused", () => {
  const sized = (size: number): string => `{"a":"${"x".repeat(size - 8)}"}`
  assert.equal(sized(8192).length, 8192)
  assert.equal(parseEncryptionContext(sized(8192)).size, 1)
  assert.throws(() => parseEncryptionContext(sized(8193)), { code: "InvalidEncryptionContext" })
})

test("names that objects treat specially are ordinary names", () => {
  const context = parseEncryptionContext('{"__proto__":"a","constructor":"b"}')
  assert.deepEqual(
    [...context],
    [
      ["__proto__", "a"],
      ["constructor", "b"],
    ],
  )
})

test("contexts that ambiguous encodings would confuse have different bytes", () => {
  const texts = [
    '{"a":"1&b=2"}',
    '{"a":"1","b":"2"}',
    '{"ab":"c"}',
    '{"a":"bc"}',
    '{"a":"b","c":"d"}',
    '{"a":"d","c":"b"}',
    '{"a":""}',
    '{"":"a"}',
    "{}",
    '{"":""}',
  ]
  assert.equal(
    new Set(texts.map((text) => encode(parseEncryptionContext(text)))).size,
    texts.length,
  )
})

test("names are sorted by their UTF-8 bytes, not by UTF-16 units", () => {
  const fields = contextFields(
    new Map([
      ["\u{1f600}", "2"],
      ["\uff5e", "1"],
    ]),
  )
  assert.deepEqual(fields.map(String), ["\uff5e", "1", "\u{1f600}", "2"])
})

const pairs = fc.uniqueArray(
  fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })),
  {
    selector: ([name]) => name,
    maxLength: 6,
  },
)

test("the output of JSON.stringify is read completely, in any order with the same bytes", () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const entries = list.filter((pair) => pair.every((text) => text.isWellFormed()))
      const text = (from: readonly (readonly [string, string])[]): string =>
        `{${from.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(" ,")}}`
      const context = parseEncryptionContext(text(entries))
      assert.deepEqual([...context], entries)
      assert.equal(encode(parseEncryptionContext(text(entries.toReversed()))), encode(context))
    }),
  )
})

test("text that JSON.parse refuses is refused", () => {
  const pieces = fc.constantFrom("{", "}", '"a"', ":", ",", " ", "\\", "1", "[", "]", '"')
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join("")),
      (text) => {
        let parsed: EncryptionContext
        try {
          parsed = parseEncryptionContext(text)
        } catch {
          return
        }
        if (text !== "") assert.deepEqual(Object.fromEntries(parsed), JSON.parse(text))
      },
    ),
    { numRuns: 2000 },
  )
})
