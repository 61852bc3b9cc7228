import { createDigester, type Digests } from "./digests.ts"

/** Digests one large plaintext, maybe on another thread. `final` or `drop` ends it. */
export interface LargeDigester {
  /** Takes the bytes, which may change when it resolves. */
  update(bytes: Uint8Array): Promise<void>
  final(): Promise<Digests>
  /** The digests are not asked for. */
  drop(): void
}

/** Where the plaintexts of large objects and parts are digested. */
export interface LargeDigests {
  begin(): LargeDigester
}

/** On the caller's thread. */
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
