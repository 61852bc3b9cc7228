import { homedir } from "node:os"
import { join } from "node:path"
import { Argument, Command, CommanderError, Option } from "commander"
import { checkVariableNames, ConfigError, readEnvironment } from "../config.ts"
import { programVersion } from "../program-version.ts"
import { ACCESS_KEY_ACTIONS, runAccessKey } from "./access-key.ts"
import { runConfigCheck } from "./config-check.ts"
import { runDev } from "./dev.ts"
import { runFsck } from "./fsck.ts"
import { runInspect } from "./inspect.ts"
import { addKeysCommands } from "./keys.ts"
import { QUARANTINE_ACTIONS, runQuarantine } from "./quarantine.ts"
import { runExportRecovery } from "./root-key.ts"
import { runServer } from "./server.ts"

/** 0: success. 1: failure; standard error says why. 2: the command line or a setting is wrong. */
export type ExitCode = 0 | 1 | 2

const SERVER_EXAMPLES = `
Examples:
  osseal server ./data
  OSSEAL_ACCESS_KEY_ID=ci OSSEAL_ACCESS_KEY_SECRET=not-a-secret osseal server ./data --oss-port 0 --kms-port 0
  OSSEAL_PASSPHRASE_FILE=/run/secrets/passphrase osseal server ./data --host 0.0.0.0

Secrets come from the environment, or from the file that NAME_FILE names:
  OSSEAL_ACCESS_KEY_ID, OSSEAL_ACCESS_KEY_SECRET   the account's root access key (otherwise created and shown on the first start)
  OSSEAL_PASSPHRASE                                unlocks the root key instead of a key file
  OSSEAL_RECOVERY_CODE                             unlocks it when the key file or the passphrase is lost`

const ROOT_KEY_TEXT = `
Everything in a data directory is sealed under one root key. DIR/root-key/ holds it in wrapped form only, once for each way
to unlock it:
  a key file      32 random bytes, created on the first start as DIR/unlock.key, or at --unlock-key FILE
  a passphrase    OSSEAL_PASSPHRASE or OSSEAL_PASSPHRASE_FILE, 8 characters or more, on the first start and every later one
  recovery codes  created by export-recovery, in case the first way is lost: OSSEAL_RECOVERY_CODE
If all of them are lost, nobody can ever open anything in the directory again.

Example:
  osseal root-key export-recovery ./data`

/** Runs one command to its end; a server ends at a signal. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  const program = createProgram()
  try {
    await program.parseAsync(argv)
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const isSetting = error instanceof ConfigError
    process.stderr.write(`osseal: ${error instanceof Error ? error.message : String(error)}\n`)
    return isSetting ? 2 : 1
  }
}

function createProgram(): Command {
  const program = new Command("osseal")
    .description(
      "An object store that encrypts everything it keeps, with its own key service. It speaks the Alibaba Cloud OSS and KMS APIs; it is not affiliated with Alibaba Cloud.",
    )
    .version(`${programVersion()} (Node ${process.versions.node}, ${process.platform})`)
    .exitOverride()
    .showHelpAfterError("(see --help)")
    .hook("preAction", (_program, command) => {
      // That command reports every problem, not only this one.
      if (command.parent?.name() !== "config") checkVariableNames(readEnvironment())
    })
  addServingCommands(program)
  addKeysCommands(program)
  program
    .command("fsck")
    .argument("<dir>", "the data directory; its server must be stopped")
    .description("Verify every row and every blob, and report what is damaged. Changes nothing.")
    .addOption(unlockKeyOption())
    .action(runFsck)
  program
    .command("inspect")
    .argument("<object>", "oss://bucket/key")
    .description("Show how an object is stored. Works while the server runs; shows no key bytes.")
    .addOption(dataOption())
    .addOption(unlockKeyOption())
    .action(runInspect)
  addDirectoryCommands(program)
  program
    .command("root-key")
    .description("The root key, which protects all other keys: ways to unlock it.")
    .addHelpText("after", ROOT_KEY_TEXT)
    .command("export-recovery")
    .argument("<dir>", "the data directory; its server must be stopped")
    .description("Add a second way to unlock the root key, and print its recovery code once.")
    .addOption(unlockKeyOption())
    .action(runExportRecovery)
  return program
}

/** The commands that serve, and the one that checks whether they could. */
function addServingCommands(program: Command): void {
  addServeOptions(
    addServerOptions(
      program
        .command("dev")
        .description(
          "A test double: in memory, known credentials, loopback only. Its data is lost when it stops.",
        ),
      "127.0.0.1",
    ),
  )
    .option("--tls", "also serve TLS, with a certificate from a private CA that is created once")
    .addOption(
      new Option("--ca-dir <dir>", "where that CA is kept")
        .env("OSSEAL_CA_DIR")
        .default(join(homedir(), ".osseal", "ca"), "~/.osseal/ca"),
    )
    .option(
      "--dangerously-serve-fixed-credentials",
      "allow any address for --host, although the access key is publicly known (not needed when the environment sets your own)",
    )
    .action(runDev)
  addServeOptions(
    addServerOptions(
      program
        .command("server")
        .argument("<dir>", "the data directory; created when it does not exist")
        .description("Serve a data directory: durable, one process at a time."),
      "127.0.0.1",
    ),
  )
    .addOption(unlockKeyOption())
    .addOption(gatewaysOption())
    .option(
      "--accept-rolled-back-rows",
      "start although rows that control access were replaced by older ones",
    )
    .option("--invalidate-sessions", "end every open session of the web console")
    .option("--accept-missing-log", "start without metadata.sqlite-wal; its commits are lost")
    .option("--accept-older-database", "start with a database older than the files beside it")
    .addHelpText("after", SERVER_EXAMPLES)
    .action(runServer)
  addServerOptions(
    program
      .command("config")
      .description("Settings of a server.")
      .command("check")
      .argument("[dir]", "the data directory")
      .description("Report everything that would prevent `server` from starting. Starts nothing."),
    "127.0.0.1",
  )
    .addOption(unlockKeyOption())
    .action(runConfigCheck)
}

