import { ActionIcon, Menu, type MantineSize } from "@mantine/core"
import { useRef, useState, type KeyboardEvent, type ReactNode } from "react"

interface ActionMenuProps {
  readonly label: string
  readonly title?: string
  readonly icon: ReactNode
  readonly size?: MantineSize
  /** What the menu offers. It is rendered while the menu is open. */
  readonly children: ReactNode
}

/** A button with a menu. Until it is pressed, only the button is rendered, because lists have many of them. */
export function ActionMenu(props: ActionMenuProps): ReactNode {
  const { label, title, icon, size = "md" } = props
  const [isUsed, setUsed] = useState(false)
  if (isUsed) return <OpenedMenu {...props} />
  return (
    <ActionIcon
      size={size}
      aria-label={label}
      title={title}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setUsed(true)}
    >
      {icon}
    </ActionIcon>
  )
}

/** The ref of an element in the dropdown. The dropdown's own ref is called at every change, not only when it appears. */
const focusMenuAround = (element: HTMLElement | null): void =>
  element?.closest<HTMLElement>("[role=menu]")?.focus({ preventScroll: true })

/**
 * The menu, open when it is first rendered. It has the focus from the moment it appears, and gives it back when it
 * closes. Mantine moves the focus a little later, and keys that are pressed in between would be lost.
 */
function OpenedMenu({ label, title, icon, size = "md", children }: ActionMenuProps): ReactNode {
  const target = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(true)
  const close = (): void => {
    target.current?.focus({ preventScroll: true })
    setOpen(false)
  }
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === "Tab" || key === "Escape") close()
  }
  return (
    <Menu
      position="bottom-end"
      opened={isOpen}
      onChange={(wanted) => (wanted ? setOpen(true) : close())}
      trapFocus={false}
      returnFocus={false}
      closeOnEscape={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <ActionIcon ref={target} size={size} aria-label={label} title={title}>
          {icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown onKeyDown={onKeyDown}>
        <span ref={focusMenuAround} hidden />
        {children}
      </Menu.Dropdown>
    </Menu>
  )
}
