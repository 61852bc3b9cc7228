import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { OssError } from "./errors.ts"
import { childOf, childrenOf, readLongXml, readXml, requiredTextOf, textOf } from "./xml-read.ts"

const read = (text: string): ReturnType<typeof readXml> => readXml(Buffer.from(text), "Root")

function assertMalformed(run: () => unknown): void {
  assert.throws(run, (error) => error instanceof OssError && error.code === "MalformedXML")
}

describe("a document", () => {
  test("is read with or without a declaration, white space and namespaces", () => {
    const documents = [
      "<Root><Key>a</Key></Root>",
      '<?xml version="1.0" encoding="UTF-8"?>\n<Root>\n  <Key>a</Key>\n</Root>\n',
      "<?xml version='1.0' encoding='utf-8'?><Root><Key>a</Key></Root>",
      '\ufeff<Root xmlns="http://doc.oss.example/"><Key>a</Key></Root>',
      "<Root><!-- a comment --><Unknown><Key>b</Key></Unknown><Key>a</Key></Root>",
      "<Root><Key><![CDATA[a]]></Key></Root>",
    ]
    for (const text of documents) assert.equal(textOf(read(text), "Key"), "a")
  })

  test("yields children in order, only their own text, and undefined for what is missing", () => {
    const root = read("<Root>x<A>1</A>y<B><A>3</A></B><A>2</A></Root>")
    assert.deepEqual(
      childrenOf(root, "A").map(({ text }) => text),
      ["1", "2"],
    )
    assert.equal(root.text, "xy")
    assert.equal(childOf(root, "C"), undefined)
    assert.equal(textOf(root, "C"), undefined)
    assert.equal(textOf(read("<Root><A/></Root>"), "A"), "")
  })

  test("is refused by the accessors when an element is missing, given twice, or has children", () => {
    assertMalformed(() => requiredTextOf(read("<Root/>"), "A"))
    assertMalformed(() => textOf(read("<Root><A/><A/></Root>"), "A"))
    assertMalformed(() => textOf(read("<Root><A><B/></A></Root>"), "A"))
  })

  test("is refused by the accessors when its text is longer than any name or id", () => {
    const textOfLength = (length: number): string | undefined =>
      textOf(read(`<Root><A>${"a".repeat(length)}</A></Root>`), "A")
    assert.equal(textOfLength(16 * 1024)?.length, 16 * 1024)
    assertMalformed(() => textOfLength(16 * 1024 + 1))
  })

  test("may have as many CDATA sections as fit, and is read in a time that grows with its length", async () => {
    const sections = "<![CDATA[]]>".repeat(300_000)
    const root = await readLongXml(Buffer.from(`<Root><A>a${sections}b</A></Root>`), "Root")
    assert.equal(textOf(root, "A"), "ab")
  })

  test("may contain character references, even to characters that XML forbids", () => {
    const keyOf = (text: string): string => requiredTextOf(read(`<Root><K>${text}</K></Root>`), "K")
    assert.equal(keyOf("&lt;a&gt;&amp;&quot;&apos;"), "<a>&\"'")
    assert.equal(keyOf("&#x4e2d;&#25991;&#x1F600;"), "\u4e2d\u6587\u{1f600}")
    assert.equal(keyOf("a&#x01;b&#1;c&#x1f;d&#31;e&#x0000b;f"), "a\x01b\x01c\x1fd\x1fe\x0bf")
    assert.equal(keyOf("&#x0D;&#10;&#x9;"), "\r\n\t")
    assert.equal(keyOf("&#xfffe;&#65535;&#xfdd0;&#xfdd1;"), "\ufffe\uffff\ufdd0\ufdd1")
    assert.equal(keyOf("&amp;#x01;"), "&#x01;")
  })

  test("may contain any raw character, which changes nothing and is not changed", () => {
    const keyOf = (text: string): string => requiredTextOf(read(`<Root><K>${text}</K></Root>`), "K")
    for (const name of [
      "a\u0001b",
      "\u001f",
      "\ufdd00001",
      "\ufdd0\ufdd1\ufdef",
      "\ufffe\uffff",
      "\u007f\u0085",
    ]) {
      assert.equal(keyOf(name), name)
      assert.equal(keyOf(`<![CDATA[${name}]]>`), name)
    }
    assert.equal(
      keyOf("<![CDATA[&#x01;]]>&#x01;<!--&#x02;--><![CDATA[<!--&#x03;]]>"),
      "&#x01;\u0001<!--&#x03;",
    )
  })

  test("may follow white space", () => {
    for (const space of ["\n", " \r\n\t"]) {
      const text = `${space}<?xml version="1.0" encoding="UTF-8"?>\n<Root><K>v</K></Root>`
      assert.equal(requiredTextOf(read(text), "K"), "v")
    }
  })
})

