// What a user does with files in the console: drops them, sets what is stored with them, and leaves in the middle of an upload.
import assert from "node:assert/strict"
import { join } from "node:path"
import { after, afterEach, before, describe, test } from "node:test"
import type { Browser, Locator, Page, Request } from "playwright-core"
import { aliOss } from "../oss/running-server.ts"
import {
  goTo,
  openOverview,
  openSignedIn,
  startChromium,
  startConsoleServer,
  waitUntil,
  type ConsoleServer,
} from "./browser.ts"
import { signInToConsole } from "./console-client.ts"
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

/** Creates a bucket and opens the page with its objects. */
async function openNewBucket(page: Page, name: string): Promise<void> {
  await aliOss(server).putBucket(name)
  await page.goto(`/buckets/${name}`)
  await page.getByRole("heading", { name, level: 1 }).waitFor()
}

async function uploadMedium(page: Page): Promise<Locator> {
  await page.getByLabel("Upload files", { exact: true }).setInputFiles(files.medium)
  await page.getByRole("dialog").getByRole("button", { name: "Upload" }).click()
  return page.getByRole("region", { name: "Uploads" })
}

/** The part number of a request that stores a part. */
function partOf(request: Request): number | undefined {
  const partNumber = new URL(request.url()).searchParams.get("partNumber")
  return request.method() === "PUT" && partNumber !== null ? Number(partNumber) : undefined
}

/**
 * Holds back every part after the first `sent` parts, until `releaseParts` and the next load of the page. Playwright's own
 * interception would copy the bodies.
 */
async function holdParts(page: Page, sent: number): Promise<void> {
  await page.addInitScript(`
    const { open, send } = XMLHttpRequest.prototype
    XMLHttpRequest.prototype.open = function (method, url) {
      this.partNumber = Number(new URL(url).searchParams.get("partNumber"))
      open.call(this, method, url)
    }
    XMLHttpRequest.prototype.send = function (body) {
      const isHeld = this.partNumber > ${sent} && sessionStorage.getItem("released") === null
      if (!isHeld) send.call(this, body)
    }
  `)
}

async function releaseParts(page: Page): Promise<void> {
  await page.evaluate(`sessionStorage.setItem("released", "yes")`)
}

describe("uploads that stop", () => {
  test("an upload continues after the page was reloaded, and sends only the missing parts", async () => {
    const { page } = await openSignedIn(browser, server)
    await holdParts(page, 2)
    await openNewBucket(page, "resumed")
    const stored = [1, 2].map(
      async (part) =>
        await page.waitForResponse((answer) => partOf(answer.request()) === part && answer.ok()),
    )
    await uploadMedium(page)
    await Promise.all(stored)
    page.on("dialog", (dialog) => void dialog.accept())
    await releaseParts(page)
    await page.reload()
    const sent: number[] = []
    page.on("request", (request) => {
      const part = partOf(request)
      if (part !== undefined) sent.push(part)
    })
    const tray = page.getByRole("region", { name: "Uploads" })
    await tray.getByText(/Choose medium\.bin again/).waitFor()
    await tray.locator("input[type=file]").setInputFiles(files.medium)
    await tray.getByText("1 file stored").waitFor()
    assert.deepEqual(
      sent.toSorted((left, right) => left - right),
      [3, 4],
    )
    const { res } = await aliOss(server, { bucket: "resumed" }).head("medium.bin")
    assert.equal(res.status, 200)
  })

  test("an upload can be paused and resumed, and a cancelled one leaves nothing behind", async () => {
    const { page } = await openSignedIn(browser, server)
    await holdParts(page, 0)
    await openNewBucket(page, "paused")
    const tray = await uploadMedium(page)
    await tray.getByRole("button", { name: "Pause the upload of medium.bin" }).click()
    await tray.getByText("Paused").waitFor()
    const begun = page.waitForResponse(/\/uploads\/presign-parts$/)
    await tray.getByRole("button", { name: "Resume the upload of medium.bin" }).click()
    await begun
    await tray.getByRole("button", { name: "Cancel the upload of medium.bin" }).click()
    await tray.waitFor({ state: "detached" })
    await page.getByRole("link", { name: "Uploads in progress" }).click()
    await page.getByText("No upload is in progress").waitFor()
  })
})

