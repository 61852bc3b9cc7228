import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import forge from "node-forge"
import { makeFolder } from "../base/make-folder.ts"
import { dateOf, systemClock } from "../base/clock.ts"
import { createPrivateFile, isNoEntry, readPrivateFile } from "../base/private-file.ts"
import { randomBytes } from "../base/random.ts"
import type { Config } from "../config.ts"
import type { CertificatePair } from "../http/tls.ts"

const DAY_MS = 24 * 60 * 60 * 1000
const CA_DAYS = 3650
/** Apple's clients accept at most 825. */
const LEAF_DAYS = 365
/** So that clients whose clock is slightly behind accept the certificate too. */
const BACKDATED_MS = DAY_MS
const RSA_BITS = 2048
const CA_NAME = "osseal dev CA"

interface Issued {
  readonly pair: CertificatePair
  /** What clients must trust; an absolute path. */
  readonly caFile: string
}

/**
 * A certificate for `dev --tls`, from this user's own CA, which is created in `directory` at the first use: ca.pem, and
 * ca.key, which only its owner can read. The certificate's private key exists in this process only. Throws an Error, or
 * OpenToOthersError.
 */
export async function issueDevCertificate(directory: string, config: Config): Promise<Issued> {
  const caKeyPem = await readOrMakeCaKey(directory)
  const caKey = forge.pki.privateKeyFromPem(caKeyPem)
  const caFile = resolve(directory, "ca.pem")
  const ca = await readOrMakeCa(caFile, caKeyPem, caKey)
  const { privatePem, publicPem } = makeKeys()
  const leaf = newCertificate(publicPem, LEAF_DAYS)
  leaf.setSubject([{ name: "commonName", value: "osseal dev" }])
  leaf.setIssuer(ca.subject.attributes)
  leaf.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames: alternativeNames(config) },
    {
      name: "authorityKeyIdentifier",
      keyIdentifier: ca.generateSubjectKeyIdentifier().getBytes(),
    },
  ])
  leaf.sign(caKey, forge.md.sha256.create())
  return { pair: { cert: forge.pki.certificateToPem(leaf), key: privatePem }, caFile }
}

/** The host names that clients use for these listeners. */
function certificateNames({ region, domains }: Pick<Config, "region" | "domains">): string[] {
  return [
    ...new Set([
      "localhost",
      ...domains.flatMap((domain) => [domain, `*.${domain}`]),
      `oss-${region}.aliyuncs.com`,
      `*.oss-${region}.aliyuncs.com`,
      `kms.${region}.aliyuncs.com`,
      "kms.aliyuncs.com",
    ]),
  ]
}

function alternativeNames(config: Config): object[] {
  const DNS = 2
  const IP = 7
  const addresses = new Set(["127.0.0.1", "::1"])
  for (const { host } of config.doors) if (/^127\./.test(host)) addresses.add(host)
  return [
    ...certificateNames(config).map((value) => ({ type: DNS, value })),
    ...[...addresses].map((ip) => ({ type: IP, ip })),
  ]
}

async function readOrMakeCaKey(directory: string): Promise<string> {
  const path = join(directory, "ca.key")
  makeFolder(directory)
  const found = await readPrivateFile(path)
  if (found !== undefined) return checkCaKey(path, found.toString("utf8"))
  try {
    await createPrivateFile(path, Buffer.from(makeKeys().privatePem))
  } catch (error) {
    // Two starts at the same time: both use the first one's key.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
  }
  const made = await readPrivateFile(path)
  return checkCaKey(path, made?.toString("utf8") ?? "")
}

function checkCaKey(path: string, pem: string): string {
  try {
    if (createPrivateKey(pem).asymmetricKeyType === "rsa") return pem
  } catch {
    // Reported below.
  }
  throw new Error(
    `${path} is not the private key of a CA that dev created; delete it to get a new CA`,
  )
}

/** The CA's certificate in the file, or a new one if that one belongs to another key or is about to expire. */
async function readOrMakeCa(
  path: string,
  caKeyPem: string,
  caKey: forge.pki.rsa.PrivateKey,
): Promise<forge.pki.Certificate> {
  const found = await readText(path)
  if (found !== undefined && isUsableCa(found, caKeyPem)) {
    return forge.pki.certificateFromPem(found)
  }
  const publicKey = forge.pki.setRsaPublicKey(caKey.n, caKey.e)
  const ca = newCertificate(forge.pki.publicKeyToPem(publicKey), CA_DAYS)
  const name = [{ name: "commonName", value: CA_NAME }]
  ca.setSubject(name)
  ca.setIssuer(name)
  ca.setExtensions([
    { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ])
  ca.sign(caKey, forge.md.sha256.create())
  await writeFile(path, forge.pki.certificateToPem(ca), { mode: 0o644 })
  return ca
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (isNoEntry(error)) return undefined
    throw error
  }
}

function isUsableCa(pem: string, caKeyPem: string): boolean {
  try {
    const certificate = new X509Certificate(pem)
    const leftMs = Date.parse(certificate.validTo) - systemClock.nowMs()
    return certificate.checkPrivateKey(createPrivateKey(caKeyPem)) && leftMs > LEAF_DAYS * DAY_MS
  } catch {
    return false
  }
}

function makeKeys(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: RSA_BITS,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  })
  return { privatePem: privateKey, publicPem: publicKey }
}

function newCertificate(publicPem: string, days: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicPem)
  // A first byte below 0x80 keeps the number positive.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`
  const nowMs = systemClock.nowMs()
  certificate.validity.notBefore = dateOf(nowMs - BACKDATED_MS)
  certificate.validity.notAfter = dateOf(nowMs + days * DAY_MS)
  return certificate
}

/**
 * How to make each kind of client trust the CA. Python's clients read one variable each: requests, the ssl module, and
 * aliyun-python-sdk-core, which reads neither of the others. `npm run test:clients` follows these lines literally.
 */
export function caLines(caFile: string): string {
  const path = quoteForShell(caFile)
  return `
Trust the CA of this machine, for https:
  Node      export NODE_EXTRA_CA_CERTS=${path}
  Python    export REQUESTS_CA_BUNDLE=${path} SSL_CERT_FILE=${path} ALIBABA_CLOUD_CA_BUNDLE=${path}
  Go        export SSL_CERT_FILE=${path}
  Rust      export SSL_CERT_FILE=${path}
  ossutil   export SSL_CERT_FILE=${path}
  curl      curl --cacert ${path} …
  Java      keytool -importcert -noprompt -alias osseal-dev -file ${path} -keystore osseal.p12 -storepass changeit
            java -Djavax.net.ssl.trustStore=osseal.p12 -Djavax.net.ssl.trustStorePassword=changeit …
`
}

/** A word for sh, bash and zsh, quoted only where necessary. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
