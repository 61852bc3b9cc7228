import { X509Certificate, createPrivateKey } from "node:crypto"
import { readFileSync } from "node:fs"
import type { ServerOpts, Socket } from "node:net"
import { createSecureContext, createServer, type Server, type TlsOptions } from "node:tls"
import type { Log } from "../base/log.ts"
import { readPrivateText } from "../base/private-file.ts"

/** PEM texts: a certificate with its chain, and its private key. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

/** Where the listeners' certificate comes from. */
export interface SecureContextSource {
  current(): CertificatePair
  /** Calls `use` with every later pair, until the returned function is called. */
  subscribe(use: (pair: CertificatePair) => void): () => void
  /** Checks at once for another pair. A pair that cannot be used is logged, and the previous one stays in use. */
  reload(): void
  close(): void
}

interface PairFiles {
  readonly certFile: string
  readonly keyFile: string
}

const HANDSHAKE_MS = 10_000
/** Files are compared, not watched: a volume that swaps a symbolic link notifies no watcher. */
const COMPARE_MS = 5_000

/** One pair for the lifetime of the process. */
export function fixedPair(pair: CertificatePair): SecureContextSource {
  const nothing = (): void => undefined
  return { current: () => pair, subscribe: () => nothing, reload: nothing, close: nothing }
}

/** The pair in two files, read again when they change. Throws an Error that names the file when it cannot be used. */
export function openPairFiles(
  files: PairFiles,
  { log, compareMs = COMPARE_MS }: { readonly log: Log; readonly compareMs?: number },
): SecureContextSource {
  let pair = readPair(files)
  let lastProblem = ""
  const users = new Set<(pair: CertificatePair) => void>()
  const look = (isAsked: boolean): void => {
    try {
      const found = readPair(files)
      lastProblem = ""
      if (found.cert === pair.cert && found.key === pair.key) return
      pair = found
      for (const use of users) use(found)
      log.info({ certFile: files.certFile }, "the TLS certificate was replaced")
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      if (isAsked || problem !== lastProblem) {
        log.warn(
          { problem },
          "the new TLS certificate cannot be used; the current one stays in use",
        )
      }
      lastProblem = problem
    }
  }
  const timer = setInterval(() => look(false), compareMs)
  timer.unref()
  return {
    current: () => pair,
    subscribe(use) {
      users.add(use)
      return () => void users.delete(use)
    },
    reload: () => look(true),
    close: () => clearInterval(timer),
  }
}

function readPair({ certFile, keyFile }: PairFiles): CertificatePair {
  const pair = {
    cert: readText("--tls-cert", certFile, (path) => readFileSync(path, "utf8")),
    key: readText("--tls-key", keyFile, readPrivateText),
  }
  const certificate = parsed("--tls-cert", certFile, () => new X509Certificate(pair.cert))
  const privateKey = parsed("--tls-key", keyFile, () => createPrivateKey(pair.key))
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(`--tls-key: ${keyFile} is not the private key of the certificate ${certFile}`)
  }
  parsed("--tls-cert", certFile, () => createSecureContext(pair))
  return pair
}

function readText(flag: string, path: string, read: (path: string) => string): string {
  try {
    return read(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${flag}: ${reason}`, { cause: error })
  }
}

function parsed<T>(flag: string, path: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new Error(`${flag}: ${path} contains no usable PEM: ${String(error)}`, {
      cause: error,
    })
  }
}

/** Listens for TLS 1.2 or newer. New connections get the pair that the source has at that time. */
export function createTlsListener(
  source: SecureContextSource,
  sockets: ServerOpts,
  onSocket: (socket: Socket) => void,
): { readonly listener: Server; closeHandshakes(): void } {
  const options: TlsOptions = {
    minVersion: "TLSv1.2",
    handshakeTimeout: HANDSHAKE_MS,
    ALPNProtocols: ["http/1.1"],
  }
  const listener = createServer({ ...sockets, ...options, ...source.current() }, onSocket)
  listener.on("listening", () => {
    const use = (pair: CertificatePair): void => listener.setSecureContext({ ...options, ...pair })
    // The pair may have changed since the listener was created.
    use(source.current())
    listener.once("close", source.subscribe(use))
  })
  const handshakes = new Map<string, Socket>()
  listener.on("connection", (socket: Socket) => {
    const peer = peerOf(socket)
    handshakes.set(peer, socket)
    socket.once("close", () => handshakes.delete(peer))
  })
  listener.on("secureConnection", (socket) => handshakes.delete(peerOf(socket)))
  return {
    listener,
    closeHandshakes() {
      for (const socket of handshakes.values()) socket.destroy()
    },
  }
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ""} ${socket.remotePort ?? 0}`
}
