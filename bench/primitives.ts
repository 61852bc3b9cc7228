import { createCipheriv, createHash, createHmac, createSecretKey } from "node:crypto"
import { performance } from "node:perf_hooks"
import { randomBytes } from "../src/base/random.ts"
import { updateCrc64 } from "../src/objects/crc64-wasm.ts"

const MIB = 1024 * 1024
const ROUNDS = 7
const ROUND_MS = 60

/** Microseconds per call: the best of several rounds, because other programs can only make it longer. */
function microseconds(call: () => void): number {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now()
    let calls = 0
    let elapsedMs = 0
    for (; elapsedMs < ROUND_MS; calls += 1) {
      call()
      elapsedMs = performance.now() - startMs
    }
    best = Math.min(best, (elapsedMs / calls) * 1000)
  }
  return best
}

/** The cost of the primitives on this machine, on one core, so that figures of two machines can be compared. */
export function measurePrimitives(): Record<string, number> {
  const secretKey = createSecretKey(randomBytes(32))
  const nonce = randomBytes(12)
  const whole = randomBytes(MIB)
  const seal = (plaintext: Buffer): void => {
    const cipher = createCipheriv("aes-256-gcm", secretKey, nonce)
    cipher.update(plaintext)
    cipher.final()
    cipher.getAuthTag()
  }
  const [segment, record] = [whole.subarray(0, 16_384), whole.subarray(0, 400)]
  const figures = {
    "MD5, MB/s": MIB / microseconds(() => createHash("md5").update(whole).digest()),
    "CRC-64, MB/s": MIB / microseconds(() => updateCrc64(0n, whole)),
    "AES-256-GCM of 16 KiB, MB/s": segment.length / microseconds(() => seal(segment)),
    "AES-256-GCM of 400 bytes, us": microseconds(() => seal(record)),
    "two HMAC-SHA-512, us": 2 * microseconds(() => hmac(secretKey, record)),
  }
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, Number(figure.toPrecision(3))]),
  )
}

function hmac(secretKey: ReturnType<typeof createSecretKey>, bytes: Buffer): void {
  createHmac("sha512", secretKey).update(bytes).digest()
}
