import assert from "node:assert/strict"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { checkVariableNames, readConfig, type ServerOptions } from "./config.ts"
import { readSecrets } from "./secrets.ts"

const SECRETS = [
  "OSSEAL_ACCESS_KEY_ID",
  "OSSEAL_ACCESS_KEY_SECRET",
  "OSSEAL_PASSPHRASE",
  "OSSEAL_RECOVERY_CODE",
]

test("a secret that is set but empty is refused by name, not taken as absent", () => {
  for (const name of SECRETS) {
    for (const empty of [name, `${name}_FILE`]) {
      assert.throws(() => readSecrets({ [empty]: "" }, undefined), {
        name: "ConfigError",
        message: new RegExp(`^${empty} is set but empty`),
      })
    }
  }
  assert.throws(() => readSecrets({}, ""), /--unlock-key .* is empty/)
})

test("a secret's file whose first line is empty is refused", () => {
  const directory = mkdtempSync(join(tmpdir(), "osseal-config-"))
  try {
    const path = join(directory, "secret")
    for (const content of ["", "\n", "\r\nsecond line, long enough"]) {
      writeFileSync(path, content, { mode: 0o600 })
      for (const name of SECRETS) {
        assert.throws(
          () => readSecrets({ [`${name}_FILE`]: path }, undefined),
          /first line .* empty/,
        )
      }
    }
    writeFileSync(path, "long enough\nsecond line")
    const { unlock } = readSecrets({ OSSEAL_PASSPHRASE_FILE: path }, undefined)
    assert.deepEqual(unlock, { kind: "passphrase", passphrase: "long enough" })
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test("a secret's file that others may read, or its group may change, is refused by name", () => {
  const directory = mkdtempSync(join(tmpdir(), "osseal-config-"))
  try {
    const path = join(directory, "secret")
    writeFileSync(path, "long enough")
    for (const mode of [0o444, 0o644, 0o660]) {
      chmodSync(path, mode)
      assert.throws(() => readSecrets({ OSSEAL_PASSPHRASE_FILE: path }, undefined), {
        name: "ConfigError",
        message: /^OSSEAL_PASSPHRASE_FILE: .*secret contains a secret, .* run chmod 600/,
      })
    }
    for (const mode of [0o400, 0o440, 0o640]) {
      chmodSync(path, mode)
      readSecrets({ OSSEAL_PASSPHRASE_FILE: path }, undefined)
    }
    const missing = { OSSEAL_PASSPHRASE_FILE: join(directory, "none") }
    assert.throws(
      () => readSecrets(missing, undefined),
      /^ConfigError: OSSEAL_PASSPHRASE_FILE: ENOENT/,
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test("a passphrase of fewer than 8 characters is refused", () => {
  for (const passphrase of ["x", "1234567"]) {
    assert.throws(
      () => readSecrets({ OSSEAL_PASSPHRASE: passphrase }, undefined),
      /at least 8 characters/,
    )
  }
  readSecrets({ OSSEAL_PASSPHRASE: "12345678" }, undefined)
})

test("an unknown variable with the program's prefix is refused, and other variables are ignored", () => {
  checkVariableNames({
    OSSEAL_HOST: "::1",
    OSSEAL_PASSPHRASE_FILE: "x",
    PATH: "/bin",
    osseal_x: "",
    OSSEAL_SERVICE_HOST: "10.96.0.1",
    OSSEAL_SERVICE_PORT_OSS: "9400",
    OSSEAL_PORT: "tcp://10.96.0.1:9400",
    OSSEAL_PORT_9400_TCP_ADDR: "10.96.0.1",
    OSSEAL_DIR: "/srv/osseal",
  })
  for (const name of ["OSSEAL_PASPHRASE", "OSSEAL_HOST_FILE", "OSSEAL_PORT_OSS", "OSSEAL_"]) {
    assert.throws(() => checkVariableNames({ [name]: "x" }), {
      name: "ConfigError",
      message: new RegExp(`^${name} is not a setting of osseal`),
    })
  }
})

const OPTIONS: ServerOptions = {
  host: "127.0.0.1",
  region: "cn-hangzhou",
  domain: "localhost",
  encryptionHeaderOperations: "founding",
  logLevel: "silent",
}
const CERTIFICATE = { tlsCert: "cert.pem", tlsKey: "key.pem" }

function flagsOf(options: Partial<ServerOptions>, makesCertificate = false): string[] {
  return readConfig({ ...OPTIONS, ...options }, makesCertificate).doors.map(
    ({ flag, port }) => `${flag} ${port}`,
  )
}

test("with a certificate the TLS listeners are on, and plain ones only where their port is set", () => {
  const plain = ["--oss-port 9400", "--kms-port 9401"]
  const secure = ["--oss-tls-port 9443", "--kms-tls-port 9444"]
  const plainConsole = "--console-port 9402"
  const secureConsole = "--console-tls-port 9445"
  assert.deepEqual(flagsOf({}), [...plain, plainConsole])
  assert.deepEqual(flagsOf(CERTIFICATE), [...secure, secureConsole])
  assert.deepEqual(flagsOf({ ...CERTIFICATE, ossPort: "9400" }), [
    "--oss-port 9400",
    ...secure,
    secureConsole,
  ])
  assert.deepEqual(flagsOf({}, true), [...plain, ...secure, plainConsole, secureConsole])
})

test("the console has its own switch and ports, and uses any free port where the OSS listener does", () => {
  assert.deepEqual(flagsOf({ console: "off" }), ["--oss-port 9400", "--kms-port 9401"])
  assert.deepEqual(flagsOf({ consolePort: "off" }), ["--oss-port 9400", "--kms-port 9401"])
  const any = { ossPort: "0", kmsPort: "0" }
  assert.equal(flagsOf(any).at(-1), "--console-port 0")
  assert.equal(flagsOf({ ...any, consolePort: "9500" }).at(-1), "--console-port 9500")
  const { console } = readConfig({
    ...OPTIONS,
    consoleOrigin: "https://console.example.com,http://localhost:5173/",
    consoleOssUrl: "https://oss.example.com",
    invalidateSessions: true,
  })
  assert.deepEqual(console, {
    origins: ["https://console.example.com", "http://localhost:5173"],
    ossUrl: "https://oss.example.com",
    invalidatesSessions: true,
  })
})

test("invalid settings of the console and of the key service are refused by name", () => {
  for (const [options, message] of [
    [{ console: "yes" }, /--console takes one of on, off/],
    [{ kms: "maybe" }, /--kms takes one of on, off, ask/],
    [{ consoleOrigin: "console.example.com" }, /--console-origin takes addresses/],
    [{ consoleOrigin: "https://a.example/path" }, /--console-origin takes addresses/],
    [{ consoleOssUrl: "ftp://a.example" }, /--console-oss-url takes addresses/],
    [{ consolePort: "9400" }, /--console-port and --oss-port are both 9400/],
  ] as const) {
    assert.throws(() => flagsOf(options), { name: "ConfigError", message })
  }
})

test("an empty address, an invalid domain, a TLS port without a certificate, half a certificate, a port given twice and a protocol without a listener are refused", () => {
  for (const [options, message] of [
    [{ ossTlsPort: "9443" }, /--oss-tls-port needs a certificate/],
    [{ tlsCert: "cert.pem" }, /go together/],
    [{ ...CERTIFICATE, tlsKey: "" }, /go together/],
    [{ host: "" }, /--host takes an address or a host name, not ""/],
    [{ domain: "localhost,OSS.example" }, /--domain takes .*"OSS\.example" is not/],
    [{ domain: "a.example, b.example" }, /" b\.example" is not/],
    [{ kmsPort: "9400" }, /--kms-port and --oss-port are both 9400/],
    [{ kmsPort: "off" }, /--kms-port and --kms-tls-port are both off/],
    [{ ossPort: "of" }, /--oss-port takes a port .* or off/],
  ] as const) {
    assert.throws(() => flagsOf(options), { name: "ConfigError", message })
  }
})
