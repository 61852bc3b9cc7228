import { createDigester, type Digests } from "./digests.ts"

/** Digests one large plaintext, possibly on another thread. End it with `final` or `drop`. */
export interface LargeDigester {
  /** Takes the bytes. They may change once the promise resolves. */
  update(bytes: Uint8Array): Promise<void>
  final(): Promise<Digests>
  /** Ends without computing digests. Has no effect after `final`. */
  drop(): void
}

/** Digests the plaintexts of large objects and parts. */
export interface LargeDigests {
  begin(): LargeDigester
}

/** Digests on the caller's thread. */
export const LARGE_DIGESTS_HERE: LargeDigests = {
  begin() {
    const digester = createDigester()
    return {
      update(bytes) {
        digester.update(bytes)
        return Promise.resolve()
      },
      final: () => Promise.resolve(digester.final()),
      drop: () => undefined,
    }
  },
}
