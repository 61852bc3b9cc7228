import { execFile, spawnSync } from "node:child_process"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { glob, mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { answerQuery } from "./name-server.ts"

const run = promisify(execFile)

/** Nothing is served at 127.0.0.1, where some tests expect no server. */
const NAME_SERVER_ADDRESS = "127.0.0.1"
/** Everything of the service except its key service, which uses the same port. */
export const OSS_ADDRESS = "127.0.0.2"
const KMS_ADDRESS = "127.0.0.3"
const HTTPS_PORT = 443

/** Where a server inside listens for the key service; HTTPS_PORT of KMS_ADDRESS leads to the one with TLS. */
export const KMS_PORTS = { plain: 9401, tls: 9444 }

/** Ways to get a private network and private mounts: as root, or with a user namespace. */
const WAYS: readonly (readonly string[])[] = [
  ["--mount", "--net"],
  ["--map-root-user", "--mount", "--net"],
]

/** The arguments of `unshare` that work on this machine; undefined when none do. */
export function findPrivateNetwork(): readonly string[] | undefined {
  return WAYS.find((way) => {
    const script = "ip link set lo up && mount --bind /etc/hosts /etc/resolv.conf"
    return spawnSync("unshare", [...way, "sh", "-c", script], { stdio: "ignore" }).status === 0
  })
}

/**
 * Makes the network namespace in which this process was started look like the service's: the only interface is the
 * loopback one, and every name below aliyuncs.com is an address of it.
 */
export async function furnishPrivateNetwork(): Promise<void> {
  await run("ip", ["link", "set", "lo", "up"])
  await startNameServer()
  const folder = await mkdtemp(join(tmpdir(), "osseal-resolv-"))
  try {
    const file = join(folder, "resolv.conf")
    await writeFile(file, `nameserver ${NAME_SERVER_ADDRESS}\n`)
    await run("mount", ["--bind", file, "/etc/resolv.conf"])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  await startRelay()
}

/**
 * Replaces the certificates that packages bring with them by those of the file, for this namespace only: some clients
 * look nowhere else.
 */
export async function trustInPackages(caFile: string, folder: string): Promise<void> {
  for await (const bundle of glob("**/cacert.pem", { cwd: folder })) {
    await run("mount", ["--bind", caFile, join(folder, bundle)])
  }
}

function addressOf(name: string): string | undefined {
  if (name !== "aliyuncs.com" && !name.endsWith(".aliyuncs.com")) return undefined
  return name.startsWith("kms.") ? KMS_ADDRESS : OSS_ADDRESS
}

async function startNameServer(): Promise<void> {
  const socket = createSocket("udp4")
  socket.on("message", (query, { port, address }) => {
    const answer = answerQuery(query, addressOf)
    if (answer !== undefined) socket.send(answer, port, address)
  })
  socket.bind(53, NAME_SERVER_ADDRESS)
  await once(socket, "listening")
  socket.unref()
}

async function startRelay(): Promise<void> {
  const server = createServer((client) => {
    const upstream = connect(KMS_PORTS.tls, OSS_ADDRESS)
    client.pipe(upstream).pipe(client)
    client.on("error", () => upstream.destroy())
    upstream.on("error", () => client.destroy())
  })
  server.listen(HTTPS_PORT, KMS_ADDRESS)
  await once(server, "listening")
  server.unref()
}
