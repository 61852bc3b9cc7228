import { caLines } from "../../src/cli/dev-certificate.ts"
import type { ServerAddress, Step } from "./suite.ts"

/** What the scenarios of test/clients/scenarios read. */
export function scenarioEnv(server: ServerAddress): Readonly<Record<string, string>> {
  return {
    SCENARIO_OSS_ENDPOINT: server.ossEndpoint,
    // KMS clients take a host and a port.
    SCENARIO_KMS_ENDPOINT: new URL(server.kmsEndpoint).host,
    SCENARIO_ACCESS_KEY_ID: server.accessKeyId,
    SCENARIO_ACCESS_KEY_SECRET: server.accessKeySecret,
    SCENARIO_REGION: server.region,
  }
}

/** The lines that `dev --tls` prints for one kind of client, in order. */
function linesFor(client: string, caFile: string): string[] {
  const lines = caLines(caFile).split("\n")
  const first = lines.findIndex((line) => line.startsWith(`  ${client} `))
  if (first === -1) throw new Error(`dev --tls prints no line for ${client}`)
  const others = lines.slice(first + 1)
  const next = others.findIndex((line) => !line.startsWith("     "))
  return [lines[first] ?? "", ...others.slice(0, next)].map((line) =>
    line.slice(client.length + 2).trim(),
  )
}

/**
 * Runs a command in a shell like a user who follows what `dev --tls` prints for this kind of client: the lines
 * unchanged, with the command in place of the "…" of the last line, if it has one.
 */
export function followLines(
  client: string,
  { caFile }: { readonly caFile: string },
  options: {
    readonly command: string
    readonly env: Readonly<Record<string, string>>
    readonly before?: string
  },
): Step {
  const { command, env, before = "" } = options
  const lines = linesFor(client, caFile)
  const last = lines.at(-1) ?? ""
  const script = last.endsWith("…")
    ? [...lines.slice(0, -1), last.replace("…", () => command)]
    : [...lines, command]
  return { program: "bash", args: ["-euc", [before, ...script].join("\n")], env }
}
