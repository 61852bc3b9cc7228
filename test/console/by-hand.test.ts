// Ways to use the console other than English and the light theme: another language, dark theme, a link, hostile names, a
// server whose key service is not activated.
import assert from "node:assert/strict"
import { after, afterEach, before, describe, test } from "node:test"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Browser } from "playwright-core"
import { createKmsClient } from "../../src/cli/kms-client.ts"
import { aliOss, TEST_ACCESS_KEY } from "../oss/running-server.ts"
import {
  goTo,
  openWindow,
  signIn,
  startChromium,
  startConsoleServer,
  visit,
  waitUntil,
  type ConsoleServer,
} from "./browser.ts"

let browser: Browser
let server: ConsoleServer

before(async () => {
  browser = await startChromium()
  server = await startConsoleServer("memory")
})

after(async () => {
  await browser.close()
  await server.stop()
})

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

describe("signing in", () => {
  test("a wrong secret is refused, and the secret never leaves the browser", async () => {
    const { page } = await openWindow(browser, server)
    const sent: string[] = []
    page.on("request", (request) => sent.push(request.url(), request.postData() ?? ""))
    await page.goto("/")
    await page.getByLabel("Access key ID").fill(TEST_ACCESS_KEY.accessKeyId)
    await page.getByLabel("Access key secret").fill("not the secret at all")
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByText("The access key or its secret is wrong.").waitFor()
    await page.getByLabel("Access key secret").fill(TEST_ACCESS_KEY.accessKeySecret)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor()
    const kept = String(await page.evaluate("JSON.stringify([localStorage, sessionStorage])"))
    for (const text of [...sent, kept, page.url()]) {
      assert.ok(!text.includes(TEST_ACCESS_KEY.accessKeySecret))
      assert.ok(!text.includes("not the secret at all"))
    }
  })

  test("a link signs in once, and its token does not stay in the address", async () => {
    const token = server.server.issueSignInLink(TEST_ACCESS_KEY.accessKeyId)
    const { page } = await openWindow(browser, server)
    await page.goto(`/sign-in#token=${token}`)
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor()
    assert.ok(!page.url().includes(token))
    await page.getByRole("button", { name: "Your session" }).click()
    await page.getByRole("menuitem", { name: "Sign out" }).click()
    await page.getByRole("heading", { name: "Sign in to osseal" }).waitFor()
    const second = await openWindow(browser, server)
    await second.page.goto(`/sign-in#token=${token}`)
    await second.page.getByText("The link works once").waitFor()
  })

  test("a session that ended elsewhere leads back to signing in", async () => {
    const { page, context } = await openWindow(browser, server)
    await signIn(page)
    // A page that reads nothing by itself, and so does not learn of it before the user acts.
    await goTo(page, "Buckets")
    await context.clearCookies()
    await page.getByRole("link", { name: "Keys" }).click()
    await page.getByRole("heading", { name: "Sign in to osseal" }).waitFor()
  })
})

const BACKGROUND = "getComputedStyle(document.body).backgroundColor"

describe("languages and colours", () => {
  test("the language follows the browser, and the switch is remembered", async () => {
    const { page } = await openWindow(browser, server, { locale: "zh-CN" })
    await page.goto("/")
    await page.getByRole("heading", { name: "登录 osseal" }).waitFor()
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN")
    await page.getByRole("button", { name: "语言" }).click()
    await page.getByRole("menuitem", { name: "English" }).click()
    await page.getByRole("heading", { name: "Sign in to osseal" }).waitFor()
    await page.reload()
    await page.getByRole("heading", { name: "Sign in to osseal" }).waitFor()
  })

  test("the mode follows the system until one is chosen", async () => {
    const { page } = await openWindow(browser, server, { colorScheme: "dark" })
    await signIn(page)
    const background = async (): Promise<string> => String(await page.evaluate(BACKGROUND))
    const dark = await background()
    await page.emulateMedia({ colorScheme: "light" })
    await waitUntil(page, `${BACKGROUND} !== "${dark}"`)
    await page.getByRole("button", { name: "Colours" }).click()
    await page.getByRole("menuitem", { name: "Dark" }).click()
    await waitUntil(page, `${BACKGROUND} === "${dark}"`)
    await page.reload()
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor()
    assert.equal(await background(), dark)
  })
})

/** Each leaves a trace on the page if it is treated as more than text. */
const HOSTILE = [
  `<img src=x onerror="window.taken=1">`,
  `"><svg onload="window.taken=1">`,
  `'-(window.taken=1)-'`,
  `</script><script>window.taken=1</script>`,
  `javascript:window.taken=1`,
  "{{window.taken=1}}${window.taken=1}",
  `<a href="javascript:window.taken=1">a</a>`,
  `\u202Etxt.exe<style>*{display:none}</style>`,
]

const PLACES = ["", "/versions", "/uploads"]

