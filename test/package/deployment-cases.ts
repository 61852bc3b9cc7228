import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { describe, test } from "node:test"
import {
  type EntryPoint,
  instructionsOf,
  readCompose,
  readDockerfile,
  readUnit,
  unitText,
} from "./deployment.ts"

/** A folder into which the package was installed, and the environment to run it in. */
interface Installed {
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Runs what images and units say with the installed package: paths become those of a plain folder, and ports any free
 * one.
 */
export function deploymentCases(installed: () => Installed): void {
  describe("the image", () => {
    const stages = readDockerfile()
    const last = stages.at(-1) ?? []

    test("is built in stages, does not run as root, and declares its health check", () => {
      assert.equal(stages.length, 2)
      assert.deepEqual(instructionsOf(last, "USER"), ["1000:1000"])
      assert.deepEqual(instructionsOf(last, "VOLUME"), ["/data"])
      assert.equal(instructionsOf(last, "HEALTHCHECK").length, 1)
      const names = last.map(({ name }) => name)
      assert.ok(names.indexOf("USER") > names.lastIndexOf("RUN"))
    })

    test("has an entry point that serves from a plain folder, and is healthy", async () => {
      const command = ["ENTRYPOINT", "CMD"].flatMap(
        (name) => JSON.parse(instructionsOf(last, name)[0] ?? "") as string[],
      )
      const environment = environmentOf(instructionsOf(last, "ENV"))
      const [, health = ""] =
        /CMD (\[.*\])$/.exec(instructionsOf(last, "HEALTHCHECK")[0] ?? "") ?? []
      await runs(installed(), "image", { command, environment }, async (endpoint) => {
        const [, ...args] = JSON.parse(health) as string[]
        const ask = (address: string): number | null => {
          const asked = args.map((each) => each.replace("http://127.0.0.1:9400", address))
          return spawnSync(process.execPath, asked, { timeout: 20_000 }).status
        }
        assert.equal(ask(endpoint), 0)
        assert.equal(ask("http://127.0.0.1:1"), 1)
        await Promise.resolve()
      })
    })
  })

  describe("the compose file", () => {
    test("gives the container only what it needs, and opens no port to the network", () => {
      const { services, volumes, secrets } = readCompose()
      const { osseal } = services
      assert.ok(osseal)
      assert.equal(osseal.read_only, true)
      assert.equal(osseal.user, "1000:1000")
      assert.deepEqual(osseal.cap_drop, ["ALL"])
      assert.deepEqual(osseal.security_opt, ["no-new-privileges:true"])
      assert.deepEqual(Object.keys(volumes), ["data"])
      assert.deepEqual(osseal.secrets, Object.keys(secrets))
      for (const port of osseal.ports) assert.match(port, /^127\.0\.0\.1:/)
      assert.deepEqual(osseal.build, { context: "..", dockerfile: "packaging/Dockerfile" })
    })

    test("starts a server whose root key its secret unlocks", async () => {
      const { osseal } = readCompose().services
      assert.ok(osseal)
      const command = ["node", "/osseal/bin/osseal.mjs", ...osseal.command]
      await runs(installed(), "compose", { command, environment: osseal.environment })
    })
  })

  describe("the systemd unit", () => {
    const unit = readUnit(unitText())

    test("starts a server whose root key its credential unlocks", async () => {
      const command = (unit.get("ExecStart")?.[0] ?? "").split(" ")
      const environment = environmentOf(unit.get("Environment") ?? [])
      await runs(installed(), "systemd", { command, environment })
    })

    const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0

    test(
      "is valid for systemd, which rates it as safe",
      { skip: hasSystemd ? false : "there is no systemd-analyze" },
      async () => {
        const path = join(installed().folder, "osseal.service")
        // What is not installed here is not an error of the unit.
        await writeFile(
          path,
          unitText().replaceAll(/\/usr\/local\/bin\/osseal|\/bin\/kill/g, "/bin/sh"),
        )
        const verified = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" })
        assert.equal(verified.status, 0, verified.stderr)
        assert.doesNotMatch(verified.stderr, /osseal\.service/)
        const judged = ["security", "--offline=true", "--threshold=15", path]
        const security = spawnSync("systemd-analyze", judged, { encoding: "utf8" })
        assert.equal(security.status, 0, security.stdout)
      },
    )
  })
}

/** `NAME=value` lines. */
function environmentOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=")
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
}

/** Runs an entry point until it is ready, examines it, and stops it as its supervisor would. */
async function runs(
  { folder, environment }: Installed,
  name: string,
  entryPoint: EntryPoint,
  look: (ossEndpoint: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const plain = join(folder, name)
  const data = join(plain, "data")
  await mkdir(data, { recursive: true, mode: 0o750 })
  const passphrase = join(plain, "passphrase")
  await writeFile(passphrase, "correct horse battery staple\n", { mode: 0o400 })
  const placed = (text: string): string =>
    text
      .replace(/^(\/run\/secrets|%d)\/passphrase$/, passphrase)
      .replace(/^\/(data|var\/lib\/osseal)$/, data)
      .replace(/^node$/, process.execPath)
      .replace(/^\/osseal\/|^\/usr\/local\/bin\/osseal$/, (found) =>
        join(folder, "node_modules", found === "/osseal/" ? "osseal/" : ".bin/osseal"),
      )
  const [command = "", ...args] = entryPoint.command.map(placed)
  const given = Object.entries(entryPoint.environment).map(([each, value]) => [each, placed(value)])
  const env = {
    ...environment,
    ...(Object.fromEntries(given) as Record<string, string>),
    OSSEAL_OSS_PORT: "0",
    OSSEAL_KMS_PORT: "0",
    OSSEAL_LOG_LEVEL: "warn",
  }
  const child = spawn(command, args, { cwd: "/", env, stdio: ["ignore", "pipe", "pipe"] })
  const exited = once(child, "exit")
  const errors: string[] = []
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()))
  try {
    let endpoint = ""
    for await (const line of createInterface({ input: child.stdout })) {
      endpoint = /^\s*OSS\s+(http:\/\/\S+)/.exec(line)?.[1] ?? ""
      if (endpoint !== "") break
    }
    assert.equal((await fetch(`${endpoint}/-/health`)).status, 200, errors.join(""))
    await look(endpoint)
  } finally {
    child.kill("SIGTERM")
    await exited
  }
  assert.equal(child.exitCode, 0, errors.join(""))
  assert.equal((await stat(data)).mode & 0o777, 0o750)
  if (!("OSSEAL_PASSPHRASE_FILE" in entryPoint.environment)) return
  assert.ok(!(await readdir(data)).includes("unlock.key"))
  const [wrap = ""] = await readdir(join(data, "root-key"))
  assert.match(await readFile(join(data, "root-key", wrap), "utf8"), /passphrase/)
}
