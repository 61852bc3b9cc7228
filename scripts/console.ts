// `npm run console`: the console with hot reload in front of a running server. `-- build` builds the files that the
// package ships; `-- measure` prints what the console costs; `-- client` generates the types of its client.
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { createServer } from "vite"
import { buildConsole, CONSOLE_FOLDER, viteSettings } from "./console-build.ts"
import { CLIENT_FILE, clientText } from "./console-client.ts"

const HELP = `npm run console [-- options]            serves console/ with hot reload
  --server URL   the console of a running server (http://127.0.0.1:9402)
  --port N       where to listen (9403)
npm run console -- build [--to FOLDER]   builds it (into dist/console)
npm run console -- screenshots           takes the pictures of docs/console
npm run console -- measure [--objects N] prints its sizes, and how fast it is with N objects (1000000)
npm run console -- client                generates console/src/api/schema.ts from the OpenAPI document
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: "string", default: "http://127.0.0.1:9402" },
    port: { type: "string", default: "9403" },
    to: { type: "string", default: CONSOLE_FOLDER },
    objects: { type: "string", default: "1000000" },
    help: { type: "boolean", default: false },
  },
})

async function serve(): Promise<void> {
  const proxied = { target: values.server, changeOrigin: true }
  const server = await createServer({
    ...viteSettings(),
    logLevel: "info",
    server: {
      host: "127.0.0.1",
      port: Number(values.port),
      strictPort: true,
      proxy: { "/api": proxied, "/preview": proxied },
    },
  })
  await server.listen()
  server.printUrls()
}

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  serve,
  build: async () => await buildConsole(values.to),
  // Imported only here: it needs a browser.
  screenshots: async () => (await import("./console-screenshots.ts")).takeScreenshots(),
  measure: async () =>
    await (await import("./console-measure.ts")).measureConsole(Number(values.objects)),
  client: async () => writeFileSync(CLIENT_FILE, await clientText()),
}

const command = COMMANDS[positionals[0] ?? "serve"]
if (command === undefined || values.help) process.stdout.write(HELP)
else await command()
