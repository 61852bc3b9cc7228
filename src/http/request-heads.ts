import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"

interface Connection {
  /** What arrived since the last request was handed on, while that is a part of one head. */
  pieces: Buffer[]
  latest?: { readonly message: IncomingMessage; readonly response: ServerResponse }
}

/**
 * Remembers the bytes of the request head that each connection is in the middle of, and its latest request. The parser
 * gives out only the packet at which it stopped, and a head may span several.
 */
export interface RequestHeads {
  watch(socket: Socket): void
  /** The head that was being read is whole. */
  begin(message: IncomingMessage, response: ServerResponse): void
  /** The bytes of a head that is not whole; empty when it began in a packet that held something else before it. */
  bytesOf(socket: Socket): Buffer
  /** Whether an answer on this connection was begun and is not done. */
  isAnswering(socket: Socket): boolean
}

export function createRequestHeads(): RequestHeads {
  const connections = new WeakMap<Socket, Connection>()
  return {
    watch(socket) {
      const connection: Connection = { pieces: [] }
      connections.set(socket, connection)
      // Before the parser's own listener: `begin` is called while that one runs.
      socket.prependListener("data", (piece: Buffer) => {
        if (connection.latest?.message.complete !== false) connection.pieces.push(piece)
      })
    },
    begin(message, response) {
      const connection = connections.get(message.socket)
      if (connection === undefined) return
      connection.pieces = []
      connection.latest = { message, response }
    },
    bytesOf: (socket) => Buffer.concat(connections.get(socket)?.pieces ?? []),
    isAnswering(socket) {
      const response = connections.get(socket)?.latest?.response
      return response?.headersSent === true && !response.writableFinished
    },
  }
}
