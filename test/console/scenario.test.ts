// A day's work with the console, from signing in to the end of a key, in a real browser against a real server on each
// engine. The steps of one engine build on one another.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Browser, Locator, Page } from "playwright-core"
import { aliOss } from "../oss/running-server.ts"
import { createKmsClient } from "../../src/cli/kms-client.ts"
import { TEST_ACCESS_KEY } from "../oss/running-server.ts"
import {
  ENGINES,
  goTo,
  openWindow,
  signIn,
  startChromium,
  startConsoleServer,
  type ConsoleServer,
  type Window,
} from "./browser.ts"
import { LARGE_BYTES, makeSampleFiles, type SampleFiles } from "./sample-files.ts"

const BUCKET = "documents"

let browser: Browser
let files: SampleFiles

before(async () => {
  browser = await startChromium()
  files = await makeSampleFiles()
})

after(async () => {
  await browser.close()
  await files.remove()
})

for (const engine of ENGINES) {
  describe(`a day with the console, engine ${engine}`, () => {
    let server: ConsoleServer
    let window: Window
    let page: Page

    before(async () => {
      server = await startConsoleServer(engine)
      window = await openWindow(browser, server)
      page = window.page
    })

    after(async () => {
      await window.context.close()
      await server.stop()
    })

    let isBroken = false

    /** Steps build on one another: after a failed one, the others show nothing. */
    function step(title: string, act: () => Promise<void>): void {
      test(title, async (t) => {
        if (isBroken) {
          t.skip("an earlier step failed")
          return
        }
        isBroken = true
        await act()
        isBroken = false
      })
    }

    const dialog = (): Locator => page.getByRole("dialog")
    const row = (name: string): Locator => page.getByRole("row").filter({ hasText: name })

    async function openKey(): Promise<void> {
      await goTo(page, "Keys")
      await page.getByRole("link", { name: "papers", exact: true }).click()
      await page.getByRole("heading", { name: "papers", level: 1 }).waitFor()
    }

    async function openBucket(): Promise<void> {
      await goTo(page, "Buckets")
      await page.getByRole("link", { name: BUCKET, exact: true }).click()
      await page.getByRole("heading", { name: BUCKET, level: 1 }).waitFor()
    }

    step("a user with an access key signs in", async () => {
      await signIn(page)
    })

    step("a key is created with its alias", async () => {
      await goTo(page, "Keys")
      await page.getByRole("button", { name: "Create a key" }).first().click()
      await dialog().getByLabel("Alias").fill("papers")
      await dialog().getByRole("button", { name: "Create a key" }).click()
      await page.getByRole("heading", { name: "papers", level: 1 }).waitFor()
    })

    step("aliases are added to a key, and removed", async () => {
      await page.getByLabel("Name of the alias").fill("letters")
      await page.getByRole("button", { name: "Add an alias" }).click()
      await page.getByRole("button", { name: "Delete the alias alias/letters" }).click()
      await page.getByText("The alias was deleted.").waitFor()
      await page.getByText("alias/letters", { exact: true }).waitFor({ state: "detached" })
    })

    step("a bucket is created that uses that key by default", async () => {
      await goTo(page, "Buckets")
      await page.getByRole("button", { name: "Create a bucket" }).first().click()
      await dialog().getByLabel("Name").fill(BUCKET)
      await dialog().getByLabel("Default encryption").click()
      await page.getByRole("option", { name: /^KMS/ }).click()
      await dialog().getByLabel("Key", { exact: true }).click()
      await page.getByRole("option", { name: "papers" }).click()
      await dialog().getByRole("switch", { name: "Keep versions" }).click()
      await dialog().getByRole("button", { name: "Create a bucket" }).click()
      await page.getByRole("heading", { name: BUCKET, level: 1 }).waitFor()
    })

    step("a folder is uploaded with its names", async () => {
      await page.locator("input[webkitdirectory]").setInputFiles(files.folder)
      await dialog().getByRole("button", { name: "Upload" }).click()
      await page.getByText("3 files stored").waitFor()
      await page.getByRole("link", { name: "letters/" }).click()
      await row("hello.txt").getByText("KMS · papers").waitFor()
      await row("2026/").waitFor()
      const read = await aliOss(server, { bucket: BUCKET }).get("letters/2026/note.txt")
      assert.equal(String(read.content), "a note\n")
    })

    step(
      "200 MB are uploaded in parts, with progress, while the user visits other pages",
      async () => {
        await openBucket()
        await page.getByLabel("Upload files", { exact: true }).setInputFiles(files.large)
        await dialog().getByRole("button", { name: "Upload" }).click()
        const tray = page.getByRole("region", { name: "Uploads" })
        await tray.getByText("1 upload").waitFor()
        await goTo(page, "Keys")
        await tray.getByText("4 files stored").waitFor({ timeout: 120_000 })
        const answer = await aliOss(server, { bucket: BUCKET }).head("large.bin")
        const headers = answer.res.headers as Record<string, string>
        assert.equal(Number(headers["content-length"]), LARGE_BYTES)
        assert.equal(headers["x-oss-object-type"], "Multipart")
        await tray.getByRole("button", { name: "Remove finished uploads from the list" }).click()
      },
    )

    step("disabling a key shows what depends on it and asks for its name", async () => {
      await openKey()
      await page.getByRole("button", { name: "Disable…" }).click()
      await dialog()
        .getByText(/reads of 4 object versions/)
        .waitFor()
      await dialog()
        .getByText(/1 bucket that uses it by default/)
        .waitFor()
      const disable = dialog().getByRole("button", { name: "Disable" })
      assert.equal(await disable.isDisabled(), true)
      await dialog().getByLabel("Type papers to confirm").fill("papers")
      await disable.click()
      await page.getByText("This key is disabled").waitFor()
    })

    step("then reads fail, and the console says why and what to do", async () => {
      await openBucket()
      await page.getByRole("link", { name: "letters/" }).click()
      await page.getByRole("link", { name: "hello.txt" }).click()
      await page.getByRole("button", { name: "Preview" }).click()
      const alert = page.getByRole("alert")
      await alert.getByText("The key is disabled.").waitFor()
      await alert.getByText("Enable it on its page.").waitFor()
      await alert.getByText("Request ID").waitFor()
      const read = aliOss(server, { bucket: BUCKET }).get("letters/hello.txt")
      await assert.rejects(read, /key state is Disabled/)
    })

    step("once the key is enabled, the object is shown in a sandbox", async () => {
      await openKey()
      await page.getByRole("button", { name: "Enable" }).click()
      await page.getByText("The key is enabled.").waitFor()
      await openBucket()
      await page.getByRole("link", { name: "letters/" }).click()
      await page.getByRole("link", { name: "hello.txt" }).click()
      await page.getByRole("button", { name: "Preview" }).click()
      await page.frameLocator("iframe").getByText("Hello, sealed world").waitFor()
    })

    step(
      "the deletion of a key is scheduled, counts down, and is cancelled with one click",
      async () => {
        await openKey()
        await page.getByRole("button", { name: "Schedule deletion…" }).click()
        await dialog()
          .getByLabel(/Waiting time/)
          .fill("7")
        await dialog().getByLabel("Type papers to confirm").fill("papers")
        await dialog().getByRole("button", { name: "Schedule deletion" }).click()
        await page.getByText(/6 days .* left/).waitFor()
        await page.getByRole("button", { name: "Cancel deletion" }).click()
        await page.getByText("The deletion is cancelled.").waitFor()
        await page.getByRole("button", { name: "Disable…" }).waitFor()
      },
    )

    step(
      "the first KMS write without a key creates the default key, which is read-only",
      async () => {
        await openBucket()
        await page.getByLabel("Upload files", { exact: true }).setInputFiles({
          name: "default.txt",
          mimeType: "text/plain",
          buffer: Buffer.from("under the default key"),
        })
        await dialog().getByLabel("Encryption").click()
        await page.getByRole("option", { name: /^KMS/ }).click()
        await dialog().getByRole("button", { name: "Upload" }).click()
        await page.getByText("1 file stored").waitFor()
        await goTo(page, "Keys")
        await page.getByRole("tab", { name: "Default keys" }).click()
        await page.getByRole("link", { name: "acs/oss" }).click()
        await page.getByText("This is the default key of the object store").waitFor()
        assert.equal(await page.getByRole("button", { name: "Disable…" }).count(), 0)
      },
    )

    step("what is encrypted here is decrypted by the KMS API, and vice versa", async () => {
      await goTo(page, "Try it")
      await page.getByLabel("Text to encrypt").fill("round trip 往返")
      await page.getByRole("button", { name: "Run" }).click()
      const ciphertext = page.getByRole("region", { name: "Ciphertext (base64)" })
      const ciphertextBlob = (await ciphertext.textContent()) ?? ""
      const client = createKmsClient(server.kmsEndpoint, TEST_ACCESS_KEY)
      const answer = await client.call("Decrypt", { CiphertextBlob: ciphertextBlob })
      assert.equal(Buffer.from(String(answer["Plaintext"]), "base64").toString(), "round trip 往返")
      await page.getByRole("button", { name: "Decrypt this" }).click()
      await page.getByRole("button", { name: "Run" }).click()
      await page.getByRole("region", { name: "Text" }).getByText("round trip 往返").waitFor()
    })

    step("a shared link opens in a browser that never signed in, until it expires", async () => {
      await openBucket()
      await page.getByRole("link", { name: "letters/" }).click()
      await row("hello.txt")
        .getByRole("button", { name: /^Actions/ })
        .click()
      await page.getByRole("menuitem", { name: "Share…" }).click()
      await dialog().getByRole("button", { name: "Create a link" }).click()
      const link = await dialog().getByRole("region", { name: "Link" }).textContent()
      await dialog().getByRole("img", { name: "The link as a QR code" }).waitFor()
      const stranger = await browser.newContext()
      const answer = await stranger.request.get(link ?? "")
      assert.equal(await answer.text(), "Hello, sealed world\n")
      await stranger.close()
      await page.keyboard.press("Escape")
    })

    step("a version survives overwriting and deletion", async () => {
      await aliOss(server, { bucket: BUCKET }).put("letters/hello.txt", Buffer.from("second"))
      await page.reload()
      await row("hello.txt").getByRole("checkbox").check()
      await page.getByRole("button", { name: "Delete…" }).click()
      await dialog()
        .getByText(/each name gets a delete marker/)
        .waitFor()
      await dialog().getByRole("button", { name: "Delete" }).click()
      await page.getByText("1 entry was deleted.").waitFor()
      await page.getByRole("switch", { name: "Show versions" }).click()
      await row("Delete marker").waitFor()
      assert.equal(await row("hello.txt").count(), 3)
    })

    step(
      "the drawing of how an object is stored goes from the root key to its segments",
      async () => {
        await page.goto(`/buckets/${BUCKET}/stored?name=large.bin`)
        await page.getByRole("heading", { name: "Root key" }).waitFor()
        await page.getByRole("heading", { name: /Key \(CMK\): papers/ }).waitFor()
        await page.getByText(/segments of up to/).waitFor()
      },
    )

    step("what was done is in the activity, by key and result", async () => {
      await goTo(page, "Activity")
      await page.getByLabel("Part of the action").fill("disableKey")
      const line = row("console:disableKey")
      await line.getByRole("link", { name: "papers" }).waitFor()
      await line.getByText("Success").waitFor()
    })

    test("no page violated the Content-Security-Policy, failed, or contacted another host", () => {
      assert.deepEqual(window.complaints, [])
    })
  })
}
