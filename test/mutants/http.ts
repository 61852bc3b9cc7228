import type { Mutant } from "./mutant.ts"

const CONNECTIONS = "src/http/connections.test.ts"
const SERVER = "src/http/server.test.ts"
const BODY = "src/http/body.test.ts"
const ANSWER = "src/http/answer.test.ts"
const PAIR = "src/http/framing-pair.test.ts"
const BUDGET = "src/base/memory-budget.test.ts"
const TURNS = "src/base/turns.test.ts"
const HEALTH = "src/http/health.test.ts"
const ACCESS_LOG = "test/http/access-log.test.ts"
const TLS = "test/tls/tls.test.ts"

export const HTTP_MUTANTS: readonly Mutant[] = [
  {
    name: "http: the memory of a request is not given back when its answer has left",
    file: "src/http/connections.ts",
    find: "      memory.give(parsed.heldBytes)\n",
    replace: "",
    tests: [CONNECTIONS],
    why: "The server would answer 503 to everything after some requests.",
  },
  {
    name: "http: the memory of a client that went away while it waited is not given back",
    file: "src/http/connections.ts",
    find: "  memory.give(bytes)\n  return false\n",
    replace: "  return false\n",
    tests: [CONNECTIONS],
    why: "Strangers could exhaust the memory by connecting and leaving.",
  },
  {
    name: "http: a client that reads nothing keeps its memory while others wait",
    file: "src/http/connections.ts",
    find: "if (stalled !== undefined && isStalled(stalled, limits, nowMs)) return true",
    replace: "if (stalled !== undefined && isStalled(stalled, limits, nowMs)) return false",
    tests: [CONNECTIONS],
    why: "Clients that never read could lock all others out.",
  },
  {
    name: "http: blank lines without end are read for ever",
    file: "src/http/connections.ts",
    find: "  if (arrived > limits.maxHeaderBytes + READ_BYTES) return true\n",
    replace: "",
    tests: [CONNECTIONS],
    why: "A stranger could keep the server busy without a request.",
  },
  {
    name: "http: a hundred requests and more wait on one connection",
    file: "src/http/connections.ts",
    find: "connection.waiting.length >= WAITING_MAX",
    replace: "connection.waiting.length >= WAITING_MAX * 100",
    tests: [CONNECTIONS],
    why: "Pipelined requests would fill the memory.",
  },
  {
    name: "http: what is no HTTP behind a whole request takes its answer",
    file: "src/http/parser.ts",
    find: "(current.message.complete || waiting.length > 0)",
    replace: "waiting.length > 100",
    tests: [SERVER],
    why: "A client would take 400 for the answer to a write that was made.",
  },
  {
    name: "http: a refusal is written into an answer that is under way",
    file: "src/http/parser.ts",
    find: "} else if (isAnswering(connection)) {",
    replace: "} else if (waiting.length > 100) {",
    tests: [SERVER],
    why: "The text of an error would appear in the middle of an object.",
  },
  {
    name: "http: a connection with both framing headers goes on",
    file: "src/http/parser.ts",
    find: "  if (keptLength !== undefined) response.shouldKeepAlive = false\n",
    replace: "",
    tests: [PAIR],
    why: "Two readers of one connection could disagree about where the next request begins.",
  },
  {
    name: "http: of two lengths beside chunks one is believed",
    file: "src/http/framing-pair.ts",
    find: "otherEncodings.length > 0 || otherLengths.length > 0",
    replace: "otherEncodings.length > 0",
    tests: [PAIR],
    why: "Requests could be smuggled past a proxy.",
  },
  {
    name: "http: a body that is shorter than announced is whole",
    file: "src/http/body.ts",
    find: "if (!message.complete || (declared !== undefined && declared !== arrived)) {",
    replace: "if (!message.complete) {",
    tests: [PAIR],
    why: "An incomplete upload would be kept as complete.",
  },
  {
    name: "http: a body without an announced length has no limit",
    file: "src/http/body.ts",
    find: "      if (arrived > bytesMax) throw new BodyTooLarge()\n",
    replace: "",
    tests: [BODY],
    why: "One request could use all the memory.",
  },
  {
    name: "http: an answer of too few bytes ends as if it were whole",
    file: "src/http/answer.ts",
    find: "  response.destroy()\n  throw new Error(`a body of ${sizeBytes} bytes was given ${sent}`)\n",
    replace: "",
    tests: [ANSWER],
    why: "A client could mistake part of an object for the whole.",
  },
  {
    name: "http: the source of a body is kept when a HEAD asks for it",
    file: "src/http/answer.ts",
    find: `  if (body.kind === "stream") await body.batches.return()\n`,
    replace: "",
    tests: [ANSWER],
    why: "Each HEAD would hold memory and a blob for ever.",
  },
  {
    name: "http: who comes later overtakes those who wait for memory",
    file: "src/base/memory-budget.ts",
    find: "if (waiting.size === 0 && heldBytes + bytes <= limitBytes) {",
    replace: "if (heldBytes + bytes <= limitBytes) {",
    tests: [BUDGET],
    why: "A large request would never get its turn.",
  },
  {
    name: "http: who waits for memory waits without end",
    file: "src/base/memory-budget.ts",
    find: `        reject(new MemoryExhausted("no memory became free"))\n`,
    replace: "",
    tests: [BUDGET],
    why: "A client would hang instead of being told to retry.",
  },
  {
    name: "http: TLS 1.1 is spoken",
    file: "src/http/tls.ts",
    find: `minVersion: "TLSv1.2"`,
    replace: `minVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0"`,
    tests: [TLS],
    why: "Connections could be broken by old attacks.",
  },
  {
    name: "http: a new certificate is not used",
    file: "src/http/tls.ts",
    find: "      for (const use of users) use(found)\n",
    replace: "",
    tests: [TLS],
    why: "Every client would be refused when the old certificate expires.",
  },
  {
    name: "http: everything that comes in one turn of the loop is done in it",
    file: "src/base/turns.ts",
    find: "return nowMs - sinceMs > SHARE_MS",
    replace: "return nowMs - sinceMs > SHARE_MS * 1000",
    tests: [TURNS],
    why: "A thousand clients that come at once would hold up all others.",
  },
  {
    name: "http: a server whose disk is full is told to be ready",
    file: "src/http/health.ts",
    find: `check === "live" || reasons.length === 0 ? 200 : 503`,
    replace: "200",
    tests: [HEALTH],
    why: "A load balancer would go on sending writes that are refused.",
  },
  {
    name: "http: an answer that broke off counts as whole in the log",
    file: "src/http/exchange.ts",
    find: "isCut: !response.writableFinished",
    replace: "isCut: false",
    tests: [ACCESS_LOG],
    why: "Nobody could tell from the log which downloads failed.",
  },
  {
    name: "http: the lines of the log have the query, where signatures are",
    file: "src/oss/request-log.ts",
    find: "      method: head.method,\n",
    replace: "      method: head.method,\n      target: head.target,\n",
    tests: [ACCESS_LOG],
    why: "Whoever reads the log could use a presigned URL.",
  },
]
