// Other ways to use the console than with a mouse, in English, by day: the keyboard, another language, the night, a link, a
// server whose key service is not activated.
import assert from "node:assert/strict"
import { after, afterEach, before, describe, test } from "node:test"
import type { Browser } from "playwright-core"
import { aliOss, TEST_ACCESS_KEY } from "../oss/running-server.ts"
import {
  goTo,
  openWindow,
  signIn,
  startChromium,
  startConsoleServer,
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

describe("the keyboard", () => {
  test("a key can be created entirely without a mouse", async () => {
    const { page } = await openWindow(browser, server)
    const { keyboard } = page
    await page.goto("/")
    await page.getByLabel("Access key ID").waitFor()
    await keyboard.type(TEST_ACCESS_KEY.accessKeyId)
    await keyboard.press("Tab")
    await keyboard.type(TEST_ACCESS_KEY.accessKeySecret)
    await keyboard.press("Enter")
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor()
    await keyboard.press("Control+k")
    await page.getByRole("combobox", { name: "Search and actions" }).waitFor()
    await keyboard.type("create a key")
    await keyboard.press("Enter")
    await page.getByRole("dialog").getByLabel("Alias").waitFor()
    await keyboard.type("by-keyboard")
    await keyboard.press("Enter")
    const heading = page.getByRole("heading", { name: "by-keyboard", level: 1 })
    await heading.waitFor()
    await page.getByRole("dialog").waitFor({ state: "detached" })
  })

  test("a page that opens has the focus on its title, and the first stop skips to the content", async () => {
    const { page } = await openWindow(browser, server)
    await signIn(page)
    await goTo(page, "Activity")
    const focused = async (): Promise<string> =>
      String(await page.evaluate("document.activeElement.textContent"))
    assert.equal(await focused(), "Activity")
    await page.reload()
    await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor()
    await page.keyboard.press("Tab")
    assert.equal(await focused(), "Skip to the content")
  })

  test("Escape closes a dialog and returns the focus to what opened it", async () => {
    const { page } = await openWindow(browser, server)
    await signIn(page)
    await goTo(page, "Buckets")
    const create = page.getByRole("button", { name: "Create a bucket" }).first()
    await create.focus()
    await page.keyboard.press("Enter")
    await page.getByRole("dialog").waitFor()
    await page.keyboard.press("Escape")
    await page.getByRole("dialog").waitFor({ state: "detached" })
    await waitUntil(page, `document.activeElement.textContent === "Create a bucket"`)
  })
})

const HOSTILE = `<img src=x onerror="document.title='taken over'">`

describe("hostile names", () => {
  test("no name, metadata, description or alias becomes part of the page", async () => {
    const { page, complaints } = await openWindow(browser, server)
    const client = aliOss(server)
    await client.putBucket("hostile")
    client.useBucket("hostile")
    const objectKey = `${HOSTILE}.txt`
    await client.put(objectKey, Buffer.from("<script>document.title='taken over'</script>"), {
      headers: { "Content-Type": "text/html", "x-oss-meta-note": HOSTILE },
    })
    await signIn(page)
    await page.goto("/buckets/hostile")
    await page.getByRole("link", { name: objectKey }).click()
    await page.getByText(HOSTILE, { exact: true }).first().waitFor()
    await page.goto("/keys?create=1")
    await page.getByRole("dialog").getByLabel("Alias").fill("hostile")
    await page.getByRole("dialog").getByLabel("Description").fill(HOSTILE)
    await page.getByRole("dialog").getByRole("button", { name: "Create a key" }).click()
    await page.getByText(HOSTILE).waitFor()
    assert.equal(await page.locator("img[src=x]").count(), 0)
    assert.ok(!(await page.title()).startsWith("taken over"))
    assert.deepEqual(complaints, [])
  })
})

describe("a key service that is not activated", () => {
  test("the console says so, activates it, and keys can be created", async () => {
    const asking = await startConsoleServer("memory", "ask")
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
    await asking.stop()
  })

  test("where it is switched off, the console says who can change that", async () => {
    const off = await startConsoleServer("memory", "off")
    const { page } = await openWindow(browser, off)
    await signIn(page)
    await page.goto("/activation")
    await page.getByText("The key service is switched off").waitFor()
    await page.goto("/keys?create=1")
    await page.getByRole("dialog").getByRole("button", { name: "Create a key" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByText("The key service is not activated.").waitFor()
    await off.stop()
  })
})
