import { IconLock, IconLockOpen2 } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { EncryptionMethod, KeyState } from "../api/queries.ts"
import { keyPath } from "../shell/addresses.ts"
import { Chip, type Tone } from "./chip.tsx"
import { shortAlias, useKeyLabel } from "./key-name.tsx"

const STATE_TONES: Readonly<Record<KeyState, Tone>> = {
  Enabled: "good",
  Disabled: "warn",
  PendingDeletion: "bad",
  PendingImport: "neutral",
}

export function KeyStateChip({ state }: { readonly state: KeyState }): ReactNode {
  const { t } = useTranslation()
  return <Chip tone={STATE_TONES[state]}>{t(`parts.state.${state}`)}</Chip>
}

interface EncryptionBadgeProps {
  readonly encryption: EncryptionMethod
  readonly cmkId: string | null
  /** The alias of the key, when the response has it. */
  readonly cmkAlias?: string | null
}

/** How an object is encrypted, as HEAD reports it; under KMS a link to the key. */
export function EncryptionBadge(props: EncryptionBadgeProps): ReactNode {
  const { t } = useTranslation()
  const { encryption, cmkId, cmkAlias } = props
  const found = useKeyLabel(cmkAlias === undefined ? cmkId : null)
  const label = typeof cmkAlias === "string" ? shortAlias(cmkAlias) : found
  const Icon = encryption === "none" ? IconLockOpen2 : IconLock
  const tone = encryption === "KMS" ? "accent" : encryption === "none" ? "neutral" : "good"
  const name = t(`parts.encryption.${encryption}`)
  return (
    <span title={t(`parts.encryptionHint.${encryption}`)}>
      <Chip
        tone={tone}
        icon={<Icon size={12} aria-hidden />}
        href={cmkId === null ? undefined : keyPath(cmkId)}
      >
        {label === undefined ? name : `${name} · ${label}`}
      </Chip>
    </span>
  )
}
