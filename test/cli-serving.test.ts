// What `dev` and `server` do apart from serving: settings shown and checked, the ready file, who may reach dev.
import assert from "node:assert/strict"
import { execFile, type ExecException } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { promisify } from "node:util"
import { startProgram } from "../scripts/server-process.ts"

const MAIN = join(import.meta.dirname, "..", "src", "main.ts")
const LOCAL_STORE = join(import.meta.dirname, "..", "src", "storage", "local", "local-store.ts")
const ANY_PORT = ["--oss-port", "0", "--kms-port", "0"]
const SECRET = "never-to-be-printed"

interface Ended {
  readonly code: ExecException["code"]
  readonly stdout: string
  readonly stderr: string
}

function osseal(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 30_000 }
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr })
    })
  })
}

let folder = ""

before(() => {
  folder = mkdtempSync(join(tmpdir(), "osseal-serving-"))
})

after(() => {
  rmSync(folder, { recursive: true })
})

describe("--print-config", () => {
  test("shows the settings of a start, masks every secret, and creates nothing", async () => {
    const directory = join(folder, "printed")
    const env = {
      OSSEAL_ACCESS_KEY_ID: "printed-id",
      OSSEAL_ACCESS_KEY_SECRET: SECRET,
      OSSEAL_PASSPHRASE: SECRET,
      OSSEAL_REGION: "eu-central-1",
    }
    const args = ["server", directory, "--kms-port", "21", "--print-config"]
    const { code, stdout, stderr } = await osseal(args, env)
    assert.equal(code, 0, stderr)
    assert.ok(!stdout.includes(SECRET))
    const printed = JSON.parse(stdout) as Record<string, unknown> & { doors: { port: number }[] }
    assert.equal(printed["directory"], directory)
    assert.equal(printed["region"], "eu-central-1")
    assert.deepEqual(
      printed.doors.map(({ port }) => port),
      [9400, 21, 9402],
    )
    assert.deepEqual(printed["unlock"], { kind: "passphrase", passphrase: "********" })
    assert.deepEqual(printed["accessKey"], {
      accessKeyId: "printed-id",
      accessKeySecret: "********",
    })
    const code2 = await osseal(["server", directory, "--print-config"], {
      OSSEAL_RECOVERY_CODE: SECRET,
    })
    assert.ok(!code2.stdout.includes(SECRET))
    assert.ok(!existsSync(directory))
  })

  test("shows the settings of dev too", async () => {
    const { stdout } = await osseal(["dev", "--print-config", "--oss-port", "off", "--tls"])
    const { doors } = JSON.parse(stdout) as { doors: { isTls: boolean; protocol: string }[] }
    assert.deepEqual(
      doors.map(({ protocol, isTls }) => `${protocol} ${isTls}`),
      ["kms false", "oss true", "kms true", "console false", "console true"],
    )
  })
})

describe("config check", () => {
  test("reports an empty name of the directory, which a start refuses too", async () => {
    for (const command of [["config", "check"], ["server"]]) {
      const { code, stderr } = await osseal([...command, ""])
      assert.equal(code, 1)
      assert.match(stderr, /the data directory has an empty name/)
    }
  })

  test("reports everything that is wrong, exits with 1, and creates nothing", async () => {
    const key = join(folder, "short.key")
    writeFileSync(key, "too short", { mode: 0o600 })
    const directory = join(folder, "checked")
    const args = ["config", "check", directory, "--oss-port", "70000", "--log-level", "loud"]
    const { code, stderr } = await osseal([...args, "--unlock-key", key], {
      OSSEAL_FIRST: "1",
      OSSEAL_SECOND: "1",
      OSSEAL_REGION: "oss-x",
      OSSEAL_ACCESS_KEY_ID: "only-the-id",
      OSSEAL_PASSPHRASE: "1234567",
      OSSEAL_TLS_CERT: "/none.pem",
      OSSEAL_TLS_KEY: "/none.key",
    })
    assert.equal(code, 1)
    for (const problem of [
      /^- OSSEAL_FIRST, OSSEAL_SECOND are not settings/m,
      /^- --oss-port takes/m,
      /^- --region takes/m,
      /^- --log-level takes/m,
      /^- OSSEAL_ACCESS_KEY_ID and .* go together/m,
      /^- OSSEAL_PASSPHRASE must have at least 8/m,
      /^- --tls-cert: ENOENT/m,
      /^- the key file .* has 9 bytes instead of 32/m,
    ]) {
      assert.match(stderr, problem)
    }
    assert.match(stderr, /^osseal: 8 problems$/m)
    assert.ok(!existsSync(directory))
  })

  test("finds no problem in settings that a server starts with", async () => {
    const directory = join(folder, "not", "there", "yet")
    const { code, stdout } = await osseal(["config", "check", directory])
    assert.equal(code, 0)
    assert.equal(stdout, "no problem found\n")
    assert.ok(!existsSync(directory))
  })

  test("reports a key file that others may read", async () => {
    const path = join(folder, "open.key")
    writeFileSync(path, Buffer.alloc(32))
    chmodSync(path, 0o644)
    const { code, stderr } = await osseal(["config", "check", "--unlock-key", path])
    assert.equal(code, 1)
    assert.match(stderr, /chmod 600[^]*^osseal: 1 problem$/m)
  })
})

