import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { percentEncode } from "../base/percent-encode.ts"
import { mergeParameters, objectParameter, parseParameters } from "./parameters.ts"

const pairs = fc.uniqueArray(
  fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" })),
  { selector: ([name]) => name },
)

test("what is encoded is parsed back, with %20 and with + for a space", () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const text = list
        .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
        .join("&")
      assert.deepEqual([...parseParameters(text)], list)
      assert.deepEqual([...parseParameters(text.replaceAll("%20", "+"))], list)
    }),
  )
})

test("only letters, digits and -_.~ stay unescaped", () => {
  assert.equal(percentEncode("aZ9-_.~"), "aZ9-_.~")
  assert.equal(percentEncode("!'()* +/ü"), "%21%27%28%29%2A%20%2B%2F%C3%BC")
})

for (const text of [
  "a=%",
  "a=%4",
  "a=%zz",
  "a=%ff",
  "a=%C3",
  "a=\u00fc",
  "a=b c",
  "a=1&a=1",
  "a&a=",
]) {
  test(`the parameters ${JSON.stringify(text)} are refused`, () => {
    assert.throws(() => parseParameters(text), { code: "ParseRequestParameterException" })
  })
}

test("a name in both the query and the form is refused", () => {
  const query = parseParameters("a=1")
  assert.throws(() => mergeParameters(query, parseParameters("a=1")), {
    code: "ParseRequestParameterException",
  })
  assert.deepEqual(
    [...mergeParameters(query, parseParameters("b=2"))],
    [
      ["a", "1"],
      ["b", "2"],
    ],
  )
})

test("more than a thousand parameters are refused", () => {
  const text = Array.from({ length: 1001 }, (_, index) => `p${index}=`).join("&")
  assert.throws(() => parseParameters(text), { code: "ParseRequestParameterException" })
  assert.equal(parseParameters(text.slice(0, text.lastIndexOf("&"))).size, 1000)
  assert.throws(() => parseParameters("&".repeat(1000)), { code: "ParseRequestParameterException" })
})

test("an object is given as JSON or as one parameter for each of its names, not as both", () => {
  const read = (text: string): string | undefined => objectParameter(parseParameters(text), "C")
  assert.equal(read("D=1"), undefined)
  assert.equal(read("C="), "")
  assert.equal(read("C=%7B%7D"), "{}")
  assert.equal(read("C.a.b=1&C.__proto__=%22"), String.raw`{"a.b":"1","__proto__":"\""}`)
  assert.throws(() => read("C=%7B%7D&C.a=1"), { code: "InvalidParameter" })
})
