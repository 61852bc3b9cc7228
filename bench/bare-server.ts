// What the same machine, Node and load generator achieve when nothing is stored: a process with a plain node:http
// server that reads a body and discards it, or responds with as many bytes as the first number in the path says. The
// store's cells are compared with it.
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
