// Runs the code of the page Try it for Node and for curl. `npm run test:guide` runs the code for Python, Go and Java.
import { execFile } from "node:child_process"
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { promisify } from "node:util"
import { checkSamples, sampleEnvironment } from "../guide/console-samples.ts"
import { startMemoryServer, TEST_ACCESS_KEY, type TestServer } from "../oss/running-server.ts"

const run = promisify(execFile)
const MODULES = join(import.meta.dirname, "..", "..", "node_modules")

describe("the code of the page Try it does what the page does", () => {
  let server: TestServer
  let folder: string

  before(async () => {
    server = await startMemoryServer()
    folder = await mkdtemp(join(tmpdir(), "osseal-samples-"))
    await symlink(MODULES, join(folder, "node_modules"))
  })

  after(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  const at = (): Parameters<typeof checkSamples>[1] => {
    return { kmsEndpoint: server.kmsEndpoint, accessKey: TEST_ACCESS_KEY }
  }
  const options = (): { readonly env: NodeJS.ProcessEnv; readonly timeout: number } => {
    return { env: { ...process.env, ...sampleEnvironment(at()) }, timeout: 60_000 }
  }

  test("for Node", async () => {
    const file = join(folder, "sample.mjs")
    await checkSamples("Node", at(), async (code) => {
      await writeFile(file, code)
      return (await run(process.execPath, [file], options())).stdout
    })
  })

  test("for curl, in a POSIX shell", async () => {
    await checkSamples("curl", at(), async (code) => {
      return (await run("sh", ["-euc", code], options())).stdout
    })
  })
})