/** Commands that change a data directory whose server is stopped. */
function addDirectoryCommands(program: Command): void {
  program
    .command("access-key")
    .argument("<dir>", "the data directory; its server must be stopped")
    .addArgument(new Argument("<action>", "what to do").choices(ACCESS_KEY_ACTIONS))
    .description("The account's root access key: show its id, or replace it and print it once.")
    .addOption(unlockKeyOption())
    .action(runAccessKey)
  program
    .command("quarantine")
    .argument("<dir>", "the data directory; its server must be stopped, except for list")
    .addArgument(new Argument("<action>", "what to do").choices(QUARANTINE_ACTIONS))
    .argument("[ids...]", "blobs to restore")
    .description("Blob files without a record, which were moved to quarantine.")
    .option("--all", "restore, or purge, every one")
    .option(
      "--older-than <days>",
      "purge those that were moved to quarantine more than this many days ago",
    )
    .option("--yes", "with purge --all: yes, delete them")
    .action(runQuarantine)
}

function unlockKeyOption(): Option {
  return new Option(
    "--unlock-key <file>",
    "the key file that unlocks the root key (default: DIR/unlock.key)",
  ).env("OSSEAL_UNLOCK_KEY")
}

function gatewaysOption(): Option {
  const what =
    "threads that serve OSS requests (default: one less than the number of processors, at least 1)"
  return new Option("--gateways <count>", what).env("OSSEAL_GATEWAYS")
}

function dataOption(): Option {
  return new Option("--data <dir>", "the data directory")
    .env("OSSEAL_DATA")
    .default("./osseal-data")
}

function portOption(flag: string, what: string, usual: string): Option {
  const variable = `OSSEAL_${flag.slice(2).replaceAll("-", "_").toUpperCase()}`
  return new Option(
    `${flag} <port>`,
    `the port of ${what}; 0 for any free port, off for none (default: ${usual})`,
  ).env(variable)
}

function addServerOptions(command: Command, host: string): Command {
  return addConsoleOptions(command)
    .addOption(
      new Option("--host <address>", "the address to listen on").env("OSSEAL_HOST").default(host),
    )
    .addOption(portOption("--oss-port", "the OSS API over plain HTTP", "9400"))
    .addOption(portOption("--kms-port", "the KMS API over plain HTTP", "9401"))
    .addOption(portOption("--oss-tls-port", "the OSS API over TLS", "9443 with a certificate"))
    .addOption(portOption("--kms-tls-port", "the KMS API over TLS", "9444 with a certificate"))
    .addOption(
      new Option(
        "--tls-cert <file>",
        "a PEM certificate with its chain; the plain ports are then off unless you set them",
      ).env("OSSEAL_TLS_CERT"),
    )
    .addOption(new Option("--tls-key <file>", "its private key, PEM").env("OSSEAL_TLS_KEY"))
    .addOption(
      new Option("--region <name>", "the region that clients sign for")
        .env("OSSEAL_REGION")
        .default("cn-hangzhou"),
    )
    .addOption(
      new Option(
        "--domain <names>",
        "host names, separated by commas, under which a bucket can be the first label",
      )
        .env("OSSEAL_DOMAIN")
        .default("localhost"),
    )
    .addOption(
      new Option(
        "--encryption-header-operations <set>",
        "which operations accept x-oss-server-side-encryption: founding (PutObject, CopyObject, InitiateMultipartUpload) or current (also AppendObject, PostObject, PutBucket)",
      )
        .env("OSSEAL_ENCRYPTION_HEADER_OPERATIONS")
        .default("founding"),
    )
    .addOption(
      new Option(
        "--log-level <level>",
        "debug, info, warn, error or silent; JSON lines on standard error",
      )
        .env("OSSEAL_LOG_LEVEL")
        .default("info"),
    )
    .addOption(
      new Option(
        "--access-log <on>",
        "on: a log line at level info for every request, when it has ended",
      )
        .env("OSSEAL_ACCESS_LOG")
        .default("off"),
    )
}

/** Options of `dev` and `server` only. */
function addServeOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--ready-file <file>",
        "a file with endpoints and access key that exists while the server is ready: JSON, or NAME=value lines if its name ends with .env",
      ).env("OSSEAL_READY_FILE"),
    )
    .option("--print-config", "print the settings as JSON with secrets masked, and start nothing")
}

function addConsoleOptions(command: Command): Command {
  return command
    .addOption(portOption("--console-port", "the web console over plain HTTP", "9402"))
    .addOption(
      portOption("--console-tls-port", "the web console over TLS", "9445 with a certificate"),
    )
    .addOption(
      new Option("--console <switch>", "on, or off for no web console")
        .env("OSSEAL_CONSOLE")
        .default("on"),
    )
    .addOption(
      new Option(
        "--console-origin <urls>",
        "further addresses of the console, separated by commas, for a proxy in front of it",
      ).env("OSSEAL_CONSOLE_ORIGIN"),
    )
    .addOption(
      new Option(
        "--console-oss-url <url>",
        "the OSS API as browsers reach it, if its address differs from the console's",
      ).env("OSSEAL_CONSOLE_OSS_URL"),
    )
    .addOption(
      new Option(
        "--kms <mode>",
        "whether the key service is activated: on, off, or ask (off until OpenKmsService or the console opens it)",
      )
        .env("OSSEAL_KMS")
        .default("on"),
    )
}
