import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"

const PACKAGING = join(import.meta.dirname, "..", "..", "packaging")

/** How a deployment starts the program. */
export interface EntryPoint {
  /** The program and its arguments. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export interface Instruction {
  readonly name: string
  readonly text: string
}

/** The instructions of each stage, in order. Throws for an invalid line. */
export function readDockerfile(): readonly (readonly Instruction[])[] {
  const text = readFileSync(join(PACKAGING, "Dockerfile"), "utf8").replace(/^#.*\n/gm, "")
  const stages: Instruction[][] = []
  for (const line of text.replace(/\\\n/g, " ").split("\n")) {
    if (line.trim() === "") continue
    const [, name, rest = ""] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`no instruction: ${line}`)
    if (name === "FROM") stages.push([])
    stages.at(-1)?.push({ name, text: rest })
  }
  return stages
}

export function instructionsOf(stage: readonly Instruction[], name: string): string[] {
  return stage.filter((each) => each.name === name).map(({ text }) => text)
}

export interface ComposeService {
  readonly command: readonly string[]
  readonly user: string
  readonly read_only: boolean
  readonly cap_drop: readonly string[]
  readonly security_opt: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly volumes: readonly string[]
  readonly ports: readonly string[]
  readonly build: { readonly context: string; readonly dockerfile: string }
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, unknown>>
}

export function readCompose(): ComposeFile {
  return parse(readFileSync(join(PACKAGING, "compose.yaml"), "utf8")) as ComposeFile
}

export function unitText(): string {
  return readFileSync(join(PACKAGING, "osseal.service"), "utf8")
}

/** Every value of each setting of a unit. Throws for an invalid line. */
export function readUnit(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>()
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#") || /^\[\w+\]$/.test(line)) continue
    const [, name, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`no setting: ${line}`)
    settings.set(name, [...(settings.get(name) ?? []), value])
  }
  return settings
}
