import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import OSS from "ali-oss"
import { startServerProcess, type ServerProcess } from "../../scripts/server-process.ts"
import { issueDevCertificate } from "../../src/cli/dev-certificate.ts"
import type { Config } from "../../src/config.ts"
import { KMS_TLS_PORT, OSS_ADDRESS } from "./private-network.ts"
import { runStep, type StepResult } from "./run-step.ts"
import type { ServerFacts, Suite } from "./suite.ts"

const REGION = "cn-hangzhou"

/** Where a server is started, and how clients reach it. */
export interface Place {
  /** The checkout whose server is started. */
  readonly root: string
  /** Installed suites, and their logs. */
  readonly clientsFolder: string
  /** Whether this process is in a network of its own, where the names of the service lead to it. */
  readonly isPrivateNetwork: boolean
}

interface Started {
  readonly facts: ServerFacts
  readonly process: ServerProcess
  /** What makes clients trust the server's certificate. */
  readonly env: Readonly<Record<string, string>>
}

/** A suite that is installed in `folder`, against a server of its own on a new data directory. */
export async function runSuite(suite: Suite, folder: string, place: Place): Promise<StepResult> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-clients-"))
  const { facts, process, env } = await startServer(suite, directory, place)
  const logPath = join(place.clientsFolder, `${suite.name}.log`)
  await rm(logPath, { force: true })
  try {
    await makeBuckets(suite, facts)
    const step = suite.run(facts, folder)
    const limitMs = suite.minutesMax * 60_000
    return await runStep({ ...step, env: { ...env, ...step.env } }, folder, { logPath, limitMs })
  } finally {
    await process.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function startServer(suite: Suite, directory: string, place: Place): Promise<Started> {
  const data = join(directory, "data")
  const args = suite.serverArgs ?? []
  const { root } = place
  if (!place.isPrivateNetwork) {
    const process = await startServerProcess(data, { args, root })
    return { facts: { ...process, hasHostNames: false }, process, env: {} }
  }
  const { caFile, ...files } = await makeCertificate(directory)
  const doors = ["--host", OSS_ADDRESS, "--oss-port", "80", "--oss-tls-port", "443"]
  const tls = ["--kms-tls-port", String(KMS_TLS_PORT), "--tls-cert", files.cert]
  const process = await startServerProcess(data, {
    args: [...args, ...doors, ...tls, "--tls-key", files.key],
    root,
  })
  const facts: ServerFacts = {
    ...process,
    ossEndpoint: `http://oss-${REGION}.aliyuncs.com`,
    kmsEndpoint: `https://kms.${REGION}.aliyuncs.com`,
    hasHostNames: true,
  }
  const env = {
    NODE_EXTRA_CA_CERTS: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    SSL_CERT_FILE: caFile,
  }
  return { facts, process, env }
}

async function makeCertificate(directory: string) {
  const folder = join(directory, "tls")
  await mkdir(folder)
  const config: Config = {
    doors: [],
    tls: undefined,
    region: REGION,
    domains: ["localhost"],
    encryptionHeaderOperations: "founding",
    logLevel: "warn",
  }
  const { pair, caFile } = await issueDevCertificate(folder, config)
  const cert = join(folder, "server.pem")
  const key = join(folder, "server.key")
  await writeFile(cert, pair.cert)
  await writeFile(key, pair.key, { mode: 0o600 })
  return { caFile, cert, key }
}

async function makeBuckets(suite: Suite, facts: ServerFacts): Promise<void> {
  const { ossEndpoint: endpoint, accessKeyId, accessKeySecret, region } = facts
  const oss = new OSS({ endpoint, accessKeyId, accessKeySecret, region: `oss-${region}` })
  for (const { name, acl } of suite.buckets ?? []) {
    await oss.putBucket(name)
    await oss.putBucketACL(name, acl)
  }
}
