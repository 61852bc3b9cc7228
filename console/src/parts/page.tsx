import { Fragment, useEffect, useRef, type ReactNode, type RefObject } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import classes from "./page.module.css"

export interface Crumb {
  readonly label: string
  readonly href: string
}

interface PageProps {
  readonly title: string
  /** One sentence that says what the page is for. */
  readonly lead?: ReactNode
  readonly crumbs?: readonly Crumb[]
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Whether the browser has just opened the console: it has then set the focus correctly itself. */
let isArrival = true

/** What contains an element and can have the focus by itself, such as a list that scrolls; the innermost first. */
function regionsAround(element: Element): readonly HTMLElement[] {
  const region = element.parentElement?.closest<HTMLElement>("[tabindex='0']")
  return region ? [region, ...regionsAround(region)] : []
}

/**
 * When the element with the focus disappears (a button that has done its work, a line that was deleted or scrolled
 * away), the list around it gets the focus, or else the title. Otherwise the next Tab would start at the top of the
 * document.
 */
function useKeptFocus(heading: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: { readonly element: Element; readonly around: readonly HTMLElement[] } | undefined
    const note = ({ target }: FocusEvent): void => {
      last =
        target instanceof Element ? { element: target, around: regionsAround(target) } : undefined
    }
    const observer = new MutationObserver(() => {
      if (last === undefined || last.element.isConnected) return
      const region = last.around.find((each) => each.isConnected) ?? heading.current
      last = undefined
      if (document.activeElement === document.body) region?.focus({ preventScroll: true })
    })
    document.addEventListener("focusin", note)
    observer.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener("focusin", note)
      observer.disconnect()
    }
  }, [heading])
}

/** The frame of every page: its title is also the document's title, and has the focus when a link led to the page. */
export function Page({ title, lead, crumbs = [], actions, children }: PageProps): ReactNode {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · osseal`
  }, [title])
  useEffect(() => {
    if (!isArrival) heading.current?.focus({ preventScroll: true })
    isArrival = false
  }, [])
  useKeptFocus(heading)
  return (
    <div className={classes["page"]}>
      <header className={classes["head"]}>
        <div className={classes["titles"]}>
          {crumbs.length > 0 && (
            <nav className={classes["crumbs"]} aria-label={t("shell.crumbs")}>
              {crumbs.map((crumb) => (
                <Fragment key={crumb.href}>
                  <Link href={crumb.href}>{crumb.label}</Link>
                  <span aria-hidden>/</span>
                </Fragment>
              ))}
            </nav>
          )}
          <h1 className={classes["title"]} ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p className={classes["lead"]}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={classes["actions"]}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
