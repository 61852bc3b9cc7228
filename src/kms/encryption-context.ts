import { compareBytes, utf8 } from "../base/bytes.ts"
import { KmsError } from "./kms-error.ts"

/** What a ciphertext is bound to besides its key: a caller must give the same pairs, in any order, to open it. */
export type EncryptionContext = ReadonlyMap<string, string>

export const NO_ENCRYPTION_CONTEXT: EncryptionContext = new Map()

/** The longest context accepted as text, in UTF-16 units. Source: the service's page "EncryptionContext". */
const CONTEXT_TEXT_MAX = 8192

/**
 * Reads a JSON object of strings. "" is the empty context, as oss2 sends it. Throws KmsError InvalidEncryptionContext
 * for anything else, for a duplicate name (a JSON parser would drop one), and for text that is not valid Unicode.
 */
export function parseEncryptionContext(text: string): EncryptionContext {
  if (text === "") return NO_ENCRYPTION_CONTEXT
  if (text.length > CONTEXT_TEXT_MAX) throw invalid(`is longer than ${CONTEXT_TEXT_MAX} characters`)
  const context = new Map<string, string>()
  for (const [name, value] of readPairs(text)) {
    if (context.has(name)) throw invalid("names a key twice")
    context.set(name, value)
  }
  checkEncryptionContext(context)
  return context
}

/** Throws KmsError when a name or value is not valid Unicode: two of them could have the same bytes. */
export function checkEncryptionContext(context: EncryptionContext): void {
  for (const [name, value] of context) {
    if (!name.isWellFormed() || !value.isWellFormed()) throw invalid("is not valid Unicode")
  }
}

/** Name, value, name, value ... sorted by the bytes of the names. Each context has exactly one such list. */
export function contextFields(context: EncryptionContext): Buffer[] {
  const pairs = Array.from(context, ([name, value]) => ({ name: utf8(name), value: utf8(value) }))
  pairs.sort((left, right) => compareBytes(left.name, right.name))
  return pairs.flatMap(({ name, value }) => [name, value])
}

const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y

/** All pairs of a flat JSON object (RFC 8259), in order. */
function readPairs(text: string): [string, string][] {
  let position = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = position
    const found = pattern.exec(text)?.[0]
    if (found === undefined) throw invalid("must be a JSON object of strings")
    position += found.length
    return found
  }
  const takeSymbol = (symbol: RegExp): string => {
    take(SPACE)
    return take(symbol)
  }
  const takeString = (): string => String(JSON.parse(takeSymbol(STRING)))

  const pairs: [string, string][] = []
  takeSymbol(/\{/y)
  take(SPACE)
  let symbol = text[position] === "}" ? take(/\}/y) : ","
  while (symbol === ",") {
    const name = takeString()
    takeSymbol(/:/y)
    pairs.push([name, takeString()])
    symbol = takeSymbol(/[,}]/y)
  }
  take(SPACE)
  if (position !== text.length) throw invalid("must be a JSON object of strings")
  return pairs
}

function invalid(why: string): KmsError {
  return new KmsError("InvalidEncryptionContext", `the encryption context ${why}`)
}
