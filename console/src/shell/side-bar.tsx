import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link, useLocation } from "wouter"
import type { Session } from "../api/session.ts"
import { isInSection, SECTION_ICONS, SECTION_PATHS, SECTIONS } from "./navigation.ts"
import classes from "./shell.module.css"

/** The links to every section; the current one is marked. */
export function Navigation({ onFollow }: { readonly onFollow?: () => void }): ReactNode {
  const { t } = useTranslation()
  const [location] = useLocation()
  return (
    <nav className={classes["nav"]} aria-label={t("shell.sections")}>
      {SECTIONS.map((section) => {
        const Icon = SECTION_ICONS[section]
        return (
          <Link
            key={section}
            href={SECTION_PATHS[section]}
            className={classes["navLink"]}
            aria-current={isInSection(section, location) ? "page" : undefined}
            onClick={onFollow}
          >
            <Icon size={17} stroke={1.7} aria-hidden />
            {t(`shell.nav.${section}`)}
          </Link>
        )
      })}
    </nav>
  )
}

export function Brand(): ReactNode {
  return (
    <Link href="/" className={classes["brand"]}>
      <img src="/favicon.svg" alt="" width={20} height={20} />
      osseal
    </Link>
  )
}

export function SideBar({ session }: { readonly session: Session }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={classes["side"]}>
      <Brand />
      <Navigation />
      <div className={classes["foot"]}>
        {t("shell.account")} <code>{session.accountId}</code>
      </div>
    </div>
  )
}
