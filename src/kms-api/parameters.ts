import { ApiError } from "./errors.ts"

/** The parameters of a request by name, decoded. */
export type Parameters = ReadonlyMap<string, string>

/** More than any operation needs. Sorting for the signature precedes authentication, so it must stay cheap. */
const PARAMETER_COUNT_MAX = 1000

/**
 * Reads `a=b&c=d` as forms write it (`+` is a space). Throws ApiError ParseRequestParameterException for a bad escape,
 * bytes that are not UTF-8, characters that must be escaped, and a name that is given twice.
 */
export function parseParameters(text: string): Parameters {
  const parameters = new Map<string, string>()
  const pairs = text.split("&", PARAMETER_COUNT_MAX + 1)
  if (pairs.length > PARAMETER_COUNT_MAX) throw unparsable()
  for (const pair of pairs) {
    if (pair === "") continue
    const equals = pair.indexOf("=")
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    addOnce(parameters, name, equals === -1 ? "" : decode(pair.slice(equals + 1)))
  }
  return parameters
}

/** The parameters of the query and of the form together. Throws ApiError for a name that is in both. */
export function mergeParameters(query: Parameters, form: Parameters): Parameters {
  if (form.size === 0) return query
  const merged = new Map(query)
  for (const [name, value] of form) addOnce(merged, name, value)
  return merged
}

/**
 * The text of a JSON object that is given as one parameter, or as one parameter for each of its names
 * (`EncryptionContext.a=b`, as @alicloud/kms20160120 1.2 sends it); undefined when it is not given. Throws ApiError
 * when it is given both ways.
 */
export function objectParameter(parameters: Parameters, name: string): string | undefined {
  const text = parameters.get(name)
  const prefix = `${name}.`
  const members = Array.from(parameters)
    .filter(([each]) => each.startsWith(prefix))
    .map(([each, value]) => `${JSON.stringify(each.slice(prefix.length))}:${JSON.stringify(value)}`)
  if (members.length === 0) return text
  if (text === undefined) return `{${members.join(",")}}`
  throw new ApiError("InvalidParameter", `The parameter ${name} is given in two ways.`)
}

/** Whether a parameter has a value, or is given as a list or an object (`Tags.1.TagKey`). */
export function isGiven(parameters: Parameters, name: string): boolean {
  if ((parameters.get(name) ?? "") !== "") return true
  return parameters.keys().some((each) => each.startsWith(`${name}.`))
}

/** The parameters that change what some operation does, with or without support here. */
const MEANT: ReadonlyMap<string, string> = new Map(
  [
    "AliasName",
    "CiphertextBlob",
    "DKMSInstanceId",
    "Description",
    "DryRun",
    "EnableAutomaticRotation",
    "EncryptionContext",
    "Filters",
    "KeyId",
    "KeySpec",
    "KeyStorageMechanism",
    "KeyUsage",
    "NumberOfBytes",
    "Origin",
    "PageNumber",
    "PageSize",
    "PendingWindowInDays",
    "Plaintext",
    "Policy",
    "ProtectionLevel",
    "Recipient",
    "Tag",
    "Tags",
  ].map((name) => [name.toLowerCase(), name]),
)

/**
 * Throws ApiError InvalidParameter for a name that differs from a known one only in the case of its letters: it would be
 * ignored, and a ciphertext would not be bound to its `encryptioncontext`.
 */
export function checkSpelling(parameters: Parameters): void {
  for (const given of parameters.keys()) {
    const [name = ""] = given.split(".", 1)
    const meant = MEANT.get(name.toLowerCase())
    if (meant === undefined || meant === name) continue
    throw new ApiError("InvalidParameter", `The parameter ${meant} is misspelt: case matters.`)
  }
}

function addOnce(parameters: Map<string, string>, name: string, value: string): void {
  if (parameters.has(name) || parameters.size >= PARAMETER_COUNT_MAX) throw unparsable()
  parameters.set(name, value)
}

function decode(text: string): string {
  if (!/^[!-~]*$/.test(text)) throw unparsable()
  try {
    return decodeURIComponent(text.split("+").join(" "))
  } catch {
    throw unparsable()
  }
}

function unparsable(): ApiError {
  return new ApiError("ParseRequestParameterException")
}
