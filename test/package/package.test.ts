// The package as users get it: packed, installed without a network, run, imported and type-checked.
import assert from "node:assert/strict"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { after, before, describe, test } from "node:test"
import { promisify } from "node:util"
import { deploymentCases } from "./deployment-cases.ts"

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, "..", "..")
const BIN = join("node_modules", "osseal", "bin", "osseal.mjs")
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc")

/** The Node of this test comes first, so that scripts and commands run on it. */
const ENVIRONMENT = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
  // The npm variables that `npm test` sets are not meant for this npm.
  npm_config_local_prefix: undefined,
}

/** The packages that the lockfile installs for users, by their folders in node_modules. */
async function productionPackages(): Promise<readonly string[]> {
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>
  }
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true)
    .map(([path]) => path)
}

async function writePackage(folder: string, tarball: string): Promise<void> {
  const dependencies: Record<string, string> = { osseal: `file:${tarball}` }
  for (const path of await productionPackages()) {
    dependencies[path.slice("node_modules/".length)] = `file:${join(ROOT, path)}`
  }
  const content = { name: "user", private: true, type: "module", dependencies }
  await writeFile(join(folder, "package.json"), JSON.stringify(content))
}

describe("the package", () => {
  let folder = ""
  const options = (): { cwd: string; env: NodeJS.ProcessEnv; timeout: number } => ({
    cwd: folder,
    env: ENVIRONMENT,
    timeout: 60_000,
  })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "osseal-package-"))
    const pack = ["pack", "--silent", "--pack-destination", folder]
    await run("npm", pack, { cwd: ROOT, env: ENVIRONMENT, timeout: 120_000 })
    const [name = ""] = (await readdir(folder)).filter((each) => each.endsWith(".tgz"))
    await writePackage(folder, join(folder, name))
    const install = ["install", "--offline", "--install-links", "--ignore-scripts", "--no-audit"]
    await run("npm", install, options())
  })

  after(() => rm(folder, { recursive: true, force: true }))

  test("contains the program, its types and its documents, and no tests", async () => {
    const base = join(folder, "node_modules", "osseal")
    const files = await readdir(base, { recursive: true })
    const program = ["bin/osseal.mjs", "dist/main.js", "dist/osseal.d.ts", "LICENSE"]
    for (const needed of [...program, "dist/console/index.html", "dist/console/index.html.br"]) {
      assert.ok(files.includes(needed), needed)
    }
    const foreign = files.filter((path) => /\.test\.|conformance|^src\b|^test\b/.test(path))
    assert.deepEqual(foreign, [])
  })

  test("serves with `npx osseal dev`, and names that in the lines to paste", async () => {
    const args = ["--no-install", "osseal", "dev", "--oss-port", "0", "--kms-port", "0"]
    // In its own process group: npx does not pass every signal on.
    const child = spawn("npx", args, {
      ...options(),
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    })
    try {
      let status = 0
      let isNamed = false
      for await (const line of createInterface({ input: child.stdout })) {
        const endpoint = /^\s*OSS\s+(http:\/\/\S+)/.exec(line)?.[1]
        isNamed = line.startsWith("  npx osseal keys create --endpoint http://127.0.0.1:")
        if (isNamed) break
        if (endpoint !== undefined) status = (await fetch(`${endpoint}/-/health`)).status
      }
      assert.equal(status, 200)
      assert.ok(isNamed, "lines to paste name the program as it was called")
    } finally {
      const exited = once(child, "exit")
      process.kill(-(child.pid ?? NaN), "SIGTERM")
      await exited
    }
  })

  test("starts a server in process, in memory and on a directory, whose access key stays", async () => {
    const program = `
      import assert from "node:assert/strict"
      import { startOsseal } from "osseal"
      const memory = await startOsseal()
      assert.equal((await fetch(memory.ossEndpoint + "/-/health")).status, 200)
      assert.equal(memory.accessKeyId, "osseal-dev")
      await memory.stop()
      await assert.rejects(startOsseal({ host: "0.0.0.0" }), /loopback only/)
      await assert.rejects(startOsseal({ region: "oss-x" }), /--region takes/)
      const first = await startOsseal({ directory: "data" })
      await first.stop()
      const second = await startOsseal({ directory: "data" })
      await second.stop()
      assert.equal(second.accessKeyId, first.accessKeyId)
      assert.equal(second.accessKeySecret, first.accessKeySecret)
      process.stdout.write("done")
    `
    await writeFile(join(folder, "program.js"), program)
    const { stdout } = await run(process.execPath, ["program.js"], options())
    assert.equal(stdout, "done")
  })

  test("starts a test double, whose faults and clock a program can set", async () => {
    const program = `
      import assert from "node:assert/strict"
      import { startTestOsseal } from "osseal/testing"
      const server = await startTestOsseal()
      const objects = { "hello.txt": "hello" }
      await server.seed({ buckets: [{ name: "test-bucket", acl: "public-read", objects }] })
      const read = () => fetch(server.ossEndpoint + "/test-bucket/hello.txt")
      assert.equal(await (await read()).text(), "hello")
      const effect = { kind: "error", status: 503, code: "ServerBusy" }
      server.faults.add({ door: "oss", operation: "GetObject", times: 1, effect })
      assert.equal((await read()).status, 503)
      await server.reset()
      assert.equal((await read()).status, 404)
      await server.stop()
      process.stdout.write("done")
    `
    await writeFile(join(folder, "double.js"), program)
    const { stdout } = await run(process.execPath, ["double.js"], options())
    assert.equal(stdout, "done")
  })

  test("has types that a strict program compiles against, and that refuse a misspelt setting", async () => {
    await writeFile(
      join(folder, "typed.ts"),
      `import { type Osseal, startOsseal } from "osseal"
       import { type Fault, installHooks } from "osseal/testing"
       declare function take(hook: () => Promise<void>): void
       const server: Osseal = await startOsseal({ ossPort: 0, region: "cn-hangzhou" })
       const port: number = server.ossPort
       // @ts-expect-error -- the setting is called ossPort
       await startOsseal({ port })
       await server.stop()
       const double = installHooks({ beforeAll: take, afterAll: take, afterEach: take })
       const fault: Fault = {
         door: "oss",
         operation: "GetObject",
         effect: { kind: "cut", afterBytes: 10 },
       }
       double().faults.add(fault)
       // @ts-expect-error -- the key service has no such operation
       double().faults.add({ ...fault, door: "kms" })
       // @ts-expect-error -- a bucket has a name
       await double().seed({ buckets: [{ acl: "private" }] })`,
    )
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "esnext"]
    const check = [TSC, ...flags, "typed.ts"]
    const result = await run(process.execPath, check, options()).catch((error: unknown) => error)
    assert.deepEqual(result, { stdout: "", stderr: "" })
  })

  deploymentCases(() => ({ folder, environment: ENVIRONMENT }))

  test("says in one sentence to an older Node what it needs, and ends with 1", async () => {
    const older = `data:text/javascript,${encodeURIComponent(
      'Object.defineProperty(process, "versions", { value: { node: "20.1.0" } })',
    )}`
    await assert.rejects(run(process.execPath, ["--import", older, BIN, "dev"], options()), {
      code: 1,
      stdout: "",
      stderr: "osseal: this is Node 20.1.0, and osseal needs Node 26 or newer.\n",
    })
  })
})
