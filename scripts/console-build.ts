// Builds the console: `vite` turns console/ into files with content hashes, each with its gzip and brotli form, as the
// server's listener serves them.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import {
  convertCssVariables,
  defaultCssVariablesResolver,
  mergeMantineTheme,
  DEFAULT_THEME,
} from "@mantine/core"
import react from "@vitejs/plugin-react"
import { build, type InlineConfig, type Plugin } from "vite"
import { theme } from "../console/src/theme/theme.ts"

const ROOT = join(import.meta.dirname, "..")

/** Where the package has it. */
export const CONSOLE_FOLDER: string = join(ROOT, "dist", "console")

const COMPRESSIBLE = /\.(js|css|html|svg|json)$/

/**
 * The theme's variables as a separate style sheet. Mantine would put them into a style element at run time, which the
 * console's Content-Security-Policy forbids.
 */
function themeStyles(): Plugin {
  const id = "virtual:theme.css"
  return {
    name: "theme-styles",
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load: (source) => {
      if (source !== `\0${id}`) return null
      const variables = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme))
      return convertCssVariables(variables, ":root")
    },
  }
}

/** What building and serving with hot reload share. No files are read for it except those named here. */
export function viteSettings(): InlineConfig {
  return {
    configFile: false,
    envDir: false,
    root: join(ROOT, "console"),
    base: "/",
    logLevel: "warn",
    plugins: [react(), themeStyles()],
    cacheDir: join(ROOT, "node_modules", ".vite-console"),
  }
}

/** Replaces `folder` with the built console. A concurrent reader sees the old files, then all of the new ones. */
export async function buildConsole(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true })
  const made = mkdtempSync(`${folder}-new-`)
  try {
    await build({
      ...viteSettings(),
      build: {
        outDir: made,
        emptyOutDir: true,
        target: "es2023",
        // Data URLs and the polyfill of module preloading are inline code, or need exceptions in the policy.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
      },
    })
    compressFiles(made)
    replaceFolder(made, folder)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

function replaceFolder(made: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  try {
    renameSync(made, folder)
  } catch (error) {
    // Another build was faster, from the same sources.
    if (!existsSync(join(folder, "index.html"))) throw error
  }
}

function compressFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
  }
}
