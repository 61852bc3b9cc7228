// Takes the pictures of docs/console: every page of a real server with some keys, buckets and objects. `npm run console
// -- screenshots`; for Chinese texts the machine needs a font (Debian: fonts-noto-cjk).
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import type { BrowserContextOptions, Page } from "playwright-core"
import {
  NO_SKELETONS,
  openWindow,
  signIn,
  startConsoleServer,
  waitUntil,
  type ConsoleServer,
} from "../test/console/browser.ts"
import { fillServer, pagePaths, SAMPLE_BUCKET } from "../test/console/pages.ts"
import { aliOss } from "../test/oss/running-server.ts"
import { startChromium } from "./chromium.ts"

const FOLDER = join(import.meta.dirname, "..", "docs", "console")

/** Pages that are also shown in Chinese and dark mode. */
const ALSO_CHINESE = ["overview", "keys", "objects"]

/** Traffic, so that the charts have something to show. */
async function makeTraffic(server: ConsoleServer): Promise<void> {
  const client = aliOss(server, { bucket: SAMPLE_BUCKET })
  for (let round = 0; round < 60; round += 1) {
    await Promise.all(Array.from({ length: 1 + (round % 7) }, () => client.get("notes.txt")))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function takePictures(
  page: Page,
  paths: Readonly<Record<string, string>>,
  suffix: string,
): Promise<void> {
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(path)
    await page.locator("h1").waitFor()
    await waitUntil(page, NO_SKELETONS)
    // Until the chart has measured its size.
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(FOLDER, `${name}${suffix}.png`) })
  }
}

/** The dialog that shows what depends on a key; it has no address. */
async function takeDialogPicture(page: Page, keyPath: string): Promise<void> {
  await page.goto(keyPath)
  await page.getByRole("button", { name: "Schedule deletion…" }).click()
  await page.getByRole("dialog").getByText(/fail/).first().waitFor()
  await page.waitForTimeout(300)
  await page.screenshot({ path: join(FOLDER, "schedule-deletion.png") })
}

/** Writes one PNG for every page into docs/console. */
export async function takeScreenshots(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  const browser = await startChromium()
  const server = await startConsoleServer("local")
  try {
    const keys = await fillServer(server)
    const paths = pagePaths(keys)
    await makeTraffic(server)
    const viewport = { width: 1280, height: 860 }
    const first = await openWindow(browser, server, { viewport })
    await first.page.goto("/")
    await first.page.locator("h1").waitFor()
    await first.page.screenshot({ path: join(FOLDER, "sign-in.png") })
    await signIn(first.page)
    await takePictures(first.page, paths, "")
    await takeDialogPicture(first.page, `/keys/${keys.papers}`)
    const options: BrowserContextOptions = {
      viewport,
      locale: "zh-CN",
      colorScheme: "dark",
      storageState: await first.context.storageState(),
    }
    const { page } = await openWindow(browser, server, options)
    const chosen = Object.entries(paths).filter(([name]) => ALSO_CHINESE.includes(name))
    await takePictures(page, Object.fromEntries(chosen), "-zh-dark")
  } finally {
    await browser.close()
    await server.stop()
  }
}
