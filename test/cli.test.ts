// The program as users run it: exit codes, help, refusals, and the commands against a running server.
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import OSS from "ali-oss"
import { startServerProcess, type ServerProcess } from "../scripts/server-process.ts"

const MAIN = join(import.meta.dirname, "..", "src", "main.ts")

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function osseal(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 30_000 }
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1
      resolve({ code, stdout, stderr })
    })
  })
}

describe("the command line", () => {
  test("--help names every command and exits with 0", async () => {
    const { code, stdout } = await osseal(["--help"])
    assert.equal(code, 0)
    const commands = [
      "dev",
      "server",
      "keys",
      "fsck",
      "inspect",
      "root-key",
      "access-key",
      "quarantine",
    ]
    for (const command of commands) {
      assert.match(stdout, new RegExp(`^  ${command}`, "m"))
    }
  })

  test("an unknown command, a bad port and a bad region exit with 2 and say what is accepted", async () => {
    assert.equal((await osseal(["serve"])).code, 2)
    const port = await osseal(["dev", "--oss-port", "70000"])
    assert.equal(port.code, 2)
    assert.match(port.stderr, /--oss-port takes a port from 0 to 65535, or off, not "70000"/)
    assert.match((await osseal(["dev"], { OSSEAL_REGION: "oss-x" })).stderr, /--region takes/)
  })

  test("dev refuses any address but loopback", async () => {
    const { code, stderr } = await osseal(["dev", "--host", "0.0.0.0"])
    assert.equal(code, 2)
    assert.match(stderr, /loopback only/)
  })

  test("half an access key in the environment is refused", async () => {
    const { code, stderr } = await osseal(["server", "/nonexistent"], {
      OSSEAL_ACCESS_KEY_ID: "only-the-id",
    })
    assert.equal(code, 2)
    assert.match(stderr, /go together/)
  })
})

describe("settings that would be ignored", () => {
  test("an empty or short passphrase and a misspelt name are refused, and nothing is created", async () => {
    for (const [env, sentence] of [
      [{ OSSEAL_PASSPHRASE: "" }, /OSSEAL_PASSPHRASE is set but empty/],
      [{ OSSEAL_PASSPHRASE_FILE: "" }, /OSSEAL_PASSPHRASE_FILE is set but empty/],
      [{ OSSEAL_PASSPHRASE: "1234567" }, /at least 8 characters/],
      [{ OSSEAL_PASPHRASE: "correct horse" }, /OSSEAL_PASPHRASE is not a setting of osseal/],
    ] as const) {
      const { code, stderr } = await osseal(["server", "/nonexistent"], env)
      assert.equal(code, 2)
      assert.match(stderr, sentence)
      await assert.rejects(stat("/nonexistent"), { code: "ENOENT" })
    }
  })

  test("dev, which stores nothing, refuses variables that unlock or name stored data", async () => {
    for (const name of [
      "OSSEAL_PASSPHRASE",
      "OSSEAL_PASSPHRASE_FILE",
      "OSSEAL_RECOVERY_CODE",
      "OSSEAL_RECOVERY_CODE_FILE",
      "OSSEAL_UNLOCK_KEY",
      "OSSEAL_DATA",
    ]) {
      const { code, stderr } = await osseal(["dev", "--print-config"], { [name]: "/nonexistent" })
      assert.deepEqual([name, code], [name, 2])
      assert.match(stderr, new RegExp(`${name} is set, but dev keeps everything in memory`))
    }
  })

  test("root-key --help teaches the ways to unlock", async () => {
    const { stdout } = await osseal(["root-key", "--help"])
    for (const way of ["key file", "OSSEAL_PASSPHRASE_FILE", "OSSEAL_RECOVERY_CODE"]) {
      assert.ok(stdout.includes(way))
    }
  })
})

