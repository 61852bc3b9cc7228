import { ActionIcon, Drawer, Menu, useMantineColorScheme } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import {
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconSun,
  IconUserCircle,
} from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { signOut, type Session } from "../api/session.ts"
import { changeLanguage, currentLanguage, LANGUAGE_NAMES, LANGUAGES } from "../i18n/language.ts"
import { ActionMenu } from "../parts/action-menu.tsx"
import { sayFailed } from "../parts/toasts.tsx"
import { dropUploads } from "../uploads/upload-store.ts"
import { Brand, Navigation } from "./side-bar.tsx"
import classes from "./shell.module.css"

const SCHEMES = [
  ["auto", IconDeviceDesktop],
  ["light", IconSun],
  ["dark", IconMoon],
] as const

export function LanguageMenu(): ReactNode {
  const { t } = useTranslation()
  return (
    <ActionMenu
      label={t("shell.language")}
      title={t("shell.language")}
      icon={<IconLanguage size={18} />}
    >
      {LANGUAGES.map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          aria-current={language === currentLanguage()}
          onClick={() => void changeLanguage(language)}
        >
          {LANGUAGE_NAMES[language]}
        </Menu.Item>
      ))}
    </ActionMenu>
  )
}

export function SchemeMenu(): ReactNode {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Shown = SCHEMES.find(([name]) => name === colorScheme)?.[1] ?? IconSun
  return (
    <ActionMenu label={t("shell.scheme")} title={t("shell.scheme")} icon={<Shown size={18} />}>
      {SCHEMES.map(([name, Icon]) => (
        <Menu.Item key={name} leftSection={<Icon size={16} />} onClick={() => setColorScheme(name)}>
          {t(`shell.schemes.${name}`)}
        </Menu.Item>
      ))}
    </ActionMenu>
  )
}

function AccountMenu({ session }: { readonly session: Session }): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const leave = (): void => {
    dropUploads()
    void signOut(client).catch(sayFailed)
  }
  return (
    <ActionMenu
      label={t("shell.you")}
      title={session.accessKeyId}
      icon={<IconUserCircle size={19} />}
    >
      <Menu.Label>{t("shell.signedInAs", { accessKeyId: session.accessKeyId })}</Menu.Label>
      <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
        {t("shell.signOut")}
      </Menu.Item>
    </ActionMenu>
  )
}

interface TopBarProps {
  readonly session: Session
  readonly onFind: () => void
}

export function TopBar({ session, onFind }: TopBarProps): ReactNode {
  const { t } = useTranslation()
  const [isMenuOpen, setMenuOpen] = useState(false)
  return (
    <header className={classes["bar"]}>
      <ActionIcon
        className={classes["burger"]}
        aria-label={t("shell.openMenu")}
        onClick={() => setMenuOpen(true)}
      >
        <IconMenu2 size={18} />
      </ActionIcon>
      <Drawer
        opened={isMenuOpen}
        onClose={() => setMenuOpen(false)}
        size="16rem"
        title={<Brand />}
        closeButtonProps={{ "aria-label": t("parts.close") }}
      >
        <Navigation onFollow={() => setMenuOpen(false)} />
      </Drawer>
      <button type="button" className={classes["find"]} onClick={onFind}>
        <IconSearch size={15} aria-hidden />
        <span>{t("shell.find")}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className={classes["spacer"]} />
      <LanguageMenu />
      <SchemeMenu />
      <AccountMenu session={session} />
    </header>
  )
}
