// The data directory is an ext4 file system in a file, which EXT4_IOC_SHUTDOWN cuts off without writing anything that
// was not fsynced. For some milliseconds while it does so, fdatasync may report success for data that is then lost
// (seen on Linux 6.18 with a separate program), so what the server returns from then on does not count.
import assert from "node:assert/strict"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { seededRandom } from "../model/random.ts"
import { type Cut, type Rounds, runRounds, searchPlaintext } from "./rounds.ts"
import type { Traffic } from "./traffic.ts"

const IMAGE_BYTES = 1024 ** 3

// Python offers ioctl, Node does not. 0x8004587d is EXT4_IOC_SHUTDOWN, 2 is "do not flush the journal".
const CUT = `
import fcntl, os, struct, sys
folder = os.open(sys.argv[1], os.O_RDONLY)
print("ready", flush=True)
sys.stdin.readline()
fcntl.ioctl(folder, 0x8004587d, struct.pack("I", 2))
print("cut", flush=True)
`

const run = promisify(execFile)

/**
 * Power failures at random moments of the traffic, and at the end a search for plaintext. Needs Linux, root, mkfs.ext4,
 * mount and python3.
 */
export async function runPowerCuts(
  input: Pick<Rounds, "seed" | "count" | "report">,
): Promise<Traffic> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-power-"))
  const image = join(directory, "image")
  const mounted = join(directory, "mounted")
  await mkdir(mounted)
  await writeFile(image, "")
  await truncate(image, IMAGE_BYTES)
  await run("mkfs.ext4", ["-q", image])
  await mount(image, mounted)
  try {
    const data = join(mounted, "data")
    const random = seededRandom(input.seed)
    const prepare = (): Promise<Cut> => prepareCut(image, mounted)
    const traffic = await runRounds({ ...input, data, random, prepare })
    await searchPlaintext(data, traffic)
    return traffic
  } finally {
    await run("umount", [mounted])
    await rm(directory, { recursive: true, force: true })
  }
}

async function mount(image: string, mounted: string): Promise<void> {
  await run("mount", ["-o", "loop", image, mounted])
}

/** Python waits for a line, so that the power is gone at once. */
async function prepareCut(image: string, mounted: string): Promise<Cut> {
  const python = spawn("python3", ["-c", CUT, mounted], { stdio: ["pipe", "pipe", "inherit"] })
  await once(python.stdout, "data")
  return {
    async cut(server, setState) {
      setState("losing power")
      const exited = once(python, "exit")
      python.stdin.write("\n")
      await exited
      assert.equal(python.exitCode, 0)
      await server.kill()
      setState("killed")
    },
    async recover() {
      await run("umount", [mounted])
      await mount(image, mounted)
    },
  }
}
