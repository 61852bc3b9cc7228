import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startProgram } from "../../scripts/server-process.ts"
import { DEV_ACCESS_KEY } from "../../src/config.ts"

/** What the guide tells its readers to start: `osseal dev --tls`, on free ports and with its own CA. */
export interface GuideServer {
  readonly caFile: string
  /** An empty folder, which is removed when the server stops. */
  readonly directory: string
  /** `http://127.0.0.1:PORT` */
  readonly kmsEndpoint: string
  /** What the guide tells them to export. */
  readonly env: Readonly<Record<string, string>>
  /** A program of the guide, or its output, with this server's addresses in place of those on the page. */
  readdress(text: string): string
  stop(): Promise<void>
}

const PORT_FLAGS = ["--oss-port", "--oss-tls-port", "--kms-port", "--kms-tls-port"]
/** The values of these flags, as on the page. */
const PORTS_OF_PAGE = ["9400", "9443", "9401", "9444"]

export async function startGuideServer(): Promise<GuideServer> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-guide-"))
  const caDir = join(directory, "ca")
  const flags = PORT_FLAGS.flatMap((flag) => [flag, "0"])
  const server = await startProgram(["dev", "--tls", "--ca-dir", caDir, ...flags])
  const caFile = join(caDir, "ca.pem")
  const ports = server.endpoints.map((endpoint) => new URL(endpoint).port)
  const portsOfPage = new RegExp(
    `(?<=(?:127\\.0\\.0\\.1|localhost):)(${PORTS_OF_PAGE.join("|")})`,
    "g",
  )
  const kmsPort = ports[PORTS_OF_PAGE.indexOf("9401")] ?? ""
  return {
    caFile,
    directory,
    kmsEndpoint: `http://127.0.0.1:${kmsPort}`,
    env: {
      OSS_ACCESS_KEY_ID: DEV_ACCESS_KEY.accessKeyId,
      OSS_ACCESS_KEY_SECRET: DEV_ACCESS_KEY.accessKeySecret,
    },
    readdress: (text) =>
      text
        .replaceAll(portsOfPage, (port) => ports[PORTS_OF_PAGE.indexOf(port)] ?? port)
        .replaceAll("~/.osseal/ca/ca.pem", caFile),
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
