// Traffic that is interrupted again and again, by kills or by power failures, and everything that must hold afterwards.
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import { type ServerProcess, startServerModule } from "../../scripts/server-process.ts"
import type { Random } from "../model/random.ts"
import { TEST_ACCESS_KEY } from "../oss/running-server.ts"
import { createTraffic, type Traffic } from "./traffic.ts"
import type { RoundState } from "./writer.ts"

const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts")
const BUSY_SERVER = join(import.meta.dirname, "busy-server.ts")
const FSCK_EVERY = 25
const GATEWAYS_MAX = 3

export interface Cut {
  /** Ends the server, after the state was set to what its responses are worth from then on. */
  readonly cut: (server: ServerProcess, setState: (state: RoundState) => void) => Promise<void>
  /** What must be done before the data directory can be opened again. */
  readonly recover: () => Promise<void>
}

export interface Rounds {
  readonly data: string
  readonly seed: number
  readonly count: number
  readonly random: Random
  /** Called in each round, while the server runs, for preparations. */
  readonly prepare: () => Promise<Cut>
  readonly report?: (done: number, versions: number) => void
}

/** Runs the rounds, then stops the server cleanly. Throws at the first loss, torn write or damage. */
export async function runRounds({ data, seed, count, ...rounds }: Rounds): Promise<Traffic> {
  const traffic = createTraffic(seed)
  for (let done = 0; done < count; done += 1) {
    if (done % FSCK_EVERY === FSCK_EVERY - 1) await checkStopped(traffic, data)
    await runRound(traffic, data, rounds)
    rounds.report?.(done + 1, traffic.versions())
  }
  await checkStopped(traffic, data)
  assert.ok(traffic.versions() > 10, "the traffic wrote something")
  return traffic
}

function startServer(data: string, gateways = 1): Promise<ServerProcess> {
  const env = {
    OSSEAL_ACCESS_KEY_ID: TEST_ACCESS_KEY.accessKeyId,
    OSSEAL_ACCESS_KEY_SECRET: TEST_ACCESS_KEY.accessKeySecret,
  }
  return startServerModule([BUSY_SERVER, data, String(gateways)], env)
}

async function runRound(
  traffic: Traffic,
  data: string,
  { random, prepare }: Pick<Rounds, "random" | "prepare">,
): Promise<void> {
  const server = await startServer(data, 1 + random.below(GATEWAYS_MAX))
  try {
    await traffic.check(server)
    const { cut, recover } = await prepare()
    let state: RoundState = "running"
    const written = traffic.write(server, () => state)
    await Promise.race([delay(50 + random.below(450)), written])
    await cut(server, (next) => (state = next))
    await written
    await recover()
  } finally {
    await server.kill()
  }
}

/** A start, a check, a clean stop, and fsck. */
async function checkStopped(traffic: Traffic, data: string): Promise<void> {
  const server = await startServer(data)
  await traffic.check(server)
  assert.equal(await server.stop(), 0)
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, "fsck", data])
  assert.match(stdout, / 0 damaged/)
}

const NEEDLES_MAX = 400

/** Throws when the canary or an MD5 of contents is in a file under the directory. Returns how much was searched. */
export async function searchPlaintext(
  directory: string,
  { canary, md5s }: Pick<Traffic, "canary" | "md5s">,
): Promise<number> {
  const texts = [canary, ...[...md5s].flatMap((md5) => [md5, md5.toUpperCase()])]
  const raw = [...md5s].map((md5) => Buffer.from(md5, "hex"))
  const needles = [...texts.map((text) => Buffer.from(text)), ...raw].slice(0, NEEDLES_MAX)
  let searched = 0
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    searched += bytes.length
    for (const needle of needles) {
      assert.equal(bytes.indexOf(needle), -1, `plaintext is in ${entry.name}`)
    }
  }
  return searched
}
