// Folders with more objects than a browser can lay out or keep in memory.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Browser, Page } from "playwright-core"
import {
  extentOf,
  NOTHING_KNOWN,
  pageOfLine,
  withPage,
  type KnownPages,
} from "../../console/src/pages/objects/known-pages.ts"
import {
  afterScroll,
  endOf,
  settled,
  spanOf,
  type Place,
} from "../../console/src/pages/objects/scroll-place.ts"
import { aliOss } from "../oss/running-server.ts"
import {
  openSignedIn,
  startChromium,
  startConsoleServer,
  waitUntil,
  type ConsoleServer,
} from "./browser.ts"

const LINE_PX = 34
const TEN_MILLION = { listPx: 10_000_001 * LINE_PX, viewPx: 600 }
/** The least that any browser can lay out. */
const LAYOUT_PX_MAX = 17_000_000

describe("the place in a list of ten million lines", () => {
  const jump = (scrollPx: number): Place =>
    afterScroll({ scrollPx: 0, topPx: 0 }, scrollPx, TEN_MILLION)

  test("what is scrolled is never higher than a browser can lay out", () => {
    assert.ok(spanOf(TEN_MILLION.listPx) < LAYOUT_PX_MAX)
    assert.equal(spanOf(3400), 3400)
  })

  test("a short list is scrolled as it is", () => {
    const short = { listPx: 100_000, viewPx: 600 }
    const place = afterScroll({ scrollPx: 0, topPx: 0 }, 50_000, short)
    assert.deepEqual(place, { scrollPx: 50_000, topPx: 50_000 })
    assert.deepEqual(settled(place, short), place)
  })

  test("the scrollbar reaches every share of the list, and both ends", () => {
    const mostPx = spanOf(TEN_MILLION.listPx) - TEN_MILLION.viewPx
    assert.equal(jump(mostPx).topPx, TEN_MILLION.listPx - TEN_MILLION.viewPx)
    assert.ok(Math.abs(jump(mostPx / 2).topPx / TEN_MILLION.listPx - 0.5) < 0.001)
    assert.equal(afterScroll(jump(mostPx), 0, TEN_MILLION).topPx, 0)
  })

  test("the wheel moves by what it asks for, wherever the list is, and never past an end", () => {
    for (const from of [jump(4_000_000), jump(100_000), jump(7_999_000)]) {
      const down = afterScroll(from, from.scrollPx + 100, TEN_MILLION)
      assert.equal(down.topPx, Math.min(from.topPx + 100, TEN_MILLION.listPx - 600))
      const up = afterScroll(down, from.scrollPx, TEN_MILLION)
      assert.equal(up.topPx, down.topPx - 100)
    }
  })

  test("after many steps the list reaches its end, because the offset settles in between", () => {
    let place = jump(7_990_000)
    const mostPx = spanOf(TEN_MILLION.listPx) - TEN_MILLION.viewPx
    let steps = 0
    while (place.topPx < TEN_MILLION.listPx - TEN_MILLION.viewPx) {
      const scrollPx = Math.min(place.scrollPx + 5000, mostPx)
      const { topPx } = place
      place = settled(afterScroll(place, scrollPx, TEN_MILLION), TEN_MILLION)
      assert.ok(place.topPx > topPx, `stuck at ${topPx}`)
      steps += 1
    }
    assert.ok(steps > 10)
    assert.equal(place.scrollPx, mostPx)
  })

  test("Home and End lead to the ends of the list", () => {
    assert.deepEqual(endOf("start", TEN_MILLION), { scrollPx: 0, topPx: 0 })
    assert.equal(endOf("end", TEN_MILLION).topPx, TEN_MILLION.listPx - TEN_MILLION.viewPx)
    assert.equal(endOf("end", { listPx: 100, viewPx: 600 }).topPx, 0)
  })
})

describe("what is known of a long list", () => {
  const page = (length: number, next: string | null) => ({ items: Array(length).fill(0), next })
  const three = [page(500, "b"), page(499, "c"), page(7, null)]
  const read = three.reduce<KnownPages>(
    (known, each, at) => withPage(known, at, each),
    NOTHING_KNOWN,
  )

  test("it grows page by page, and ends with the last one", () => {
    assert.deepEqual(extentOf(NOTHING_KNOWN), { lines: 0, hasMore: true })
    assert.deepEqual(extentOf(withPage(NOTHING_KNOWN, 0, page(500, "b"))), {
      lines: 500,
      hasMore: true,
    })
    assert.deepEqual(extentOf(read), { lines: 1006, hasMore: false })
  })

  test("every line is found in its page", () => {
    const found = [0, 499, 500, 998, 999, 1005, 9999].map((line) => pageOfLine(read, line))
    assert.deepEqual(found, [0, 0, 1, 1, 2, 2, 2])
    assert.equal(pageOfLine(read, -400), 0)
  })

  test("reading a page again changes nothing, unless it ends elsewhere", () => {
    assert.equal(withPage(read, 1, page(499, "c")), read)
    const changed = withPage(read, 0, page(500, "bb"))
    assert.deepEqual(extentOf(changed), { lines: 500, hasMore: true })
    assert.deepEqual(extentOf(withPage(read, 2, page(6, null))), { lines: 1005, hasMore: false })
  })
})

