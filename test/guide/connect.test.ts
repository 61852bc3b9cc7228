// The programs of docs/guide/connect.md for Node and for curl, unchanged, against `osseal dev --tls`.
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { promisify } from "node:util"
import { PAGE, RUN_BY_GUIDE } from "./ecosystems.ts"
import { type GuideServer, startGuideServer } from "./guide-server.ts"
import { readSnippets, type Snippet } from "./snippets.ts"

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, "..", "..")
const RUN_HERE = ["js", "sh"]

const snippets = readSnippets(readFileSync(PAGE, "utf8"))

test("every program of the page is run, or its section says that it is not", () => {
  const settings = "The programs below run"
  for (const { isRun, language, heading, before, output } of snippets) {
    const what = `${heading}: ${language}`
    if (isRun) {
      assert.ok([...RUN_HERE, ...RUN_BY_GUIDE].includes(language), what)
      assert.notEqual(output, undefined, what)
    } else assert.ok(before.includes("Not run") || before.includes(settings), what)
  }
})

test("the program of the README is one of the page's", () => {
  const [, program = ""] =
    /^```python\n([^]*?)^```$/m.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? []
  assert.ok(snippets.some(({ isRun, code }) => isRun && code === program))
})

describe("docs/guide/connect.md", () => {
  let server: GuideServer
  before(async () => {
    server = await startGuideServer()
    await symlink(join(ROOT, "node_modules"), join(server.directory, "node_modules"))
  })
  after(async () => {
    await server.stop()
  })

  async function start({ language, code }: Snippet, name: string): Promise<string> {
    const text = server.readdress(code)
    const options = {
      env: { ...process.env, ...server.env, NODE_EXTRA_CA_CERTS: server.caFile },
      cwd: server.directory,
      timeout: 60_000,
    }
    if (language === "sh") {
      const { stdout } = await run("bash", ["-euo", "pipefail", "-c", text], options)
      return stdout
    }
    const file = join(server.directory, `${name}.mjs`)
    await writeFile(file, text)
    return (await run(process.execPath, [file], options)).stdout
  }

  for (const [index, snippet] of snippets.entries()) {
    if (!snippet.isRun || !RUN_HERE.includes(snippet.language)) continue
    test(`${snippet.heading}: program ${index} prints what the page says`, async () => {
      const printed = await start(snippet, `program-${index}`)
      assert.equal(printed, server.readdress(snippet.output ?? ""))
    })
  }
})