describe("a data directory", () => {
  let directory = ""
  let data = ""
  let server: ServerProcess

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "osseal-cli-"))
    data = join(directory, "data")
    server = await startServerProcess(data)
    const oss = new OSS({ ...server, endpoint: server.ossEndpoint, bucket: "cli-bucket" })
    await oss.putBucket("cli-bucket")
    const headers = { "x-oss-server-side-encryption": "KMS" }
    await oss.put("object", Buffer.alloc(100_000, 1), { headers })
  })

  after(async () => {
    server.process.kill("SIGKILL")
    await rm(directory, { recursive: true, force: true })
  })

  test("is 0700, and its secrets are 0600", async () => {
    assert.equal((await stat(data)).mode & 0o777, 0o700)
    for (const name of ["unlock.key", "metadata.sqlite", "store.json", "owner.json"]) {
      assert.equal((await stat(join(data, name))).mode & 0o077, 0, name)
    }
  })

  test("that already exists keeps its mode", async () => {
    const volume = join(directory, "volume")
    await mkdir(volume)
    await chmod(volume, 0o1777)
    const onVolume = await startServerProcess(volume)
    assert.equal(await onVolume.stop(), 0)
    assert.equal((await stat(volume)).mode & 0o7777, 0o1777)
    assert.equal((await stat(join(volume, "unlock.key"))).mode & 0o777, 0o600)
  })

  test("is refused to a second server, by pid", async () => {
    const { code, stderr } = await osseal(["server", data, "--oss-port", "0", "--kms-port", "0"])
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`in use by process ${server.process.pid}`))
  })

  test("is inspected while its server runs, without a byte of a key", async () => {
    const { code, stdout } = await osseal(["inspect", "oss://cli-bucket/object", "--data", data])
    assert.equal(code, 0)
    assert.match(stdout, /reported encryption +KMS/)
    assert.match(stdout, /wrapped by +CMK [0-9a-f-]{36}/)
    assert.match(stdout, /100000 bytes, sealed 100232/)
    const missing = await osseal(["inspect", "oss://cli-bucket/none", "--data", data])
    assert.equal(missing.code, 1)
    assert.match(missing.stderr, /there is no such object/)
  })

  test("has its CMKs created, listed, disabled and enabled through the KMS API", async () => {
    const endpoint = ["--endpoint", server.kmsEndpoint]
    const env = {
      OSSEAL_ACCESS_KEY_ID: server.accessKeyId,
      OSSEAL_ACCESS_KEY_SECRET: server.accessKeySecret,
    }
    const keys = (...args: string[]): Promise<Ended> => osseal(["keys", ...args, ...endpoint], env)
    const created = await keys("create", "--description", "mine")
    const cmkId = created.stdout.trim()
    assert.match(cmkId, /^[0-9a-f-]{36}$/)
    assert.equal((await keys("disable", cmkId)).code, 0)
    const listed = await keys("list")
    assert.match(listed.stdout, new RegExp(`${cmkId}  Disabled .* mine`))
    assert.match(listed.stdout, /alias\/acs\/oss/)
    assert.equal((await keys("enable", cmkId)).code, 0)
    assert.equal((await keys("alias-create", "alias/mine", cmkId)).code, 0)
    assert.equal((await keys("alias-create", "alias/also-mine", "alias/mine")).code, 0)
    assert.equal((await keys("disable", "alias/also-mine")).code, 0)
    assert.match((await keys("describe", "alias/mine")).stdout, /KeyState +Disabled/)
    assert.equal((await keys("enable", "alias/mine")).code, 0)
    assert.equal((await keys("schedule-deletion", "alias/mine", "7")).code, 0)
    assert.equal((await keys("cancel-deletion", "alias/mine")).code, 0)
    assert.match((await keys("list")).stdout, new RegExp(`${cmkId}  Enabled .* alias/mine`))
    assert.match((await keys("disable", "alias/none")).stderr, /AliasNotFound/)
    const unknown = await keys("describe", "no-such")
    assert.equal(unknown.code, 1)
    assert.match(unknown.stderr, /^osseal: \S+: /)
  })

  test("stops on SIGTERM with 0, is clean for fsck, and is unlocked by a recovery code", async () => {
    assert.equal(await server.stop(), 0)
    const clean = await osseal(["fsck", data])
    assert.equal(clean.code, 0)
    assert.match(clean.stdout, /^1 objects, 0 parts, 1 blobs; 0 not verified .* 0 damaged$/m)
    const exported = await osseal(["root-key", "export-recovery", data])
    const [code = ""] = exported.stdout.split("\n")
    await rm(join(data, "unlock.key"))
    assert.equal((await osseal(["fsck", data])).code, 1)
    const recovered = await osseal(["fsck", data], { OSSEAL_RECOVERY_CODE: code })
    assert.equal(recovered.code, 0)
  })

  test("is refused with a key file that others can read, or that is the wrong one", async () => {
    const path = join(directory, "other.key")
    await writeFile(path, Buffer.alloc(32, 7), { mode: 0o644 })
    await chmod(path, 0o644)
    const readable = await osseal(["fsck", data, "--unlock-key", path])
    assert.equal(readable.code, 1)
    assert.match(readable.stderr, /chmod 600/)
    await chmod(path, 0o600)
    const wrong = await osseal(["fsck", data, "--unlock-key", path])
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /does not open the root key/)
  })
})