interface Ready {
  readonly pid: number
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
  readonly accessKeyId: string
  readonly accessKeySecret?: string
}

describe("--ready-file", () => {
  test("exists, complete, from when the server is ready until it stops", async () => {
    const path = join(folder, "ready.json")
    writeFileSync(path, "")
    const server = await startProgram(["dev", ...ANY_PORT, "--ready-file", path])
    const ready = JSON.parse(readFileSync(path, "utf8")) as Ready
    assert.equal(ready.pid, server.process.pid)
    assert.deepEqual([ready.ossEndpoint, ready.kmsEndpoint], server.endpoints)
    assert.equal(ready.accessKeySecret, "osseal-dev-secret")
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal((await fetch(`${ready.ossEndpoint}/-/health`)).status, 200)
    await server.kill()
    assert.ok(existsSync(path))
    const again = await startProgram(["dev", ...ANY_PORT, "--ready-file", path])
    assert.equal((JSON.parse(readFileSync(path, "utf8")) as Ready).pid, again.process.pid)
    assert.equal(await again.stop(), 0)
    assert.ok(!existsSync(path))
  })

  test("that ends with .env has the variables that clients read", async () => {
    const path = join(folder, "ready.env")
    for (let run = 0; run < 2; run += 1) {
      const server = await startProgram(["dev", ...ANY_PORT, "--ready-file", path])
      const lines = readFileSync(path, "utf8").split("\n")
      for (const line of [
        `OSS_ENDPOINT=${server.endpoints[0] ?? ""}`,
        "OSS_REGION=cn-hangzhou",
        "OSS_ACCESS_KEY_SECRET=osseal-dev-secret",
        `OSSEAL_KMS_ENDPOINT=${server.endpoints[1] ?? ""}`,
      ]) {
        assert.ok(lines.includes(line), line)
      }
      await server.kill()
    }
  })

  test("of a server contains no secret that came from the environment", async () => {
    const path = join(folder, "server.json")
    const env = { OSSEAL_ACCESS_KEY_ID: "ready-id", OSSEAL_ACCESS_KEY_SECRET: SECRET }
    const args = ["server", join(folder, "ready-data"), ...ANY_PORT, "--ready-file", path]
    const server = await startProgram(args, env)
    const text = readFileSync(path, "utf8")
    assert.equal((JSON.parse(text) as Ready).accessKeyId, "ready-id")
    assert.ok(!text.includes(SECRET))
    assert.equal(await server.stop(), 0)
  })

  test("that cannot be written prevents the start", async () => {
    const directory = join(folder, "never-made")
    const args = ["server", directory, ...ANY_PORT, "--ready-file", join(folder, "missing/ready")]
    const { code, stderr } = await osseal(args)
    assert.deepEqual([code, existsSync(directory)], [2, false])
    assert.match(stderr, /^osseal: --ready-file: ENOENT/)
  })

  test("never replaces a file that osseal did not write", async () => {
    const path = join(folder, "precious.txt")
    writeFileSync(path, "precious")
    const { code, stderr } = await osseal(["dev", ...ANY_PORT, "--ready-file", path])
    assert.equal(code, 2)
    assert.match(stderr, /exists and was not written by osseal/)
    assert.equal(readFileSync(path, "utf8"), "precious")
  })
})

