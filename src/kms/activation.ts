import type { Clock } from "../base/clock.ts"
import type { Guard, MetadataStore } from "../storage/metadata-store.ts"
import { type RecordCodec, recordCodec } from "../storage/record-codec.ts"
import { rowKey } from "../storage/row-keys.ts"
import { commitRows } from "./commit-rows.ts"
import { KmsError } from "./kms-error.ts"
import type { KmsMode } from "./kms-mode.ts"

/** When the account activated the key service. */
export interface ActivationRecord {
  readonly openedMs: number
}

export const activationCodec: RecordCodec<ActivationRecord> = recordCodec({
  name: "kms-activation",
  write: ({ openedMs }) => ({ openedMs }),
  readers: { 1: ({ openedMs }) => ({ openedMs: openedMs as number }) },
})

/** settings / "kms-activation": there once the key service was opened. */
const ACTIVATION_ROW = rowKey("settings", "kms-activation")

/** Whether the key service does anything at all. */
export interface Activation {
  readonly mode: KmsMode
  readonly isEnabled: () => Promise<boolean>
  /** When it was opened; undefined where nobody had to. */
  readonly openedMs: () => number | undefined
  /** Throws KmsError ServiceAlreadyOpen, and Forbidden where the server's operator has switched the key service off. */
  open(): Promise<number>
}

/** For a key service that nobody has to activate. */
export const ALWAYS_ENABLED: Activation = {
  mode: "on",
  isEnabled: () => Promise.resolve(true),
  openedMs: () => undefined,
  open: () => Promise.reject(alreadyOpen()),
}

/** What the store remembers of `mode`. Nothing closes what was opened, which may have been on another gateway. */
export async function loadActivation(
  parts: { readonly store: MetadataStore; readonly clock: Clock },
  mode: KmsMode,
): Promise<Activation> {
  let openedMs: number | undefined
  const look = async (): Promise<void> => {
    const [row] = await parts.store.get([ACTIVATION_ROW])
    openedMs = row && activationCodec.decode(row.value).openedMs
  }
  const isEnabled = async (): Promise<boolean> => {
    if (mode === "ask" && openedMs === undefined) await look()
    return mode === "on" || (mode === "ask" && openedMs !== undefined)
  }
  await look()
  return {
    mode,
    isEnabled,
    openedMs: () => openedMs,
    async open() {
      if (mode === "off") {
        throw new KmsError("Forbidden", "The key service of this server is switched off (--kms).")
      }
      if (await isEnabled()) throw alreadyOpen()
      openedMs = await storeOpening(parts)
      return openedMs
    },
  }
}

async function storeOpening(parts: {
  readonly store: MetadataStore
  readonly clock: Clock
}): Promise<number> {
  return await commitRows<number>(parts, async () => {
    const [row] = await parts.store.get([ACTIVATION_ROW])
    if (row !== undefined) {
      const guards: Guard[] = [{ key: row.key, version: row.version }]
      return { guards, writes: [], result: activationCodec.decode(row.value).openedMs }
    }
    const openedMs = parts.clock.nowMs()
    const value = activationCodec.encode({ openedMs })
    return { writes: [{ key: ACTIVATION_ROW, value, expect: "absent" }], result: openedMs }
  })
}

/** Throws KmsError ServiceNotEnabled. */
export async function checkEnabled(activation: Activation): Promise<void> {
  if (await activation.isEnabled()) return
  throw new KmsError("ServiceNotEnabled", "The key service is not activated.")
}

function alreadyOpen(): KmsError {
  return new KmsError("ServiceAlreadyOpen", "The key service is already activated.")
}
