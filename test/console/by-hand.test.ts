// Other ways to use the console than with a mouse, in English, in light mode: the keyboard, another language, dark
// mode, a link, a server whose key service is not activated, a page that is reloaded in the middle of an upload.
import assert from "node:assert/strict"
import { after, afterEach, before, describe, test } from "node:test"
import type { Browser, Locator, Page, Request } from "playwright-core"
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
import { makeSampleFiles, type SampleFiles } from "./sample-files.ts"

let browser: Browser
let server: ConsoleServer
let files: SampleFiles

before(async () => {
  browser = await startChromium()
  server = await startConsoleServer("memory")
  files = await makeSampleFiles()
})

after(async () => {
  await browser.close()
  await server.stop()
  await files.remove()
})

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

/** A bucket, and the page with its objects. */
async function openNewBucket(page: Page, name: string): Promise<void> {
  await aliOss(server).putBucket(name)
  await goTo(page, "Buckets")
  await page.getByRole("link", { name, exact: true }).click()
  await page.getByRole("heading", { name, level: 1 }).waitFor()
}

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

/** Limits how many bytes leave the browser per second; -1: no limit. */
async function limitUpload(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send("Network.enable")
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  })
}

const MIB = 1024 * 1024

async function uploadMedium(page: Page): Promise<Locator> {
  await page.getByLabel("Upload files", { exact: true }).setInputFiles(files.medium)
  await page.getByRole("dialog").getByRole("button", { name: "Upload" }).click()
  return page.getByRole("region", { name: "Uploads" })
}

/** The part that a request stores. */
function partOf(request: Request): number | undefined {
  const partNumber = new URL(request.url()).searchParams.get("partNumber")
  return request.method() === "PUT" && partNumber !== null ? Number(partNumber) : undefined
}

describe("uploads", () => {
  test("an upload continues after the page was reloaded, and sends only what is missing", async () => {
    const { page } = await openWindow(browser, server)
    await signIn(page)
    await openNewBucket(page, "resumed")
    const stored = new Set<number>()
    const sent: number[] = []
    page.on("response", (response) => {
      const part = partOf(response.request())
      if (part !== undefined && response.ok()) stored.add(part)
    })
    await limitUpload(page, 5 * MIB)
    await uploadMedium(page)
    await page.waitForResponse((response) => partOf(response.request()) !== undefined)
    // The rest must not be sent before the page is gone.
    await limitUpload(page, 1024)
    page.on("dialog", (dialog) => void dialog.accept())
    await page.reload()
    const storedBefore = [...stored]
    page.on("request", (request) => {
      const part = partOf(request)
      if (part !== undefined) sent.push(part)
    })
    await limitUpload(page, -1)
    const tray = page.getByRole("region", { name: "Uploads" })
    await tray.getByText(/Choose medium\.bin again/).waitFor()
    await tray.locator("input[type=file]").setInputFiles(files.medium)
    await tray.getByText("1 file stored").waitFor()
    assert.ok(storedBefore.length > 0)
    assert.ok(sent.length > 0)
    assert.deepEqual(
      sent.filter((part) => storedBefore.includes(part)),
      [],
    )
    const { res } = await aliOss(server, { bucket: "resumed" }).head("medium.bin")
    assert.equal(res.status, 200)
  })

  test("an upload is paused and resumed, and a cancelled one leaves nothing behind", async () => {
    const { page } = await openWindow(browser, server)
    await signIn(page)
    await openNewBucket(page, "paused")
    await limitUpload(page, 2 * MIB)
    const tray = await uploadMedium(page)
    await tray.getByRole("button", { name: "Pause the upload of medium.bin" }).click()
    await tray.getByText("Paused").waitFor()
    await tray.getByRole("button", { name: "Resume the upload of medium.bin" }).click()
    const begun = page.waitForRequest((request) => partOf(request) !== undefined)
    await begun
    await tray.getByRole("button", { name: "Cancel the upload of medium.bin" }).click()
    await tray.waitFor({ state: "detached" })
    await page.getByRole("link", { name: "Uploads in progress" }).click()
    await page.getByText("No upload is in progress").waitFor()
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