describe("dev on an address that others can reach", () => {
  const ANYWHERE = ["--host", "0.0.0.0", "--print-config"]

  test("is refused with publicly known credentials, whoever set them", async () => {
    for (const env of [
      {},
      { OSSEAL_ACCESS_KEY_ID: "osseal-dev", OSSEAL_ACCESS_KEY_SECRET: "osseal-dev-secret" },
    ]) {
      const { code, stderr } = await osseal(["dev", ...ANYWHERE], env)
      assert.equal(code, 2)
      assert.match(stderr, /loopback only, not on "0\.0\.0\.0"; set OSSEAL_ACCESS_KEY_ID/)
      assert.match(stderr, /--dangerously-serve-fixed-credentials/)
    }
  })

  test("is served with your own access key, or with the flag that accepts the risk", async () => {
    const env = { OSSEAL_ACCESS_KEY_ID: "mine", OSSEAL_ACCESS_KEY_SECRET: SECRET }
    assert.equal((await osseal(["dev", ...ANYWHERE], env)).code, 0)
    const flagged = ["dev", "--host", "0.0.0.0", "--dangerously-serve-fixed-credentials"]
    const server = await startProgram([...flagged, ...ANY_PORT])
    const [endpoint = ""] = server.endpoints
    assert.equal((await fetch(`${endpoint}/-/health`)).status, 200)
    assert.equal(await server.stop(), 0)
  })
})

describe("an error says what to do", () => {
  const access = {
    OSSEAL_ACCESS_KEY_ID: "osseal-dev",
    OSSEAL_ACCESS_KEY_SECRET: "osseal-dev-secret",
  }

  test("when `keys` is pointed to no server, or to the OSS port", async () => {
    const server = await startProgram(["dev", ...ANY_PORT])
    const [oss = "", kms = ""] = server.endpoints
    const onOss = await osseal(["keys", "list", "--endpoint", oss], access)
    assert.match(onOss.stderr, /does not respond as a KMS endpoint .* set --endpoint/)
    assert.equal(await server.stop(), 0)
    const { code, stderr } = await osseal(["keys", "list", "--endpoint", kms], access)
    assert.equal(code, 1)
    assert.match(stderr, /no response from \S+ \(ECONNREFUSED\); start the server, or set/)
  })

  test("when the data directory is not a directory", async () => {
    const path = join(folder, "a-file")
    writeFileSync(path, "")
    const { code, stderr } = await osseal(["server", path, ...ANY_PORT])
    assert.equal(code, 1)
    assert.match(stderr, /a-file cannot be used by user \d+ as a data directory: /)
  })

  const isRoot = process.getuid?.() === 0
  test(
    "when the data directory belongs to another user",
    { skip: isRoot ? false : "only root can become another user" },
    async () => {
      const directory = join(folder, "of-root")
      mkdirSync(directory, { mode: 0o755 })
      chmodSync(folder, 0o755)
      const program = `
        import { openLocalStore } from ${JSON.stringify(LOCAL_STORE)}
        process.setuid(65534)
        const opened = openLocalStore(${JSON.stringify(directory)}, {})
        await opened.catch(({ name, message }) => process.stdout.write(name + ": " + message))`
      const args = ["--input-type=module", "-e", program]
      const { stdout } = await promisify(execFile)(process.execPath, args)
      assert.match(stdout, /^StartRefused: .* by user 65534 .*: EACCES.*chown/)
      chmodSync(folder, 0o700)
    },
  )
})

test("dev uses the access key of the environment, and prints lines to paste for its clients", async () => {
  const path = join(folder, "mine.json")
  const env = { OSSEAL_ACCESS_KEY_ID: "mine", OSSEAL_ACCESS_KEY_SECRET: "my-own-secret" }
  const child = execFile(
    process.execPath,
    [MAIN, "dev", ...ANY_PORT, "--ready-file", path, "--log-level", "silent"],
    { env: { ...process.env, ...env } },
  )
  let text = ""
  child.stdout?.on("data", (chunk: string) => {
    text += chunk
    if (text.includes("ALIBABA_CLOUD")) child.kill("SIGTERM")
  })
  const code = await new Promise((resolve) => child.on("exit", resolve))
  assert.equal(code, 0)
  const oss = /OSS +(http:\S+)/.exec(text)?.[1] ?? ""
  for (const line of [
    "in memory, lost when it stops, your credentials",
    `  export OSS_ENDPOINT=${oss} OSS_REGION=cn-hangzhou\n`,
    "  export OSS_ACCESS_KEY_ID=mine OSS_ACCESS_KEY_SECRET=my-own-secret\n",
    `  ossutil config -e ${oss} -i mine -k my-own-secret\n`,
    "  export ALIBABA_CLOUD_ACCESS_KEY_ID=mine ALIBABA_CLOUD_ACCESS_KEY_SECRET=my-own-secret\n",
    "  npm run --silent osseal -- keys create --endpoint http://127.0.0.1:",
  ]) {
    assert.ok(text.includes(line), `${line} in:\n${text}`)
  }
})
