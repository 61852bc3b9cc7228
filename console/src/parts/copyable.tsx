import { ActionIcon, CopyButton } from "@mantine/core"
import { IconCheck, IconCopy } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import classes from "./copyable.module.css"

/** A button that puts `value` on the clipboard and says so. */
export function Copy({ value, of }: { readonly value: string; readonly of: string }): ReactNode {
  const { t } = useTranslation()
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <ActionIcon
          size="sm"
          onClick={copy}
          aria-label={copied ? t("parts.copied") : t("parts.copy", { what: of })}
          title={copied ? t("parts.copied") : t("parts.copy", { what: of })}
        >
          {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        </ActionIcon>
      )}
    </CopyButton>
  )
}

/** An identifier with a button that copies it. */
export function Copyable({
  value,
  of,
}: {
  readonly value: string
  readonly of: string
}): ReactNode {
  return (
    <span className={classes["copyable"]}>
      <code className={classes["text"]}>{value}</code>
      <Copy value={value} of={of} />
    </span>
  )
}

/** Code or output in lines, with a button that copies it. */
export function CodeBlock({
  text,
  label,
}: {
  readonly text: string
  readonly label: string
}): ReactNode {
  return (
    <div className={classes["code"]}>
      {/* Scrolls, so the keyboard must reach it. */}
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
      <Copy value={text} of={label} />
    </div>
  )
}
