// What the same machine, Node and load generator reach when nothing is stored: a process with a plain node:http server
// that takes a body and drops it, or answers as many bytes as the first number in the path. The cells of the store are
// read against it.
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

const bodies = new Map<number, Buffer>()

function bodyOf(sizeBytes: number): Buffer {
  const body = bodies.get(sizeBytes) ?? Buffer.alloc(sizeBytes, "x")
  bodies.set(sizeBytes, body)
  return body
}

const server = createServer({ noDelay: true }, (message, response) => {
  message.resume().once("end", () => {
    const sizeBytes = message.method === "GET" ? Number(/\d+/.exec(message.url ?? "")?.[0]) : 0
    response.writeHead(200, ["Content-Length", String(sizeBytes)])
    response.end(bodyOf(sizeBytes))
  })
})

server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
