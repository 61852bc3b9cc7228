// The console without a mouse: every action can be reached, and the focus is never lost.
import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import type { Browser } from "playwright-core"
import { aliOss, TEST_ACCESS_KEY } from "../oss/running-server.ts"
import {
  goTo,
  openOverview,
  openSignedIn,
  openWindow,
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

const FOCUS_IN_DIALOG = `document.activeElement.closest("[role=dialog]") !== null`

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
  await keyboard.type("create a key")
  await page.getByRole("combobox", { name: "Search and actions" }).waitFor()
  await keyboard.press("Enter")
  await page.getByRole("dialog").getByLabel("Alias").waitFor()
  await keyboard.type("by-keyboard")
  await keyboard.press("Enter")
  const heading = page.getByRole("heading", { name: "by-keyboard", level: 1 })
  await heading.waitFor()
  await page.getByRole("dialog").waitFor({ state: "detached" })
})

test("a key is created, disabled and scheduled for deletion, and a file is uploaded, without a mouse", async () => {
  const { page } = await openSignedIn(browser, server)
  const { keyboard } = page
  await openOverview(page)
  const find = async (text: string): Promise<void> => {
    await keyboard.press("Control+k")
    await keyboard.type(text)
    await page.getByRole("option", { name: text }).waitFor()
    await keyboard.press("Enter")
  }
  /** Presses Tab until the element with that name has the focus, as a user without a mouse does. */
  const tabTo = async (name: string): Promise<void> => {
    const named = `(document.activeElement.ariaLabel ?? document.activeElement.textContent)`
    for (let stop = 0; stop < 60; stop += 1) {
      await keyboard.press("Tab")
      if ((await page.evaluate(`${named} === ${JSON.stringify(name)}`)) === true) return
    }
    throw new Error(`no stop is called ${name}`)
  }
  await find("create a key")
  await page.getByRole("dialog").getByLabel("Alias").waitFor()
  await keyboard.type("mouseless")
  await keyboard.press("Enter")
  await page.getByRole("heading", { name: "mouseless", level: 1 }).waitFor()
  await page.getByRole("dialog").waitFor({ state: "detached" })
  await tabTo("Disable…")
  await keyboard.press("Enter")
  await page.getByLabel("Type mouseless to confirm").waitFor()
  await keyboard.type("mouseless")
  await keyboard.press("Enter")
  await page.getByText("This key is disabled").waitFor()
  await page.getByRole("dialog").waitFor({ state: "detached" })
  await tabTo("Enable")
  await keyboard.press("Enter")
  await page.getByText("The key is enabled.").waitFor()
  await tabTo("Schedule deletion…")
  await keyboard.press("Enter")
  await page.getByLabel("Type mouseless to confirm").waitFor()
  await keyboard.type("mouseless")
  await keyboard.press("Enter")
  await page.getByText(/days .* left/).waitFor()
  await page.getByRole("dialog").waitFor({ state: "detached" })
  await tabTo("Cancel deletion")
  await keyboard.press("Enter")
  await page.getByText("The deletion is cancelled.").waitFor()

  await aliOss(server).putBucket("mouseless")
  await page.goto("/buckets/mouseless")
  await page.getByText("Nothing here yet").waitFor()
  const chooser = page.waitForEvent("filechooser")
  await tabTo("Upload files")
  await keyboard.press("Enter")
  const file = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") }
  await (await chooser).setFiles([file])
  await page.getByRole("dialog").waitFor()
  await waitUntil(page, `document.activeElement.textContent === "Upload"`)
  await keyboard.press("Enter")
  await page.getByText("1 file stored").waitFor()
  await page.getByRole("link", { name: "a.txt" }).waitFor()
  await tabTo("Actions for a.txt")
  await keyboard.press("Enter")
  await page.getByRole("menuitem", { name: "Details" }).waitFor()
  await keyboard.press("Escape")
  await waitUntil(page, `document.activeElement.ariaLabel === "Actions for a.txt"`)
})

