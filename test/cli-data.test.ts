// Commands on a data directory whose server is stopped: those that read create and change nothing; the access key is
// shown once.
import assert from "node:assert/strict"
import { execFile, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import OSS from "ali-oss"
import { startServerProcess } from "../scripts/server-process.ts"

const MAIN = join(import.meta.dirname, "..", "src", "main.ts")

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function osseal(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === "number" ? error.code : error ? -1 : 0,
        stdout,
        stderr,
      })
    })
  })
}

/** Everything below a folder with its content, mode and times. */
function imageOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name)
      const { mode, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
      const isFile = statSync(path).isFile()
      const digest = isFile ? createHash("sha256").update(readFileSync(path)).digest("hex") : ""
      return `${name} ${mode} ${mtimeNs} ${ctimeNs} ${digest}`
    })
}

let parent = ""
/** Closed cleanly. */
let closed = ""
/** Killed, so that its log exists. */
let killed = ""

before(async () => {
  parent = mkdtempSync(join(tmpdir(), "osseal-cli-data-"))
  closed = join(parent, "closed")
  killed = join(parent, "killed")
  for (const directory of [closed, killed]) {
    const server = await startServerProcess(directory)
    const oss = new OSS({ ...server, endpoint: server.ossEndpoint, bucket: "cli-bucket" })
    await oss.putBucket("cli-bucket")
    await oss.put("object", Buffer.alloc(100_000, 1))
    await (directory === closed ? server.stop() : server.kill())
  }
  utimesSync(closed, 1, 1)
})

after(() => {
  rmSync(parent, { recursive: true })
})

test("commands that read create nothing where there is no data directory, and fail", async () => {
  const typo = join(parent, "typo")
  const empty = join(parent, "empty")
  mkdirSync(empty)
  for (const directory of [typo, empty]) {
    for (const args of [
      ["fsck", directory],
      ["root-key", "export-recovery", directory],
      ["inspect", "oss://cli-bucket/object", "--data", directory],
      ["access-key", directory, "show-id"],
      ["access-key", directory, "replace"],
      ["quarantine", directory, "list"],
      ["quarantine", directory, "purge", "--all", "--yes"],
    ]) {
      const { code, stderr } = await osseal(...args)
      assert.equal(code, 1, args.join(" "))
      assert.match(stderr, /is not a data directory of osseal: it has no metadata\.sqlite/)
    }
  }
  assert.ok(!existsSync(typo))
  assert.deepEqual(readdirSync(empty), [])
})

test("a backup without its database does not pass", async () => {
  const backup = join(parent, "no-database")
  cpSync(closed, backup, { recursive: true })
  rmSync(join(backup, "metadata.sqlite"))
  const before = imageOf(backup)
  assert.equal((await osseal("fsck", backup)).code, 1)
  assert.deepEqual(imageOf(backup), before)
})

test("fsck, inspect, show-id and list change nothing, not even a time", async () => {
  for (const directory of [closed, killed]) {
    const before = imageOf(directory)
    const checked = await osseal("fsck", directory)
    assert.match(checked.stdout, /^1 objects, .* 0 damaged$/m, checked.stderr)
    const shown = await osseal("inspect", "oss://cli-bucket/object", "--data", directory)
    assert.match(shown.stdout, /100000 bytes/, shown.stderr)
    await osseal("access-key", directory, "show-id")
    assert.match((await osseal("quarantine", directory, "list")).stdout, /^0 blobs in quarantine$/m)
    assert.deepEqual(imageOf(directory), before)
  }
})

const canMount = process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0

test(
  "fsck and inspect work on a file system that cannot be written",
  { skip: canMount ? false : "mounting needs root" },
  async (t) => {
    for (const directory of [closed, killed]) {
      const mounted = join(parent, "mounted")
      mkdirSync(mounted, { recursive: true })
      if (spawnSync("mount", ["--bind", "-o", "ro", directory, mounted]).status !== 0) {
        t.skip("no bind mounts here")
        return
      }
      try {
        const checked = await osseal("fsck", mounted)
        assert.match(checked.stdout, /^1 objects, .* 0 damaged$/m, checked.stderr)
        const shown = await osseal("inspect", "oss://cli-bucket/object", "--data", mounted)
        assert.equal(shown.code, 0, shown.stderr)
      } finally {
        spawnSync("umount", [mounted])
      }
    }
  },
)

test("fsck works on a copy without write permission", async () => {
  const copy = join(parent, "no-write-bits")
  cpSync(killed, copy, { recursive: true })
  spawnSync("chmod", ["-R", "a-w", copy])
  const { code, stderr } = await osseal("fsck", copy)
  assert.equal(code, 0, stderr)
  chmodSync(copy, 0o700)
})

test("the root access key is shown by the start that creates it, and by no other", async () => {
  const directory = join(parent, "fresh")
  const env = { OSSEAL_ACCESS_KEY_ID: undefined, OSSEAL_ACCESS_KEY_SECRET: undefined }
  const shownBy = async (): Promise<string> => {
    const args = [
      "server",
      directory,
      "--oss-port",
      "0",
      "--kms-port",
      "0",
      "--log-level",
      "silent",
    ]
    const child = execFile(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } })
    let text = ""
    child.stdout?.on("data", (chunk: string) => {
      text += chunk
      if (text.includes("health")) child.kill("SIGTERM")
    })
    await new Promise((resolve) => child.on("exit", resolve))
    return text
  }
  const [, accessKeyId = "", secret = ""] =
    /Access key +(\S+) (\S+) +\(shown only once/.exec(await shownBy()) ?? []
  assert.match(secret, /^[A-Za-z0-9_-]{32}$/)
  const second = await shownBy()
  assert.ok(second.includes(accessKeyId) && !second.includes(secret))
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    const path = join(directory, name)
    if (statSync(path).isFile()) assert.equal(readFileSync(path).indexOf(secret), -1, name)
  }
  assert.equal((await osseal("access-key", directory, "show-id")).stdout, `${accessKeyId}\n`)
  const [id = ""] = (await osseal("access-key", directory, "replace")).stdout.split(" ")
  assert.notEqual(id, accessKeyId)
  assert.equal((await osseal("access-key", directory, "show-id")).stdout, `${id}\n`)
})
