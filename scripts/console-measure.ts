// What the console costs: the sizes of its files, the time to first paint, an upload compared with one of an SDK, the scrolling
// of a bucket with many objects, and the memory of a server with a hundred open consoles. `npm run console -- measure
// [--objects N]`.
import { execFile } from "node:child_process"
import { createHmac, randomBytes } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { mkdtemp, open, rm } from "node:fs/promises"
import { createServer, type AddressInfo } from "node:net"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import OSS from "ali-oss"
import type { Browser, Page } from "playwright-core"
import { FILLED_BUCKET } from "../bench/messages.ts"
import { CONSOLE_FOLDER } from "./console-build.ts"
import { startChromium } from "./chromium.ts"
import { type ServerProcess, startServerProcess } from "./server-process.ts"

const UPLOAD_BYTES = 400 * 1024 ** 2
const PAINTS = 9
const CONSOLES = 100
const CONSOLES_MS = 30_000
/** The interval at which the overview page refreshes. */
const LIVE_MS = 5000
const SCROLL_MS = 15_000
const MIB = 1024 ** 2

const say = (what: string, figure: string): void =>
  void process.stdout.write(`${what.padEnd(52)} ${figure}\n`)

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0
}

/** Processor time of a process, in seconds. */
function processorSeconds(pid: number | undefined): number {
  const fields = (readFileSync(`/proc/${pid ?? 0}/stat`, "utf8").split(") ")[1] ?? "").split(" ")
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function rssMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid ?? 0}/status`, "utf8")
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

function measureSizes(): void {
  const page = readFileSync(join(CONSOLE_FOLDER, "index.html"), "utf8")
  const kilobytes = (name: string): number =>
    statSync(join(CONSOLE_FOLDER, `${name}.gz`)).size / 1000
  const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)]
  const sum = first.reduce((total, [, name = ""]) => total + kilobytes(name), 0)
  say("first load, gzipped", `${sum.toFixed(0)} kB in ${first.length} files`)
  const names = readdirSync(join(CONSOLE_FOLDER, "assets")).filter((name) => name.endsWith(".js"))
  const others = names
    .map((name) => `assets/${name}`)
    .filter((name) => !first.some(([, of]) => of === name))
    .map((name) => [name, kilobytes(name)] as const)
    .toSorted(([, left], [, right]) => right - left)
  for (const [name, size] of others.slice(0, 5)) say(`  later: ${name}`, `${size.toFixed(1)} kB`)
}

async function signIn(page: Page, server: ServerProcess): Promise<void> {
  await page.goto("/")
  await page.getByLabel("Access key ID").fill(server.accessKeyId)
  await page.getByLabel("Access key secret").fill(server.accessKeySecret)
  await page.getByRole("button", { name: "Sign in" }).click()
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor()
}

/** Measures first paint in browsers with nothing cached. */
async function measurePaint(browser: Browser, baseURL: string): Promise<void> {
  const paints: number[] = []
  for (let count = 0; count < PAINTS; count += 1) {
    const context = await browser.newContext({ baseURL, locale: "en-US" })
    const page = await context.newPage()
    await page.goto("/")
    await page.locator("h1").waitFor()
    const ms = await page.evaluate<number>(
      `new Promise((resolve) => {
        const observer = new PerformanceObserver((list) => {
          for (const { name, startTime } of list.getEntries()) {
            if (name === "first-contentful-paint") resolve(startTime)
          }
        })
        observer.observe({ type: "paint", buffered: true })
      })`,
    )
    paints.push(ms)
    await context.close()
  }
  say("first contentful paint, nothing cached", `median ${quantile(paints, 0.5).toFixed(0)} ms`)
}

async function measureUpload(page: Page, server: ServerProcess, folder: string): Promise<void> {
  const path = join(folder, "upload.bin")
  const file = await open(path, "w")
  const piece = randomBytes(16 * MIB)
  for (let at = 0; at < UPLOAD_BYTES; at += piece.length)
    await file.write(piece, 0, piece.length, at)
  await file.close()
  const { accessKeyId, accessKeySecret, ossEndpoint: endpoint } = server
  const account = { accessKeyId, accessKeySecret, endpoint, region: "oss-cn-hangzhou" }
  const client = new OSS({ ...account, authorizationV4: true })
  await client.putBucket("measured")
  client.useBucket("measured")
  const measure = async (what: string, run: () => Promise<unknown>): Promise<void> => {
    const before = processorSeconds(server.process.pid)
    const startedMs = performance.now()
    await run()
    const seconds = (performance.now() - startedMs) / 1000
    const used = processorSeconds(server.process.pid) - before
    const rate = UPLOAD_BYTES / 1e6 / seconds
    say(what, `${rate.toFixed(0)} MB/s, ${used.toFixed(1)} s of the server's processor time`)
  }
  for (let round = 0; round < 3; round += 1) {
    await page.goto("/buckets/measured")
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(path)
    await measure("upload of 400 MiB in the browser", async () => {
      await page.getByRole("dialog").getByRole("button", { name: "Upload" }).click()
      await page.getByText("1 file stored").waitFor({ timeout: 300_000 })
    })
    await measure("  the same with ali-oss, five parts at a time", async () => {
      const options = { parallel: 5, partSize: 8 * MIB, timeout: 300_000 }
      await client.multipartUpload(`by-sdk-${round}`, path, options)
    })
  }
}