describe("MalformedXML is the response to", () => {
  const entities = Array.from(
    { length: 10 },
    (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`,
  ).join("")
  const cases: [title: string, text: string][] = [
    ["nothing", ""],
    ["white space", " \n"],
    ["no XML", "hello"],
    ["JSON", '{"Root":{}}'],
    ["another root", "<Other/>"],
    ["a prefixed root", "<a:Root/>"],
    ["two roots", "<Root/><Root/>"],
    ["text after the root", "<Root/>x"],
    ["an element that is not closed", "<Root><A></Root>"],
    ["a document that ends early", "<Root><A>"],
    ["an attribute twice", '<Root a="1" a="2"/>'],
    ["an attribute without quotes", "<Root a=1/>"],
    ["an unknown entity", "<Root>&nbsp;</Root>"],
    ["a bare ampersand", "<Root>a & b</Root>"],
    ["a control character outside of text", "<Root\u0001/>"],
    ["a comment without an end", "<Root><!-- </Root>"],
    ["CDATA without an end", "<Root><![CDATA[</Root>"],
    ["a reference beyond Unicode", "<Root>&#x110000;</Root>"],
    ["a reference to a surrogate", "<Root>&#xd800;</Root>"],
    ["a noncharacter in a name", "<Ro\ufdd0ot/>"],
    ["an empty document type", "<!DOCTYPE Root><Root/>"],
    [
      "an external entity",
      '<!DOCTYPE Root [<!ENTITY x SYSTEM "file:///etc/passwd">]><Root>&x;</Root>',
    ],
    ["an external subset", '<!DOCTYPE Root SYSTEM "http://127.0.0.1/x.dtd"><Root/>'],
    ["a billion laughs", `<!DOCTYPE Root [<!ENTITY e0 "ha">${entities}]><Root>&e10;</Root>`],
    ["a processing instruction", '<?xml-stylesheet href="a"?><Root/>'],
    ["XML 1.1", '<?xml version="1.1"?><Root/>'],
    ["another encoding", '<?xml version="1.0" encoding="UTF-16"?><Root/>'],
    ["UTF-7", '<?xml version="1.0" encoding="UTF-7"?><Root/>'],
    ["17 levels", `<Root>${"<a>".repeat(16)}${"</a>".repeat(16)}</Root>`],
    ["a million levels", "<Root>".repeat(1_000_000)],
    ["40,001 elements", `<Root>${"<a/>".repeat(40_000)}</Root>`],
  ]
  for (const [title, text] of cases) {
    test(title, () => assertMalformed(() => read(text)))
  }

  test("bytes that are no UTF-8", () => {
    assertMalformed(() => readXml(Buffer.from("<Root>\xff</Root>", "latin1"), "Root"))
    assertMalformed(() => readXml(Buffer.from("<Root/>", "utf16le"), "Root"))
  })
})

test("16 levels and 40,000 elements are accepted", () => {
  assert.equal(read(`<Root>${"<a>".repeat(15)}${"</a>".repeat(15)}</Root>`).children.length, 1)
  assert.equal(read(`<Root>${"<a/>".repeat(39_999)}</Root>`).children.length, 39_999)
})

describe("a long document", () => {
  const long = (inner: string, count: number): Promise<ReturnType<typeof readXml>> =>
    readLongXml(Buffer.from(`<Root>${inner.repeat(count)}</Root>`), "Root")

  test("is read like a short one, wherever its slices end", async () => {
    for (let shift = 0; shift < 20; shift += 1) {
      const padding = "x".repeat(shift)
      const names = `<Key>${padding}a&#x1;&amp;&#31;b\ud83d\ude00</Key>`
      const root = await long(names, 2000)
      const keys = childrenOf(root, "Key")
      assert.equal(keys.length, 2000)
      const last = { ...root, children: keys.slice(-1) }
      assert.equal(requiredTextOf(last, "Key"), `${padding}a\u0001&\u001fb\ud83d\ude00`)
      assert.deepEqual(new Set(keys.map(({ text }) => text)).size, 1)
    }
  })

  test("lets other requests have their turns", async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 0)
    await long("&amp;", 200_000)
    clearInterval(timer)
    assert.ok(turns > 10, `${turns} turns`)
  })

  const refused: [title: string, inner: string, count: number][] = [
    ["elements", "<a/>", 40_001],
    ["comments", "<!---->", 1001],
    ["attributes", '<a b=""/>', 1001],
  ]
  for (const [title, inner, count] of refused) {
    test(`may not have more than ${count - 1} ${title}`, async () => {
      await assert.rejects(long(inner, count), { code: "MalformedXML" })
      // The root is an element too.
      await long(inner, count - 2)
    })
  }
})