describe("hostile names", () => {
  test("no name, metadata or description is treated as HTML, style or script", async () => {
    const { page, complaints } = await openWindow(browser, server)
    const client = aliOss(server)
    await client.putBucket("hostile")
    client.useBucket("hostile")
    const kms = createKmsClient(server.kmsEndpoint, TEST_ACCESS_KEY)
    const ids: string[] = []
    for (const text of HOSTILE) {
      const ascii = text.replaceAll(/[^ -~]/g, "")
      const headers = { "Content-Type": "text/html", "x-oss-meta-note": ascii }
      await client.put(`${text}.txt`, Buffer.from(text), { headers })
      await client.initMultipartUpload(`${text}.iso`, {})
      const made = await kms.call("CreateKey", { Description: text })
      ids.push((made["KeyMetadata"] as { KeyId: string }).KeyId)
      // The name in a request appears in the list of recent operations.
      await kms.call("DescribeKey", { KeyId: text }).catch(() => undefined)
    }
    await signIn(page)
    const look = async (where: string): Promise<void> => {
      await visit(page, where)
      assert.equal(await page.evaluate("window.taken"), undefined, where)
      assert.equal(await page.locator("img[src=x], a[href^=javascript], main style").count(), 0)
    }
    for (const place of PLACES) {
      await look(`/buckets/hostile${place}`)
    }
    for (const text of HOSTILE) {
      const name = encodeURIComponent(`${text}.txt`)
      for (const address of [
        `/buckets/hostile/object?name=${name}`,
        `/buckets/hostile/stored?name=${name}`,
        `/buckets/hostile?prefix=${name}%2F`,
        `/keys/${encodeURIComponent(text)}`,
      ]) {
        await look(address)
      }
    }
    for (const address of ["/activity", "/keys", ...ids.map((id) => `/keys/${id}`)]) {
      await look(address)
    }
    await page
      .getByText(HOSTILE.at(-1) ?? "")
      .first()
      .waitFor()
    assert.deepEqual(complaints, [])
  })

  test("every name leads to its own page, whatever characters it has", async () => {
    const { page, complaints } = await openWindow(browser, server)
    const names = ["a.b", "a&b", "a%26b", "100%", "100%25", "a+b", "a b", "a#b", "a?b=c", "é.js"]
    const client = aliOss(server)
    await client.putBucket("odd-names")
    client.useBucket("odd-names")
    for (const [at, name] of names.entries()) await client.put(name, Buffer.alloc(at + 1))
    await signIn(page)
    for (const [at, name] of names.entries()) {
      await visit(page, "/buckets/odd-names")
      await page.getByRole("link", { name, exact: true }).click()
      await page.getByRole("heading", { name, level: 1, exact: true }).waitFor()
      await page.getByText(`(${at + 1} B)`).waitFor()
    }
    const kms = createKmsClient(server.kmsEndpoint, TEST_ACCESS_KEY)
    const { KeyMetadata } = await kms.call("CreateKey", {})
    const { KeyId } = KeyMetadata as { KeyId: string }
    await kms.call("CreateAlias", { AliasName: "alias/a_b/c", KeyId })
    await page.goto("/keys/alias%2Fa_b%2Fc")
    await page.getByRole("heading", { name: "a_b/c", level: 1, exact: true }).waitFor()
    for (const address of ["a.b", "a.js", "100%25", "%"]) {
      await page.goto(`/keys/${address}`)
      const name = address === "100%25" ? "100%" : address
      await page.getByRole("heading", { name, level: 1, exact: true }).waitFor()
      await page.getByText("the key id is neither an id, nor an ARN, nor an alias").waitFor()
    }
    assert.deepEqual(complaints, [])
  })

  test("no page of another origin can frame the console", async () => {
    const { page } = await openWindow(browser, server)
    await signIn(page)
    const other = createServer((_request, answer) => {
      answer.setHeader("content-type", "text/html")
      answer.end(`<iframe src="${server.origin}/keys"></iframe>`)
    }).listen(0, "127.0.0.1")
    await once(other, "listening")
    const { port } = other.address() as AddressInfo
    const refused = page.waitForEvent("console", (message) =>
      /frame-ancestors|X-Frame-Options/i.test(message.text()),
    )
    await page.goto(`http://127.0.0.1:${port}/`)
    await refused
    assert.equal(await page.frameLocator("iframe").locator("h1").count(), 0)
    other.close()
  })
})

describe("a key service that is not activated", () => {
  test("the console says so, activates it, and keys can be created", async (t) => {
    const asking = await startConsoleServer("memory", "ask")
    t.after(() => asking.stop())
    const { page } = await openWindow(browser, asking)
    await signIn(page)
    await page.getByText("The key service is not activated").first().waitFor()
    await page.getByRole("link", { name: "Look at it" }).first().click()
    await page.getByRole("button", { name: "Activate" }).click()
    await page.getByText("The key service is activated", { exact: true }).waitFor()
    await page.getByRole("link", { name: "Go to the keys" }).click()
    await page.getByRole("button", { name: "Create a key" }).first().click()
    await page.getByRole("dialog").getByRole("button", { name: "Create a key" }).click()
    await page.getByText("Facts").waitFor()
  })

  test("where it is switched off, the console says who can change that", async (t) => {
    const off = await startConsoleServer("memory", "off")
    t.after(() => off.stop())
    const { page } = await openWindow(browser, off)
    await signIn(page)
    await page.goto("/activation")
    await page.getByText("The key service is switched off").waitFor()
    await page.goto("/keys?create=1")
    await page.getByRole("dialog").getByRole("button", { name: "Create a key" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByText("The key service is not activated.").waitFor()
  })
})
