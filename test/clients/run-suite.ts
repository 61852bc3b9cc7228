import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { Agent } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Core from "@alicloud/pop-core"
import OSS from "ali-oss"
import { startServerProcess, type ServerProcess } from "../../scripts/server-process.ts"
import { issueDevCertificate } from "../../src/cli/dev-certificate.ts"
import { TEST_CONFIG } from "../oss/running-server.ts"
import { KMS_PORTS, OSS_ADDRESS, trustInPackages } from "./private-network.ts"
import { runStep, type StepResult } from "./run-step.ts"
import type { ServerAddress, ServerFacts, Step, Suite } from "./suite.ts"
import { startTlsServer } from "./tls-server.ts"

const REGION = "cn-hangzhou"

/** Where a server is started, and how clients reach it. */
export interface Place {
  /** The checkout whose server is started. */
  readonly root: string
  /** Installed suites, and their logs. */
  readonly clientsFolder: string
  /** Whether this process is in its own network namespace, where the service's host names resolve to it. */
  readonly isPrivateNetwork: boolean
}

interface Started {
  readonly stop: () => Promise<unknown>
  readonly server: ServerAddress
  /** The CA of the server's certificate; undefined without TLS. */
  readonly caFile: string | undefined
  /** The suite says by itself which CA its clients trust; otherwise all of them trust `caFile`. */
  readonly namesItsCa: boolean
  readonly step: (folder: string) => Step
}

/** Runs a suite installed in `folder` against its own server on a new data directory. */
export async function runSuite(suite: Suite, folder: string, place: Place): Promise<StepResult> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-clients-"))
  const started = await startFor(suite, directory, place)
  const { server, stop, caFile, step: stepIn } = started
  const trusted = started.namesItsCa ? undefined : caFile
  const logPath = join(place.clientsFolder, `${suite.name}.log`)
  await rm(logPath, { force: true })
  try {
    if (trusted !== undefined) await trustInPackages(trusted, folder)
    await makeBuckets(suite, server, caFile)
    const step = stepIn(folder)
    const limitMs = suite.minutesMax * 60_000
    return await runStep({ ...step, env: { ...trusting(trusted), ...step.env } }, folder, {
      logPath,
      limitMs,
    })
  } finally {
    await stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function startFor(suite: Suite, directory: string, place: Place): Promise<Started> {
  const { runTls, run } = suite
  if (runTls !== undefined) {
    const server = await startTlsServer(directory, {
      args: suite.serverArgs ?? [],
      root: place.root,
    })
    const step = (folder: string): Step => runTls(server, folder)
    return { server, stop: () => server.stop(), caFile: server.caFile, namesItsCa: true, step }
  }
  const { facts, process, caFile } = await startServer(suite, directory, place)
  const step = (folder: string): Step => run(facts, folder)
  return { server: facts, stop: () => process.stop(), caFile, namesItsCa: false, step }
}

async function startServer(suite: Suite, directory: string, place: Place) {
  const data = join(directory, "data")
  const args = suite.serverArgs ?? []
  const { root } = place
  if (!place.isPrivateNetwork) {
    const process = await startServerProcess(data, { args, root })
    const cmkId = await makeCmk(process, process.kmsEndpoint)
    return { facts: { ...process, cmkId, hasHostNames: false }, process, caFile: undefined }
  }
  const { caFile, ...files } = await makeCertificate(directory)
  const doors = ["--host", OSS_ADDRESS, "--oss-port", "80", "--oss-tls-port", "443"]
  const kms = ["--kms-port", String(KMS_PORTS.plain), "--kms-tls-port", String(KMS_PORTS.tls)]
  const process = await startServerProcess(data, {
    args: [...args, ...doors, ...kms, "--tls-cert", files.cert, "--tls-key", files.key],
    root,
  })
  const facts: ServerFacts = {
    ...process,
    ossEndpoint: `http://oss-${REGION}.aliyuncs.com`,
    kmsEndpoint: `https://kms.${REGION}.aliyuncs.com`,
    cmkId: await makeCmk(process, `http://${OSS_ADDRESS}:${KMS_PORTS.plain}`),
    hasHostNames: true,
  }
  return { facts, process, caFile }
}

/** How to make Node, Python and Go trust a CA. */
function trusting(caFile: string | undefined): Readonly<Record<string, string>> {
  if (caFile === undefined) return {}
  return { NODE_EXTRA_CA_CERTS: caFile, REQUESTS_CA_BUNDLE: caFile, SSL_CERT_FILE: caFile }
}

async function makeCmk(
  { accessKeyId, accessKeySecret }: ServerProcess,
  endpoint: string,
): Promise<string> {
  const kms = new Core({ endpoint, accessKeyId, accessKeySecret, apiVersion: "2016-01-20" })
  const made = await kms.request<{ KeyMetadata: { KeyId: string } }>("CreateKey", {})
  return made.KeyMetadata.KeyId
}

async function makeCertificate(directory: string) {
  const folder = join(directory, "tls")
  await mkdir(folder)
  const config = { ...TEST_CONFIG, doors: [], region: REGION }
  const { pair, caFile } = await issueDevCertificate(folder, config)
  const cert = join(folder, "server.pem")
  const key = join(folder, "server.key")
  await writeFile(cert, pair.cert)
  await writeFile(key, pair.key, { mode: 0o600 })
  return { caFile, cert, key }
}

async function makeBuckets(
  suite: Suite,
  server: ServerAddress,
  caFile: string | undefined,
): Promise<void> {
  const { ossEndpoint: endpoint, accessKeyId, accessKeySecret, region } = server
  const httpsAgent = caFile === undefined ? undefined : new Agent({ ca: await readFile(caFile) })
  const credentials = { accessKeyId, accessKeySecret }
  const options = { endpoint, ...credentials, region: `oss-${region}`, httpsAgent }
  const oss = new OSS(options)
  for (const { name, acl } of suite.buckets ?? []) {
    await oss.putBucket(name)
    await oss.putBucketACL(name, acl)
  }
}
