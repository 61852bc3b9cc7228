// A client on a thread of its own. As soon as it has received the response to a GET, it sends a request with both
// framings on the same connection, and says so. Posts everything that it received.
import { connect } from "node:tls"
import { parentPort, workerData } from "node:worker_threads"

/** What the thread is given. */
export interface QuickClient {
  readonly port: number
  readonly ca: string
  /** Becomes 1, with a notification, when the second request is sent. */
  readonly sent: Int32Array
}

const PATIENCE_MS = 10_000

const { port, ca, sent } = workerData as QuickClient
const received: Buffer[] = []
const socket = connect({ port, ca, host: "127.0.0.1" })
socket.once("secureConnect", () => socket.write("GET /first HTTP/1.1\r\nHost: a\r\n\r\n"))
socket.once("data", () => {
  socket.write(
    "PUT /second HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
  )
  socket.write("5\r\nhello\r\n0\r\n\r\n")
  Atomics.store(sent, 0, 1)
  Atomics.notify(sent, 0)
})
socket.on("data", (piece: Buffer) => received.push(piece))
socket.setTimeout(PATIENCE_MS, () => socket.destroy())
socket.on("error", (error) => received.push(Buffer.from(error.message)))
socket.once("close", () => parentPort?.postMessage(Buffer.concat(received).toString("latin1")))
