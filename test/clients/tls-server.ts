import { join } from "node:path"
import { startServerModule } from "../../scripts/server-process.ts"
import type { TlsServer } from "./suite.ts"

const ROOT = join(import.meta.dirname, "..", "..")
const PORTS = [
  ...["--oss-port", "off", "--kms-port", "off"],
  ...["--oss-tls-port", "0", "--kms-tls-port", "0"],
]

/** `osseal dev --tls` with its own CA below `directory`, and no plain listener. */
export async function startTlsServer(
  directory: string,
  options: { readonly args?: readonly string[]; readonly root?: string },
): Promise<TlsServer & { stop(): Promise<number | null> }> {
  const caDir = join(directory, "ca")
  const main = join(options.root ?? ROOT, "src", "main.ts")
  const args = ["dev", "--tls", "--ca-dir", caDir, ...PORTS, ...(options.args ?? [])]
  const server = await startServerModule([main, ...args])
  return { ...server, caFile: join(caDir, "ca.pem") }
}