interface Scrolled {
  readonly frames: readonly number[]
  readonly requests: readonly number[]
  readonly loaded: string
}

/** Scrolls as fast as the list grows, for some seconds. */
async function measureScroll(page: Page, objects: number): Promise<void> {
  await page.goto(`/buckets/${FILLED_BUCKET}?prefix=folder-0%2F`)
  await page
    .getByRole("link", { name: /^object-/ })
    .first()
    .waitFor()
  const { frames, requests, loaded } = await page.evaluate<Scrolled>(`(async () => {
    const list = document.querySelector("[role=region][tabindex='0']")
    const frames = []
    const endMs = performance.now() + ${SCROLL_MS}
    performance.setResourceTimingBufferSize(10000)
    let before = performance.now()
    while (before < endMs) {
      list.scrollTop += 1000
      await new Promise((resolve) => requestAnimationFrame(resolve))
      const now = performance.now()
      frames.push(now - before)
      before = now
    }
    const requests = performance.getEntriesByType("resource")
      .filter(({ name }) => name.includes("/objects?")).map(({ duration }) => duration)
    const foot = [...document.querySelectorAll("span")].find((span) => / entr/.test(span.textContent))
    return { frames, requests, loaded: foot?.textContent ?? "" }
  })()`)
  say(`scrolling a folder of ${objects} objects`, loaded)
  say(
    "  frames",
    `${frames.length}; median ${quantile(frames, 0.5).toFixed(0)}, 95th ${quantile(frames, 0.95).toFixed(0)}, longest ${quantile(frames, 1).toFixed(0)} ms`,
  )
  say(
    "  pages of 500",
    `${requests.length}; median ${quantile(requests, 0.5).toFixed(0)}, 95th ${quantile(requests, 0.95).toFixed(0)} ms`,
  )
}

