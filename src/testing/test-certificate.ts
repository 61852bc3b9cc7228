import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { issueDevCertificate } from "../cli/dev-certificate.ts"
import type { Config } from "../config.ts"
import { fixedPair, type SecureContextSource } from "../http/tls.ts"

export interface TestCertificate {
  readonly source: SecureContextSource
  /** The certificate of the CA, PEM. */
  readonly ca: string
  readonly caFile: string
  readonly remove: () => Promise<void>
}

/** A certificate from a CA that is created for it, in a temporary folder. */
export async function makeTestCertificate(config: Config): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), "osseal-testing-"))
  const { pair, caFile } = await issueDevCertificate(folder, config)
  // The key that signed this certificate must sign no other.
  await rm(join(folder, "ca.key"))
  return {
    source: fixedPair(pair),
    ca: await readFile(caFile, "utf8"),
    caFile,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