/** Longer than any page of the server, so that few answers make a long list. */
const PAGE = 20_000
const PAGES = 13
const LINES = PAGE * PAGES

const nameOf = (line: number): string => `object-${String(line).padStart(6, "0")}`

/** Answers the list of a bucket with LINES objects. Returns the markers that were asked for. */
async function fakeList(page: Page): Promise<string[]> {
  const asked: string[] = []
  await page.route(/\/api\/buckets\/long\/objects\?/, async (route) => {
    const after = new URL(route.request().url()).searchParams.get("after") ?? ""
    asked.push(after)
    const first = after === "" ? 0 : Number(after.slice("object-".length)) + 1
    const items = Array.from({ length: PAGE }, (_, at) => ({
      kind: "object",
      objectKey: nameOf(first + at),
      versionId: "null",
      sizeBytes: 1,
      encryption: "none",
      cmkId: null,
      cmkAlias: null,
      lastModifiedAt: "2026-01-01T00:00:00Z",
    }))
    const next = first + PAGE >= LINES ? null : nameOf(first + PAGE - 1)
    await route.fulfill({ json: { items, next } })
  })
  return asked
}

const LIST = `document.querySelector("main [role=region][tabindex='0']")`
/** The name at the upper edge of the list, below the headings. */
const TOP = `(() => {
  const { left, top } = ${LIST}.getBoundingClientRect()
  return document.elementFromPoint(left + 100, top + 34 + 12)?.closest("[role=row]")?.textContent ?? ""
})()`

describe("a folder of 260,000 objects in the browser", () => {
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

  test("every line is reached by wheel, scrollbar and keyboard, and few are in the page", async () => {
    const { page, complaints } = await openSignedIn(browser, server)
    await aliOss(server).putBucket("long")
    const asked = await fakeList(page)
    await page.goto("/buckets/long")
    await page.getByText(`More than 20,000 entries`).waitFor()
    await page.getByRole("region", { name: "long" }).focus()
    for (let known = 1; known < PAGES; known += 1) {
      await page.keyboard.press("End")
      const text = `${((known + 1) * PAGE).toLocaleString("en-US")} entries`
      await page.getByText(text).waitFor()
    }
    await page.keyboard.press("End")
    await page.getByRole("link", { name: nameOf(LINES - 1) }).waitFor()
    assert.equal(asked.length, PAGES)
    const heightPx = await page.evaluate<number>(`${LIST}.scrollHeight`)
    assert.ok(heightPx < LAYOUT_PX_MAX && heightPx < LINES * LINE_PX)

    await page.evaluate(`${LIST}.scrollTop = ${LIST}.scrollHeight / 2`)
    const reached = `Number(${TOP}.match(/object-(\\d{6})/)?.[1])`
    await waitUntil(page, `${reached} > ${LINES * 0.49} && ${reached} < ${LINES * 0.51}`)
    const line = await page.evaluate<number>(reached)
    const box = await page.getByRole("region", { name: "long" }).boundingBox()
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 200)
    await page.mouse.wheel(0, 5 * LINE_PX)
    await waitUntil(page, `${reached} === ${line + 5}`)
    assert.ok((await page.getByRole("row").count()) < 100)
    assert.ok(asked.length <= PAGES + 3, "a jump reads again what is shown, and nothing between")

    await page.keyboard.press("Home")
    await page.getByRole("link", { name: nameOf(0) }).waitFor()
    assert.deepEqual(complaints, [])
    await page.context().close()
  })

  test("when a page of the list cannot be read, the others stay, and it can be read again", async () => {
    const { page } = await openSignedIn(browser, server)
    await fakeList(page)
    let isFailing = true
    await page.route(/\/objects\?.*after=object-/, async (route) => {
      const json = { code: "Unavailable", message: "later", requestId: "1" }
      if (isFailing) await route.fulfill({ status: 503, json })
      else await route.fallback()
    })
    await page.goto("/buckets/long")
    await page.getByRole("region", { name: "long" }).focus()
    await page.keyboard.press("End")
    const failure = page.getByRole("alert")
    await failure.waitFor()
    await page.getByRole("link", { name: nameOf(PAGE - 1) }).waitFor()
    isFailing = false
    await failure.getByRole("button", { name: "Try again" }).click()
    await page.getByText("40,000 entries").waitFor()
    await failure.waitFor({ state: "detached" })
  })

  test("an object with more versions than one answer has shows them on request, and no other's", async () => {
    const { page } = await openSignedIn(browser, server)
    // ali-oss's types lack this method.
    const client = aliOss(server) as ReturnType<typeof aliOss> & {
      putBucketVersioning(bucket: string, status: "Enabled"): Promise<unknown>
    }
    await client.putBucket("kept")
    client.useBucket("kept")
    await client.putBucketVersioning("kept", "Enabled")
    const count = 501
    for (let stored = 0; stored < count; stored += 1) await client.put("a", Buffer.from("a"))
    await client.put("ab", Buffer.from("b"))
    await page.goto("/buckets/kept/object?name=a")
    await page.getByRole("table", { name: "Versions" }).waitFor()
    const lines = page.getByRole("table", { name: "Versions" }).getByRole("row")
    assert.equal(await lines.count(), 1 + 500)
    const more = page.getByRole("button", { name: "Load more" })
    await more.click()
    await more.waitFor({ state: "detached" })
    assert.equal(await lines.count(), 1 + count)
  })
})