/** Drops local files and folders on the list of objects, as a file manager does. */
async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const frame = page.getByText("Nothing here yet")
  const box = await frame.boundingBox()
  assert.ok(box !== null)
  const session = await page.context().newCDPSession(page)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ["dragEnter", "dragOver"] as const) {
    await session.send("Input.dispatchDragEvent", { type, ...at, data })
  }
  await page.getByText(/^Drop files or folders to upload them into/).waitFor()
  await session.send("Input.dispatchDragEvent", { type: "drop", ...at, data })
}

async function namesIn(bucket: string): Promise<string[]> {
  const listed = await aliOss(server, { bucket }).listV2({ "max-keys": "1000" }, {})
  return ((listed.objects as { name: string }[] | undefined) ?? []).map(({ name }) => name).sort()
}

async function headersOf(bucket: string, name: string): Promise<Record<string, string>> {
  const { res } = await aliOss(server, { bucket }).head(name)
  return res.headers as Record<string, string>
}

describe("files that are dropped", () => {
  test("a folder and a file are stored under their own names", async () => {
    const { page, complaints } = await openSignedIn(browser, server)
    await openNewBucket(page, "dropped")
    await dropFiles(page, [files.folder, join(files.folder, "hello.txt")])
    const dialog = page.getByRole("dialog")
    await dialog.getByText("Upload 4 files to dropped").waitFor()
    await dialog.getByRole("button", { name: "Upload" }).click()
    await page.getByText("4 files stored").waitFor()
    const names = await namesIn("dropped")
    assert.equal(names.length, 4)
    assert.ok(names.includes("hello.txt") && names.includes("letters/2026/note.txt"))
    await page.getByRole("link", { name: "letters/" }).waitFor()
    assert.deepEqual(complaints, [])
  })

  test("a file that is dropped elsewhere does not replace the console", async () => {
    const { page } = await openSignedIn(browser, server)
    await openOverview(page)
    await page.evaluate("window.isSame = true")
    const session = await page.context().newCDPSession(page)
    const data = { items: [], files: [join(files.folder, "hello.txt")], dragOperationsMask: 1 }
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await session.send("Input.dispatchDragEvent", { type, x: 60, y: 600, data })
    }
    await goTo(page, "Buckets")
    assert.equal(await page.evaluate("window.isSame"), true)
  })

  test("a file that another page created is stored too", async () => {
    const { page } = await openSignedIn(browser, server)
    await openNewBucket(page, "from-page")
    await page.getByText("Nothing here yet").waitFor()
    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer()
      data.items.add(new File(["made by a page"], "made.txt", { type: "text/plain" }))
      return data
    })()`)
    const target = page.getByText("Nothing here yet")
    await target.dispatchEvent("drop", { dataTransfer: dropped })
    await page.getByRole("dialog").getByRole("button", { name: "Upload" }).click()
    await page.getByText("1 file stored").waitFor()
    assert.deepEqual(await namesIn("from-page"), ["made.txt"])
  })
})

/** The texts of the dialogs in both languages. */
const WORDS = {
  "en-US": {
    files: "Upload files",
    contentType: "Content type",
    add: "Add metadata",
    name: (number: number) => `Name of metadata ${number}`,
    value: (number: number) => `Value of metadata ${number}`,
    remove: (number: number) => `Remove metadata ${number}`,
    wrongName: "Only lower-case letters, digits and hyphens.",
    upload: "Upload",
    stored: "1 file stored",
    change: "Change…",
    save: "Save",
    changed: "The headers were changed.",
  },
  "zh-CN": {
    files: "上传文件",
    contentType: "文件类型（Content-Type）",
    add: "添加元数据",
    name: (number: number) => `元数据 ${number} 的名称`,
    value: (number: number) => `元数据 ${number} 的值`,
    remove: (number: number) => `删除元数据 ${number}`,
    wrongName: "只能使用小写字母、数字和短划线。",
    upload: "上传",
    stored: "已上传 1 个文件",
    change: "修改…",
    save: "保存",
    changed: "HTTP 头已修改。",
  },
} as const

describe("what is stored with a file", () => {
  for (const locale of ["en-US", "zh-CN"] as const) {
    test(`content type and metadata can be set at the upload and changed later, in ${locale}`, async () => {
      const words = WORDS[locale]
      const { page } = await openSignedIn(browser, server, { locale })
      const bucket = `stored-${locale.toLowerCase()}`
      await aliOss(server).putBucket(bucket)
      await page.goto(`/buckets/${bucket}`)
      const dialog = page.getByRole("dialog")
      await page.getByLabel(words.files, { exact: true }).setInputFiles({
        name: "a.bin",
        mimeType: "application/x-of-the-file",
        buffer: Buffer.from("content"),
      })
      await dialog.getByLabel(words.contentType).fill("text/x-chosen")
      await dialog.getByRole("button", { name: words.add }).click()
      await dialog.getByLabel(words.name(1)).fill("not a name")
      await dialog.getByText(words.wrongName).waitFor()
      assert.ok(await dialog.getByRole("button", { name: words.upload, exact: true }).isDisabled())
      await dialog.getByLabel(words.name(1)).fill("author")
      await dialog.getByLabel(words.value(1)).fill("somebody")
      await dialog.getByRole("button", { name: words.upload, exact: true }).click()
      await page.getByText(words.stored).waitFor()
      const stored = await headersOf(bucket, "a.bin")
      assert.equal(stored["content-type"], "text/x-chosen")
      assert.equal(stored["x-oss-meta-author"], "somebody")

      await page.goto(`/buckets/${bucket}/object?name=a.bin`)
      await page.getByRole("button", { name: words.change }).click()
      await dialog.getByLabel("Cache-Control").fill("max-age=60")
      await dialog.getByRole("button", { name: words.remove(1) }).click()
      await dialog.getByRole("button", { name: words.add }).click()
      await dialog.getByLabel(words.name(1)).fill("reviewer")
      await dialog.getByLabel(words.value(1)).fill("another")
      await dialog.getByRole("button", { name: words.save }).click()
      await page.getByText(words.changed).waitFor()
      await page.getByText("x-oss-meta-reviewer").waitFor()
      const changed = await headersOf(bucket, "a.bin")
      assert.equal(changed["content-type"], "text/x-chosen")
      assert.equal(changed["cache-control"], "max-age=60")
      assert.equal(changed["x-oss-meta-author"], undefined)
      assert.equal(changed["x-oss-meta-reviewer"], "another")
    })
  }

  test("in a bucket with a default, a file is stored without encryption if the user chooses that", async () => {
    const { page } = await openSignedIn(browser, server)
    await openNewBucket(page, "chosen-none")
    const choice = { method: "AES256" }
    const client = await signInToConsole(server)
    await client.call("PUT", "/api/buckets/chosen-none/encryption", choice)
    await page.getByLabel("Upload files", { exact: true }).setInputFiles([
      { name: "empty", mimeType: "", buffer: Buffer.alloc(0) },
      { name: "small", mimeType: "", buffer: Buffer.from("small") },
    ])
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Encryption").click()
    await page.getByRole("option", { name: /^No mark/ }).click()
    await dialog.getByRole("button", { name: "Upload" }).click()
    await page.getByText("2 files stored").waitFor()
    for (const name of ["empty", "small"]) {
      const headers = await headersOf("chosen-none", name)
      assert.equal(headers["x-oss-server-side-encryption"], undefined)
    }
  })
})

/** A PDF of one empty page. */
const PDF = Buffer.from(
  [
    "%PDF-1.4",
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj",
    "trailer<</Root 1 0 R>>",
    "",
  ].join("\n"),
)

describe("previews", () => {
  test("a PDF is passed to the browser's own viewer, and the policies allow nothing else", async () => {
    const { page, complaints } = await openSignedIn(browser, server)
    // A headless Chromium has no viewer.
    await page.addInitScript(
      `Object.defineProperty(Navigator.prototype, "pdfViewerEnabled", { get: () => true })`,
    )
    await openNewBucket(page, "papers")
    const client = aliOss(server, { bucket: "papers" })
    await client.put("page.pdf", PDF, { headers: { "Content-Type": "application/pdf" } })
    await page.goto("/buckets/papers/object?name=page.pdf")
    const shown = page.waitForResponse(
      (answer) => answer.url().includes("/preview/") && answer.request().isNavigationRequest(),
    )
    await page.getByRole("button", { name: "Preview" }).click()
    const answer = await shown
    assert.equal(answer.status(), 200)
    const headers = answer.headers()
    assert.equal(headers["content-type"], "application/pdf")
    assert.equal(headers["content-disposition"], "inline")
    assert.equal(
      headers["content-security-policy"],
      "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    )
    const frame = page.locator("iframe")
    await frame.waitFor()
    assert.equal(await frame.getAttribute("sandbox"), null)
    assert.deepEqual(complaints, [])
  })

  test("a browser without a PDF viewer is offered the PDF in a new tab, and loads nothing by itself", async () => {
    const { page, complaints } = await openSignedIn(browser, server)
    await openNewBucket(page, "no-viewer")
    const client = aliOss(server, { bucket: "no-viewer" })
    await client.put("page.pdf", PDF, { headers: { "Content-Type": "application/pdf" } })
    await page.goto("/buckets/no-viewer/object?name=page.pdf")
    await page.getByRole("button", { name: "Preview" }).click()
    await page.getByText("This browser does not show PDFs in a page.").waitFor()
    assert.equal(await page.locator("iframe").count(), 0)
    const link = page.getByRole("link", { name: "Open it in a new tab" })
    assert.equal(await link.getAttribute("target"), "_blank")
    const answer = await page.context().request.get((await link.getAttribute("href")) ?? "")
    assert.deepEqual(await answer.body(), PDF)
    assert.deepEqual(complaints, [])
  })

  test("a picture is shown, and an HTML page that claims to be a PDF is not run", async () => {
    const { page, complaints } = await openSignedIn(browser, server)
    await openNewBucket(page, "pictures")
    const client = aliOss(server, { bucket: "pictures" })
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>top.document.title="taken over"</script></svg>`
    await client.put("a.svg", Buffer.from(svg), { headers: { "Content-Type": "image/svg+xml" } })
    await page.goto("/buckets/pictures/object?name=a.svg")
    await page.getByRole("button", { name: "Preview" }).click()
    const picture = page.getByRole("img", { name: "a.svg" })
    await picture.waitFor()
    await waitUntil(page, `document.querySelector("img[alt='a.svg']").naturalWidth === 9`)
    await page.addInitScript(
      `Object.defineProperty(Navigator.prototype, "pdfViewerEnabled", { get: () => true })`,
    )
    const html = "<!doctype html><script>top.document.title='taken over'</script>"
    const headers = { "Content-Type": "application/pdf" }
    await client.put("a.pdf", Buffer.from(html), { headers })
    await page.goto("/buckets/pictures/object?name=a.pdf")
    const asked = page.waitForResponse((answer) => answer.url().includes("/preview/"))
    await page.getByRole("button", { name: "Preview" }).click()
    assert.equal((await asked).headers()["x-content-type-options"], "nosniff")
    await page.locator("iframe").waitFor()
    assert.ok(!(await page.title()).startsWith("taken over"))
    assert.deepEqual(complaints, [])
  })
})
