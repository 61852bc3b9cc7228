import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { after, before, describe, test } from "node:test"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import {
  NO_SKELETONS,
  openWindow,
  signIn,
  startChromium,
  startConsoleServer,
  waitUntil,
  type ConsoleServer,
} from "./browser.ts"
import { fillServer, pagePaths } from "./pages.ts"

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** What depends only on the colours. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"]

/** What axe considers serious or worse on the current page; with `rules`, checked by these only. */
async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  const runOnly = rules ?? ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
  const findings = await page.evaluate<readonly Finding[]>(`(async () => {
    if (window.axe === undefined) { ${AXE} }
    const { violations } = await axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ${JSON.stringify(runOnly)},
    })
    return violations
  })()`)
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

/** Goes there as a link of the page does; resolves once nothing is a skeleton any more. */
async function open(page: Page, path: string): Promise<void> {
  await page.evaluate(`window.history.pushState(null, "", ${JSON.stringify(path)})`)
  await waitUntil(page, NO_SKELETONS)
}

/** Shows the page in light or dark mode, and waits until every colour is applied. */
async function setMode(page: Page, colorScheme: "light" | "dark"): Promise<void> {
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
    await page.goto("/")
    await page.locator("h1").waitFor()
    assert.deepEqual(await seriousFindings(page), [])
    await setMode(page, "dark")
    assert.deepEqual(await seriousFindings(page, COLOUR_RULES), [])
    await signIn(page)
    storageState = await context.storageState()
    await context.close()
  })

  for (const locale of ["en-US", "zh-CN"]) {
    test(`axe finds nothing serious on any page in ${locale}, in light and dark mode, and no page is too wide`, async () => {
      const { page, context, complaints } = await openWindow(browser, server, {
        locale,
        // Colours in transition have a contrast of their own.
        reducedMotion: "reduce",
        ...(storageState === undefined ? {} : { storageState }),
      })
      await page.goto("/")
      await page.locator("h1").waitFor()
      const found: string[] = []
      for (const [name, path] of Object.entries(paths)) {
        await setMode(page, "light")
        await open(page, path)
        for (const each of await seriousFindings(page)) found.push(`${name}: ${each}`)
        await setMode(page, "dark")
        for (const each of await seriousFindings(page, COLOUR_RULES))
          found.push(`${name}, dark: ${each}`)
        for (const width of WIDTHS) {
          const tooMuch = await overflow(page, width)
          if (tooMuch > 0) found.push(`${name}: ${tooMuch} pixels too wide at ${width}`)
        }
        await page.setViewportSize({ width: 1280, height: 900 })
      }
      await context.close()
      assert.deepEqual([...found, ...complaints], [])
    })
  }
})
