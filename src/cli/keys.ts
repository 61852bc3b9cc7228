import { type Command, Option } from "commander"
import { ConfigError, readEnvironment } from "../config.ts"
import { readAccessKey } from "../secrets.ts"
import { type Answer, createKmsClient, type KmsClient } from "./kms-client.ts"

interface KeysOptions {
  readonly endpoint: string
}

interface ListedCmk {
  readonly KeyId: string
}

interface ListedAlias {
  readonly AliasName: string
  readonly KeyId: string
}

interface KeyMetadata {
  readonly KeyId: string
  readonly KeyState: string
  readonly Creator: string
  readonly CreationDate: string
  readonly Description: string
}

const PAGE_SIZE = 100

/** `osseal keys …`: the keys of a running server, through its KMS API. */
export function addKeysCommands(program: Command): void {
  const keys = program
    .command("keys")
    .description(
      "CMKs of a running server, through its KMS API. A CMK is named by its id or alias.",
    )
  addCommand(keys, "list", "List every CMK with its state and aliases.", [], list)
  addCommand(
    keys,
    "describe",
    "Show everything that the service reports about a CMK.",
    ["cmk"],
    describe,
  )
  addCommand(keys, "enable", "Allow a CMK to be used again.", ["cmk"], act("EnableKey"))
  addCommand(keys, "disable", "Stop every use of a CMK at once.", ["cmk"], act("DisableKey"))
  addCommand(
    keys,
    "cancel-deletion",
    "Cancel a scheduled deletion.",
    ["cmk"],
    act("CancelKeyDeletion"),
  )
  addCommand(
    keys,
    "schedule-deletion",
    "Destroy a CMK after a number of days (7 to 366). Everything under it is then lost.",
    ["cmk", "days"],
    async (client, [cmk = "", days = ""]) => {
      const KeyId = await idOf(client, cmk)
      return await call(client, "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: days })
    },
  )
  addCommand(
    keys,
    "alias-create",
    "Name a CMK, as alias/NAME.",
    ["alias", "cmk"],
    async (client, [alias = "", cmk = ""]) =>
      await call(client, "CreateAlias", { AliasName: alias, KeyId: await idOf(client, cmk) }),
  )
  addCommand(
    keys,
    "alias-delete",
    "Remove an alias; its CMK stays.",
    ["alias"],
    (client, [alias = ""]) => call(client, "DeleteAlias", { AliasName: alias }),
  )
  addCreateCommand(keys)
}

type Action = (client: KmsClient, args: readonly string[]) => Promise<string>

function addCommand(
  parent: Command,
  name: string,
  description: string,
  argumentNames: readonly string[],
  action: Action,
): void {
  const command = parent.command(name).description(description)
  for (const argument of argumentNames) command.argument(`<${argument}>`)
  addOptions(command).action(async (...given: unknown[]) => {
    const args = given.slice(0, argumentNames.length).map(String)
    const client = openClient(command.opts<KeysOptions>())
    process.stdout.write(await action(client, args))
  })
}

function addCreateCommand(parent: Command): void {
  const command = parent
    .command("create")
    .description("Create a CMK (Aliyun_AES_256) and print its id.")
    .option("--description <text>", "what it is for", "")
  addOptions(command).action(async () => {
    const options = command.opts<KeysOptions & { readonly description: string }>()
    const client = openClient(options)
    const answer = await client.call("CreateKey", { Description: options.description })
    process.stdout.write(`${metadataOf(answer).KeyId}\n`)
  })
}

function addOptions(command: Command): Command {
  return command.addOption(
    new Option("--endpoint <url>", "the KMS endpoint")
      .env("OSSEAL_KMS_ENDPOINT")
      .default("http://127.0.0.1:9401"),
  )
}

function openClient({ endpoint }: KeysOptions): KmsClient {
  const accessKey = readAccessKey(readEnvironment())
  if (accessKey !== undefined) return createKmsClient(endpoint, accessKey)
  throw new ConfigError(
    "no access key: set OSSEAL_ACCESS_KEY_ID and OSSEAL_ACCESS_KEY_SECRET to the ones that the server showed at its first start",
  )
}

function metadataOf(answer: Answer): KeyMetadata {
  return answer["KeyMetadata"] as KeyMetadata
}

async function call(
  client: KmsClient,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  await client.call(action, parameters)
  return "done\n"
}

function act(action: string): Action {
  return async (client, [cmk = ""]) => call(client, action, { KeyId: await idOf(client, cmk) })
}

/** The operations that change a CMK accept no alias; DescribeKey says which CMK it names. */
async function idOf(client: KmsClient, cmk: string): Promise<string> {
  if (!/(^|:)alias\//.test(cmk)) return cmk
  return metadataOf(await client.call("DescribeKey", { KeyId: cmk })).KeyId
}

/** Every item of a paged list. */
async function readPages<T>(
  client: KmsClient,
  action: string,
  itemsOf: (answer: Answer) => readonly T[],
): Promise<T[]> {
  const items: T[] = []
  for (let page = 1; ; page += 1) {
    const paging = { PageNumber: String(page), PageSize: String(PAGE_SIZE) }
    const found = itemsOf(await client.call(action, paging))
    items.push(...found)
    if (found.length < PAGE_SIZE) return items
  }
}

async function list(client: KmsClient): Promise<string> {
  const cmks = await readPages(
    client,
    "ListKeys",
    (answer) => (answer["Keys"] as { Key: ListedCmk[] }).Key,
  )
  const aliases = await readPages(
    client,
    "ListAliases",
    (answer) => (answer["Aliases"] as { Alias: ListedAlias[] }).Alias,
  )
  const lines: string[] = []
  for (const { KeyId } of cmks) {
    const metadata = metadataOf(await client.call("DescribeKey", { KeyId }))
    const names = aliases.filter((alias) => alias.KeyId === KeyId).map((alias) => alias.AliasName)
    const description = [names.join(" "), metadata.Description].filter((text) => text !== "")
    lines.push(`${KeyId}  ${metadata.KeyState.padEnd(15)}  ${description.join("  ")}\n`)
  }
  return lines.length === 0 ? "no CMKs yet\n" : lines.join("")
}

async function describe(client: KmsClient, [cmk = ""]: readonly string[]): Promise<string> {
  const metadata = metadataOf(await client.call("DescribeKey", { KeyId: cmk }))
  return Object.entries(metadata)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.padEnd(20)}${String(value)}\n`)
    .join("")
}
