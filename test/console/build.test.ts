import assert from "node:assert/strict"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { before, describe, test } from "node:test"
import { consoleFiles } from "./console-files.ts"

/** The size limit of a page when it is first opened, compressed. */
const FIRST_LOAD_BYTES_MAX = 300_000

let folder = ""

function read(path: string): string {
  return readFileSync(join(folder, path), "utf8")
}

/** The files that a file loads statically, and those that they load. */
function loadedBy(path: string, found = new Set<string>()): Set<string> {
  const text = read(path)
  const folderOf = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : ""
  const names = path.endsWith(".html")
    ? [...text.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1] ?? "")
    : [...text.matchAll(/(?:^|[;}])(?:import|export)[^;"()]*?"\.\/([^"]+)"/g)].map(
        (match) => `${folderOf}${match[1] ?? ""}`,
      )
  for (const name of names) {
    if (found.has(name)) continue
    found.add(name)
    if (name.endsWith(".js")) loadedBy(name, found)
  }
  return found
}

describe("the built console", () => {
  before(async () => {
    folder = await consoleFiles()
  })

  test("what is loaded before the first page is at most 300 kB compressed", () => {
    const names = [...loadedBy("index.html")]
    const total = names.reduce((sum, name) => sum + statSync(join(folder, `${name}.gz`)).size, 0)
    assert.ok(names.some((name) => name.endsWith(".js")))
    assert.ok(total < FIRST_LOAD_BYTES_MAX, `${total} bytes: ${names.join(" ")}`)
  })

  test("every page is a separate file", () => {
    const scripts = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js"))
    const pages = scripts.filter((name) => /-page-/.test(name))
    assert.ok(pages.length >= 12, pages.join(" "))
    const first = [...loadedBy("index.html")]
    assert.deepEqual(
      first.filter((name) => /-page-/.test(name)),
      [],
    )
  })

  test("index.html has no inline script or style, and names no other host", () => {
    const html = read("index.html")
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/)
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/)
    assert.doesNotMatch(html, /https?:\/\//)
  })

  test("no style sheet loads from another host or embeds data as code", () => {
    const sheets = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".css"))
    for (const name of sheets) assert.doesNotMatch(read(`assets/${name}`), /url\(["']?https?:/)
  })

  test("every compressible file also exists in compressed form", () => {
    const names = readdirSync(folder, { recursive: true }).map(String)
    const plain = names.filter((name) => /\.(js|css|html|svg)$/.test(name))
    assert.deepEqual(
      plain.filter((name) => !names.includes(`${name}.br`) || !names.includes(`${name}.gz`)),
      [],
    )
  })
})
