import { lazy, Suspense, useEffect, useState, type ComponentType, type ReactNode } from "react"
import { Skeleton } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Route, Switch, useLocation } from "wouter"
import type { Session } from "../api/session.ts"
import { Empty } from "../parts/panel.tsx"
import { Page } from "../parts/page.tsx"
import { UploadTray } from "../uploads/upload-tray.tsx"
import { Palette } from "./palette.tsx"
import { SideBar } from "./side-bar.tsx"
import { TopBar } from "./top-bar.tsx"
import classes from "./shell.module.css"

/** Every page is a file of its own, loaded when it is first shown. */
const split = (load: () => Promise<ComponentType>): ComponentType =>
  lazy(async () => ({ default: await load() }))

const ROUTES: readonly (readonly [string, ComponentType])[] = [
  ["/", split(async () => (await import("../pages/overview/overview-page.tsx")).OverviewPage)],
  ["/keys", split(async () => (await import("../pages/keys/keys-page.tsx")).KeysPage)],
  ["/keys/:cmkId", split(async () => (await import("../pages/keys/key-page.tsx")).KeyPage)],
  ["/try-it", split(async () => (await import("../pages/try-it/try-it-page.tsx")).TryItPage)],
  ["/buckets", split(async () => (await import("../pages/buckets/buckets-page.tsx")).BucketsPage)],
  [
    "/buckets/:bucket",
    split(async () => (await import("../pages/objects/objects-page.tsx")).ObjectsPage),
  ],
  [
    "/buckets/:bucket/settings",
    split(async () => (await import("../pages/buckets/settings-page.tsx")).SettingsPage),
  ],
  [
    "/buckets/:bucket/uploads",
    split(async () => (await import("../pages/buckets/uploads-page.tsx")).UploadsPage),
  ],
  [
    "/buckets/:bucket/object",
    split(async () => (await import("../pages/objects/object-page.tsx")).ObjectPage),
  ],
  [
    "/buckets/:bucket/stored",
    split(async () => (await import("../pages/stored/stored-page.tsx")).StoredPage),
  ],
  [
    "/root-of-trust",
    split(async () => (await import("../pages/service/root-of-trust-page.tsx")).RootOfTrustPage),
  ],
  [
    "/activity",
    split(async () => (await import("../pages/service/activity-page.tsx")).ActivityPage),
  ],
  [
    "/activation",
    split(async () => (await import("../pages/service/activation-page.tsx")).ActivationPage),
  ],
]

function NoSuchPage(): ReactNode {
  const { t } = useTranslation()
  return (
    <Page title={t("shell.notFound")}>
      <Empty title={t("shell.notFound")}>{t("shell.notFoundHint")}</Empty>
    </Page>
  )
}

function Loading(): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={classes["loading"]} role="status" aria-label={t("parts.loading")}>
      <Skeleton h={24} w={220} />
      <Skeleton h={220} />
    </div>
  )
}

/** Opens the palette on Ctrl K or ⌘ K. */
function usePaletteShortcut(open: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      open()
    }
    window.addEventListener("keydown", listen)
    return () => window.removeEventListener("keydown", listen)
  }, [open])
}

/** Refuses drops outside the list. The browser would open the file in place of the console, which would end its uploads. */
function useNoDropElsewhere(): void {
  useEffect(() => {
    const refuse = (event: DragEvent): void => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return
      event.preventDefault()
      event.dataTransfer.dropEffect = "none"
    }
    for (const type of ["dragover", "drop"] as const) window.addEventListener(type, refuse)
    return () => {
      for (const type of ["dragover", "drop"] as const) window.removeEventListener(type, refuse)
    }
  }, [])
}

/** What surrounds every page of a signed-in user. */
export function Shell({ session }: { readonly session: Session }): ReactNode {
  const { t } = useTranslation()
  const [location] = useLocation()
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  usePaletteShortcut(() => setPaletteOpen(true))
  useNoDropElsewhere()
  return (
    <div className={classes["shell"]}>
      <a className={classes["skip"]} href="#content">
        {t("shell.skip")}
      </a>
      <SideBar session={session} />
      <div className={classes["column"]}>
        <TopBar session={session} onFind={() => setPaletteOpen(true)} />
        <main id="content" tabIndex={-1}>
          <Suspense key={location} fallback={<Loading />}>
            <Switch>
              {ROUTES.map(([path, Component]) => (
                <Route key={path} path={path} component={Component} />
              ))}
              <Route component={NoSuchPage} />
            </Switch>
          </Suspense>
        </main>
      </div>
      {isPaletteOpen && <Palette onClose={() => setPaletteOpen(false)} />}
      <UploadTray />
    </div>
  )
}
