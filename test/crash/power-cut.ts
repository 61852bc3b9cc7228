// The power fails at random moments of mixed traffic: every acknowledged object is whole, nothing is half there, and fsck
// finds nothing. Needs Linux, root, mkfs.ext4, mount and python3: the data directory is an ext4 file system of its own in
// a file, which EXT4_IOC_SHUTDOWN cuts off without writing out anything that was not fsynced. While it does so, for some
// milliseconds, fdatasync may report success for what is then lost (seen on Linux 6.18 with a program of its own), so what
// the server answers from then on does not count. `npm run power-cut`.
import assert from "node:assert/strict"
import { execFile, spawn } from "node:child_process"
import { randomInt } from "node:crypto"
import { once } from "node:events"
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import { startServerProcess } from "../../scripts/server-process.ts"
import { createTraffic, type RoundState } from "./traffic.ts"

const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 30)
const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts")
const IMAGE_BYTES = 1024 ** 3

// Python has ioctl at hand, Node has not. 0x8004587d is EXT4_IOC_SHUTDOWN, 2 is "do not flush the journal".
const CUT = `
import fcntl, os, struct, sys
folder = os.open(sys.argv[1], os.O_RDONLY)
print("ready", flush=True)
sys.stdin.readline()
fcntl.ioctl(folder, 0x8004587d, struct.pack("I", 2))
print("cut", flush=True)
`

const run = promisify(execFile)
let directory = ""
let mounted = ""
const traffic = createTraffic()

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "osseal-power-"))
  mounted = join(directory, "mounted")
  await mkdir(mounted)
  await writeFile(join(directory, "image"), "")
  await truncate(join(directory, "image"), IMAGE_BYTES)
  await run("mkfs.ext4", ["-q", join(directory, "image")])
  await mount()
})

after(async () => {
  await run("umount", [mounted])
  await rm(directory, { recursive: true, force: true })
})

async function mount(): Promise<void> {
  await run("mount", ["-o", "loop", join(directory, "image"), mounted])
}

/** Something that cuts the power at once when it is called. */
async function prepareCut(): Promise<() => Promise<void>> {
  const python = spawn("python3", ["-c", CUT, mounted], { stdio: ["pipe", "pipe", "inherit"] })
  await once(python.stdout, "data")
  return async () => {
    const exited = once(python, "exit")
    python.stdin.write("\n")
    await exited
    assert.equal(python.exitCode, 0)
  }
}

async function round(data: string): Promise<void> {
  const server = await startServerProcess(data)
  try {
    await traffic.check(server)
    const cut = await prepareCut()
    let state: RoundState = "running"
    const written = traffic.write(server, () => state)
    await delay(50 + randomInt(600))
    state = "losing power"
    await cut()
    await server.kill()
    await written
  } finally {
    await server.kill()
  }
  await run("umount", [mounted])
  await mount()
}

test(`every acknowledged write survives ${ROUNDS} power failures at random moments`, async () => {
  const data = join(mounted, "data")
  for (let count = 1; count <= ROUNDS; count += 1) {
    await round(data)
    process.stderr.write(`\rpower failure ${count} of ${ROUNDS}, ${traffic.names()} names`)
  }
  process.stderr.write("\n")
  const server = await startServerProcess(data)
  await traffic.check(server)
  assert.equal(await server.stop(), 0)
  assert.ok(traffic.names() > 10, "the traffic wrote something")
  const { stdout } = await run(process.execPath, [MAIN, "fsck", data])
  assert.match(stdout, / 0 damaged/)
})
