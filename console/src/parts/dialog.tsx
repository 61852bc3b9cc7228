import { Modal, type MantineSize } from "@mantine/core"
import { useLayoutEffect, useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"

interface DialogProps {
  readonly title: string
  readonly size?: MantineSize
  readonly yOffset?: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Mantine moves the focus a little after the dialog has appeared. What is typed in between would be lost. */
const focusFirst = (element: HTMLElement | null): void =>
  element?.closest("[role=dialog]")?.querySelector<HTMLElement>("[data-autofocus]")?.focus()

/**
 * A dialog is open as long as it is rendered. Its element with `data-autofocus` has the focus from the moment it
 * appears. When it closes, what had the focus before has it again.
 */
export function Dialog({
  title,
  size = "md",
  yOffset = "5dvh",
  onClose,
  children,
}: DialogProps): ReactNode {
  const { t } = useTranslation()
  const [opener] = useState(() => document.activeElement)
  // The cleanup runs while the dialog is still in the page, so the focus never gets lost in between.
  useLayoutEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true })
    },
    [opener],
  )
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      yOffset={yOffset}
      closeButtonProps={{ "aria-label": t("parts.close") }}
      returnFocus={false}
    >
      {children}
      <span ref={focusFirst} hidden />
    </Modal>
  )
}
