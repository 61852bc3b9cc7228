// A real browser at the console of a real server.
import assert from "node:assert/strict"
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core"
import { startChromium } from "../../scripts/chromium.ts"
import type { Config } from "../../src/config.ts"
import type { MemoryEngines } from "../../src/data-directory.ts"
import {
  startLocalServer,
  startMemoryServer,
  TEST_ACCESS_KEY,
  TEST_CONFIG,
  type TestServer,
} from "../oss/running-server.ts"
import { consoleFiles } from "./console-files.ts"

// Code that runs in the page is text: this program has no types for a page.

/** Whether everything that the page waits for has loaded. */
export const NO_SKELETONS = `document.querySelector("h1") !== null && document.querySelector(".mantine-Skeleton-root") === null`

/** Nothing waits this long unless it fails, whatever else the machine does. */
const PATIENCE_MS = 60_000
const POLL_MS = 50

export interface ConsoleServer extends TestServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
}

export const ENGINES = ["memory", "local"] as const
export type Engine = (typeof ENGINES)[number]

const START = { memory: startMemoryServer, local: startLocalServer } as const

/** A server with the console's listener, on either engine. */
export async function startConsoleServer(
  engine: Engine,
  kms: Config["kms"] = "on",
): Promise<ConsoleServer> {
  return withOrigin(await START[engine](await consoleConfig(kms)))
}

/** A server in memory whose engines the test holds. */
export async function startConsoleServerOn(engines: MemoryEngines): Promise<ConsoleServer> {
  return withOrigin(await startMemoryServer(await consoleConfig("on"), engines))
}

async function consoleConfig(kms: Config["kms"]): Promise<Partial<Config>> {
  const filesFolder = await consoleFiles()
  return {
    kms,
    console: { ...TEST_CONFIG.console, filesFolder },
    doors: [
      ...TEST_CONFIG.doors,
      { protocol: "console", host: "127.0.0.1", port: 0, isTls: false, flag: "--console-port" },
    ],
  }
}

function withOrigin(started: TestServer): ConsoleServer {
  const door = started.server.doors.find(({ protocol }) => protocol === "console")
  assert.ok(door)
  return { ...started, origin: `http://127.0.0.1:${door.port}` }
}

/** A window whose page must report no errors: of scripts, of the Content-Security-Policy, of other hosts. */
export interface Window {
  readonly context: BrowserContext
  readonly page: Page
  /** The errors that the page reported; expected to be empty. */
  readonly complaints: readonly string[]
}

export async function openWindow(
  browser: Browser,
  server: ConsoleServer,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: "en-US",
    viewport: { width: 1280, height: 900 },
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("console", (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text())
  })
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url())
    const isLocal = hostname === "127.0.0.1" || protocol === "data:" || protocol === "blob:"
    if (!isLocal) complaints.push(`asked for ${request.url()}`)
  })
  return { context, page, complaints }
}

/** Signs in by typing the access key, as a user does. */
export async function signIn(page: Page): Promise<void> {
  await page.goto("/")
  await page.getByLabel("Access key ID").fill(TEST_ACCESS_KEY.accessKeyId)
  await page.getByLabel("Access key secret").fill(TEST_ACCESS_KEY.accessKeySecret)
  await page.getByRole("button", { name: "Sign in" }).click()
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor()
}

/** The cookies of a session on each server. */
const sessions = new WeakMap<ConsoleServer, BrowserContextOptions["storageState"]>()

/** A window that is signed in, and shows nothing yet. The first call for a server signs in by typing. */
export async function openSignedIn(
  browser: Browser,
  server: ConsoleServer,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const storageState = sessions.get(server) ?? (await newSession(browser, server))
  return await openWindow(browser, server, { ...options, ...(storageState && { storageState }) })
}

async function newSession(
  browser: Browser,
  server: ConsoleServer,
): Promise<BrowserContextOptions["storageState"]> {
  const { page, context } = await openWindow(browser, server)
  await signIn(page)
  const storageState = await context.storageState()
  sessions.set(server, storageState)
  await context.close()
  return storageState
}

/** Opens the first page of a signed-in user. */
export async function openOverview(page: Page): Promise<void> {
  await page.goto("/")
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor()
}

/** Follows a link of the menu. */
export async function goTo(page: Page, section: string): Promise<void> {
  await page
    .getByRole("navigation", { name: "Sections" })
    .getByRole("link", { name: section })
    .click()
  await page.getByRole("heading", { name: section, level: 1 }).waitFor()
}

/** Goes to a path as a link of the page does; resolves once nothing is a skeleton any more. */
export async function visit(page: Page, path: string): Promise<void> {
  // The router renders the new page before the call returns.
  await page.evaluate(`window.history.pushState(null, "", ${JSON.stringify(path)})`)
  await waitUntil(page, NO_SKELETONS)
}

export { startChromium }

/**
 * Resolves once the expression is true in the page. The page's policy forbids Playwright's own way to wait for text.
 */
export async function waitUntil(page: Page, expression: string): Promise<void> {
  const attempts = PATIENCE_MS / POLL_MS
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if ((await page.evaluate(expression)) === true) return
    await page.waitForTimeout(POLL_MS)
  }
  throw new Error(`the expression never became true: ${expression}`)
}