/** Reads the folder to its end, and jumps to the middle of it. */
async function measureEnds(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const seconds = await page.evaluate<number>(`(async () => {
    const list = document.querySelector("[role=region][tabindex='0']")
    const foot = () => [...document.querySelectorAll("span")].find((span) => / entr/.test(span.textContent))
    const startedMs = performance.now()
    while (foot()?.textContent.startsWith("More")) {
      list.scrollTop = list.scrollHeight
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    return (performance.now() - startedMs) / 1000
  })()`)
  say("  the rest, read to the end", `${seconds.toFixed(0)} s`)
  await session.send("HeapProfiler.collectGarbage")
  const { usedSize } = await session.send("Runtime.getHeapUsage")
  say("  memory of the page's scripts then", `${(usedSize / MIB).toFixed(0)} MiB`)
  const ms = await page.evaluate<number>(`(async () => {
    const list = document.querySelector("[role=region][tabindex='0']")
    const startedMs = performance.now()
    list.scrollTop = list.scrollHeight / 2
    do {
      await new Promise((resolve) => requestAnimationFrame(resolve))
    } while (list.querySelector(".mantine-Skeleton-root") !== null)
    return performance.now() - startedMs
  })()`)
  say("  a jump to the middle", `${ms.toFixed(0)} ms`)
}

/** Signs in, and returns the session's cookie. */
async function openSession(baseURL: string, server: ServerProcess): Promise<string> {
  const post = async (path: string, body: unknown): Promise<Response> => {
    const headers = { "content-type": "application/json" }
    return await fetch(baseURL + path, { method: "POST", headers, body: JSON.stringify(body) })
  }
  const { accessKeyId } = server
  const asked = await post("/api/session/challenge", { accessKeyId, purpose: "sign-in" })
  const challenge = (await asked.json()) as { challengeId: string; message: string }
  const proof = createHmac("sha256", server.accessKeySecret).update(challenge.message).digest("hex")
  const { challengeId } = challenge
  const answer = await post("/api/session", { accessKeyId, challengeId, proof })
  return answer.headers.getSetCookie()[0]?.split(";", 1)[0] ?? ""
}

async function measureConsoles(baseURL: string, server: ServerProcess): Promise<void> {
  const { pid } = server.process
  const before = rssMiB(pid)
  const cookies: string[] = []
  for (let count = 0; count < CONSOLES; count += 1) cookies.push(await openSession(baseURL, server))
  const usedBefore = processorSeconds(pid)
  const endMs = performance.now() + CONSOLES_MS
  let most = before
  const live = async (cookie: string): Promise<void> => {
    await sleep(Math.random() * LIVE_MS)
    while (performance.now() < endMs) {
      for (const path of ["/api/overview", "/api/health", "/api/traffic?seconds=600"]) {
        await (await fetch(baseURL + path, { headers: { cookie } })).text()
      }
      most = Math.max(most, rssMiB(pid))
      await sleep(LIVE_MS)
    }
  }
  await Promise.all(cookies.map(live))
  const used = processorSeconds(pid) - usedBefore
  say(
    `server with ${CONSOLES} open consoles`,
    `${most.toFixed(0)} MiB, ${(most - before).toFixed(0)} more than without; ${((100_000 * used) / CONSOLES_MS).toFixed(1)} % of a processor`,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}

/** Prints all measurements. */
export async function measureConsole(objects: number): Promise<void> {
  if (!existsSync(join(CONSOLE_FOLDER, "index.html"))) {
    throw new Error("there is no console in dist; run npm run console -- build first")
  }
  const folder = await mkdtemp(join(tmpdir(), "osseal-measure-"))
  const data = join(folder, "data")
  const fill = join(import.meta.dirname, "..", "bench", "fill.ts")
  await promisify(execFile)(process.execPath, [fill, data, String(objects), "1", "1"])
  const port = await freePort()
  const server = await startServerProcess(data, { args: ["--console-port", String(port)] })
  const baseURL = `http://127.0.0.1:${port}`
  const browser = await startChromium()
  try {
    measureSizes()
    await measurePaint(browser, baseURL)
    const page = await (await browser.newContext({ baseURL, locale: "en-US" })).newPage()
    await signIn(page, server)
    await measureUpload(page, server, folder)
    await measureScroll(page, objects)
    await measureEnds(page)
    await page.close()
    await measureConsoles(baseURL, server)
  } finally {
    await browser.close()
    await server.stop()
    await rm(folder, { recursive: true })
  }
}