test("a page that opens has the focus on its title, and the first stop skips to the content", async () => {
  const { page } = await openSignedIn(browser, server)
  await openOverview(page)
  await goTo(page, "Activity")
  const focused = async (): Promise<string> =>
    String(await page.evaluate("document.activeElement.textContent"))
  assert.equal(await focused(), "Activity")
  await page.reload()
  await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor()
  await page.keyboard.press("Tab")
  assert.equal(await focused(), "Skip to the content")
})

test("a menu has the focus when it opens, and its button when it closes, however fast the keys are", async () => {
  const { page } = await openSignedIn(browser, server)
  const client = aliOss(server)
  await client.putBucket("menus")
  client.useBucket("menus")
  await client.put("a.txt", Buffer.from("a"))
  await page.goto("/buckets/menus")
  for (const name of ["Colours", "Actions for a.txt"]) {
    await page.getByRole("button", { name }).focus()
    for (let time = 0; time < 10; time += 1) {
      await page.keyboard.press("Enter")
      assert.equal(await page.evaluate("document.activeElement.role"), "menu")
      await page.keyboard.press("Escape")
      assert.equal(await page.evaluate("document.activeElement.ariaLabel"), name)
    }
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+Tab")
    await page.getByRole("menu").waitFor({ state: "detached" })
    await page.keyboard.press("Tab")
    assert.equal(await page.evaluate("document.activeElement.ariaLabel"), name)
  }
})

test("Escape closes a dialog and returns the focus to what opened it", async () => {
  const { page } = await openSignedIn(browser, server)
  const client = aliOss(server)
  await client.putBucket("dialogs")
  client.useBucket("dialogs")
  await client.put("a.txt", Buffer.from("a"))
  const openers = [
    ["/buckets", "Create a bucket"],
    ["/keys", "Create a key"],
    ["/buckets/dialogs/object?name=a.txt", "Share…"],
    ["/buckets/dialogs/object?name=a.txt", "Delete…"],
  ] as const
  for (const [path, name] of openers) {
    await page.goto(path)
    await page.getByRole("button", { name, exact: true }).first().focus()
    await page.keyboard.press("Enter")
    await waitUntil(page, FOCUS_IN_DIALOG)
    await page.keyboard.press("Escape")
    await page.getByRole("dialog").waitFor({ state: "detached" })
    assert.equal(await page.evaluate("document.activeElement.textContent"), name)
  }
  await page.goto("/buckets/dialogs")
  await page.getByRole("button", { name: "Actions for a.txt" }).focus()
  await page.keyboard.press("Enter")
  await page.getByRole("menuitem", { name: "Share…" }).focus()
  await page.keyboard.press("Enter")
  await waitUntil(page, FOCUS_IN_DIALOG)
  await page.keyboard.press("Escape")
  await page.getByRole("dialog").waitFor({ state: "detached" })
  assert.equal(await page.evaluate("document.activeElement.ariaLabel"), "Actions for a.txt")
})

test("the list gets the focus when the line that had it is deleted, and the title when the list is empty", async () => {
  const { page } = await openSignedIn(browser, server)
  const client = aliOss(server)
  await client.putBucket("vanishing")
  client.useBucket("vanishing")
  for (const name of ["a.txt", "b.txt"]) await client.put(name, Buffer.from("a"))
  await page.goto("/buckets/vanishing")
  const remove = async (name: string): Promise<void> => {
    await page.getByRole("button", { name: `Actions for ${name}` }).focus()
    await page.keyboard.press("Enter")
    await page.getByRole("menuitem", { name: "Delete…" }).focus()
    await page.keyboard.press("Enter")
    await waitUntil(page, FOCUS_IN_DIALOG)
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).focus()
    await page.keyboard.press("Enter")
    await page.getByRole("link", { name }).waitFor({ state: "detached" })
  }
  await remove("a.txt")
  await waitUntil(page, `document.activeElement.role === "region"`)
  await remove("b.txt")
  await page.getByText("Nothing here yet").waitFor()
  await waitUntil(page, `document.activeElement.textContent === "vanishing"`)
})
