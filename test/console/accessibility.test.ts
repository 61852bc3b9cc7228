import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { after, before, describe, test } from "node:test"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { en, type Texts } from "../../console/src/i18n/en/texts.ts"
import { zhCn } from "../../console/src/i18n/zh-cn/texts.ts"
import {
  openWindow,
  signIn,
  startChromium,
  startConsoleServer,
  visit,
  waitUntil,
  type ConsoleServer,
  type Window,
} from "./browser.ts"
import { fillServer, pagePaths } from "./pages.ts"

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

/** What axe considers serious or worse on the current page, or within what the selector finds. */
async function seriousFindings(page: Page, within = "html"): Promise<string[]> {
  const findings = await page.evaluate<readonly Finding[]>(`(async () => {
    const { violations } = await axe.run(${JSON.stringify(within)}, {
      resultTypes: ["violations"],
      runOnly: ${JSON.stringify(RULES)},
    })
    return violations
  })()`)
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

/** Shows the page in light or dark mode, and waits until every colour is applied. */
async function setMode(page: Page, colorScheme: Mode): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await waitUntil(
    page,
    `document.documentElement.dataset.mantineColorScheme === "${colorScheme}" &&
      document.getAnimations().length === 0`,
  )
  await page.evaluate(
    "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))",
  )
}

async function overflow(page: Page, width: number): Promise<number> {
  await page.setViewportSize({ width, height: 800 })
  return await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  )
}

const WIDTHS = [360, 768, 2560]

/** A dialog or menu, which has no address of its own: the page it belongs to, and how to open it. */
type Dialog = readonly [on: string, open: (page: Page, texts: Texts) => Promise<void>]

const press =
  (name: (texts: Texts) => string) =>
  async (page: Page, texts: Texts): Promise<void> =>
    await page
      .getByRole("button", { name: name(texts), exact: true })
      .first()
      .click()

const DIALOGS: Readonly<Record<string, Dialog>> = {
  "create a key": ["keys", press((texts) => texts.keys.create)],
  "schedule a deletion": ["key", press((texts) => texts.keys.scheduleDeletion)],
  "create a bucket": ["buckets", press((texts) => texts.buckets.create)],
  share: ["object", press((texts) => texts.objects.share)],
  copy: ["object", press((texts) => texts.objects.copy)],
  delete: ["object", press((texts) => texts.objects.delete)],
  "change headers": ["object", press((texts) => texts.objects.changeHeaders)],
  upload: [
    "objects",
    async (page) => {
      const file = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") }
      await page.locator("main input[type=file]").first().setInputFiles([file])
    },
  ],
  palette: ["overview", async (page) => await page.keyboard.press("Control+k")],
}

/** Pages of a server without any data. */
const EMPTY = ["/", "/keys", "/try-it", "/buckets", "/activity"]

type Mode = "light" | "dark"

/** What a mode changes (colours) is the same in both languages, so all combinations but one are enough. */
const MODES: Readonly<Record<string, readonly Mode[]>> = {
  "en-US": ["light", "dark"],
  "zh-CN": ["dark"],
}

interface Looked {
  readonly locale: string
  /** The name of a page or a dialog. */
  readonly name: string
  readonly found: string[]
  /** A selector. Defaults to the whole page. */
  readonly within?: string
}

/** Adds findings in the modes of the language, and overflow at every width, to `found`. */
async function look(page: Page, { locale, name, found, within }: Looked): Promise<void> {
  for (const mode of MODES[locale] ?? []) {
    await setMode(page, mode)
    for (const each of await seriousFindings(page, within)) found.push(`${name}, ${mode}: ${each}`)
  }
  for (const width of WIDTHS) {
    const tooMuch = await overflow(page, width)
    if (tooMuch > 0) found.push(`${name}: ${tooMuch} pixels too wide at ${width}`)
  }
  await page.setViewportSize({ width: 1280, height: 900 })
}

describe("accessibility", () => {
  let browser: Browser
  let server: ConsoleServer
  let paths: Readonly<Record<string, string>>
  let storageState: BrowserContextOptions["storageState"]

  before(async () => {
    browser = await startChromium()
    server = await startConsoleServer("memory")
    paths = pagePaths(await fillServer(server))
  })

  after(async () => {
    await browser.close()
    await server.stop()
  })

  test("axe finds nothing serious on the sign-in page", async () => {
    const { page, context } = await openWindow(browser, server, { reducedMotion: "reduce" })
    await context.addInitScript({ content: AXE })
    await page.goto("/")
    await page.locator("h1").waitFor()
    assert.deepEqual(await seriousFindings(page), [])
    await setMode(page, "dark")
    assert.deepEqual(await seriousFindings(page), [])
    await signIn(page)
    storageState = await context.storageState()
    await context.close()
  })

  for (const [locale, texts] of [
    ["en-US", en],
    ["zh-CN", zhCn],
  ] as const) {
    const modes = (MODES[locale] ?? []).join(" or ")
    const openSigned = async (): Promise<Window> =>
      await openWindow(browser, server, {
        locale,
        // Colours in transition have a contrast of their own.
        reducedMotion: "reduce",
        ...(storageState === undefined ? {} : { storageState }),
      })

    test(`axe finds nothing serious on any page in ${locale}, ${modes}, and no page is too wide`, async () => {
      const { page, context, complaints } = await openSigned()
      await context.addInitScript({ content: AXE })
      await page.goto("/")
      await page.locator("h1").waitFor()
      const found: string[] = []
      for (const [name, path] of Object.entries(paths)) {
        await visit(page, path)
        await look(page, { locale, name, found })
      }
      await context.close()
      assert.deepEqual([...found, ...complaints], [])
    })

    test(`axe finds nothing serious in any dialog in ${locale}, ${modes}`, async () => {
      const { page, context, complaints } = await openSigned()
      await context.addInitScript({ content: AXE })
      await page.goto("/")
      await page.locator("h1").waitFor()
      const found: string[] = []
      for (const [name, [on, openDialog]] of Object.entries(DIALOGS)) {
        await visit(page, paths[on] ?? "")
        await openDialog(page, texts)
        await page.getByRole("dialog").waitFor()
        await waitUntil(page, "document.getAnimations().length === 0")
        await look(page, { locale, name: `${on}, ${name}`, found, within: "[role=dialog]" })
        await page.keyboard.press("Escape")
        await page.getByRole("dialog").waitFor({ state: "detached" })
      }
      await context.close()
      assert.deepEqual([...found, ...complaints], [])
    })
  }

  test("axe finds nothing serious on pages without data", async () => {
    const empty = await startConsoleServer("memory")
    try {
      const first = await openWindow(browser, empty, { reducedMotion: "reduce" })
      await signIn(first.page)
      const signedIn = await first.context.storageState()
      const found: string[] = []
      for (const locale of ["en-US", "zh-CN"]) {
        const options = { locale, reducedMotion: "reduce", storageState: signedIn } as const
        const { page, context } = await openWindow(browser, empty, options)
        await context.addInitScript({ content: AXE })
        await page.goto("/")
        await page.locator("h1").waitFor()
        for (const path of EMPTY) {
          await visit(page, path)
          await look(page, { locale, name: `${path}, empty, ${locale}`, found })
        }
        await context.close()
      }
      assert.deepEqual(found, [])
    } finally {
      await empty.stop()
    }
  })
})
