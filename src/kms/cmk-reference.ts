import type { Brand } from "../base/brand.ts"
import { type CmkId, parseCmkId } from "./cmk.ts"
import { KmsError } from "./kms-error.ts"

/** `alias/` and 1 to 255 letters, digits, `_`, `-` and `/`. */
export type AliasName = Brand<string, "AliasName">

/** Aliases below this prefix belong to services. */
const RESERVED_ALIAS_PREFIX = "alias/acs/"

/** How a request names a CMK. */
type CmkReference =
  | { readonly kind: "id"; readonly cmkId: CmkId }
  | { readonly kind: "alias"; readonly aliasName: AliasName }

/** Whose CMKs these are; both appear in every ARN. */
export interface KmsScope {
  readonly region: string
  readonly accountId: string
}

/** All CMKs together: what making one and listing them is asked of. */
export function allCmksArn(scope: KmsScope): string {
  return `acs:kms:${scope.region}:${scope.accountId}:key`
}

export function allAliasesArn(scope: KmsScope): string {
  return `acs:kms:${scope.region}:${scope.accountId}:alias`
}

/** The key service of the account as a whole: what activating it is asked of. */
export function serviceArn(scope: KmsScope): string {
  return `acs:kms:${scope.region}:${scope.accountId}:*`
}

export function cmkArn(scope: KmsScope, cmkId: CmkId): string {
  return `acs:kms:${scope.region}:${scope.accountId}:key/${cmkId}`
}

export function aliasArn(scope: KmsScope, aliasName: AliasName): string {
  return `acs:kms:${scope.region}:${scope.accountId}:${aliasName}`
}

/** Throws KmsError InvalidAliasName. */
export function parseAliasName(text: string): AliasName {
  if (isAliasName(text)) return text
  throw new KmsError(
    "InvalidAliasName",
    "an alias is alias/ and 1 to 255 letters, digits, underscores, hyphens and slashes",
  )
}

function isAliasName(text: string): text is AliasName {
  return /^alias\/[A-Za-z0-9_/-]{1,255}$/.test(text)
}

export function isReservedAlias(aliasName: AliasName): boolean {
  return aliasName.startsWith(RESERVED_ALIAS_PREFIX)
}

/**
 * Reads an id, an ARN of a key or of an alias, or an alias. Throws KmsError: KeyNotFound for the id of a CMK that
 * cannot exist here (another form of id, another account or region), InvalidKeyId for what names no CMK anywhere.
 */
export function parseCmkReference(scope: KmsScope, text: string): CmkReference {
  const name = withinScope(scope, text)
  if (isAliasName(name)) return { kind: "alias", aliasName: name }
  const cmkId = parseCmkId(name)
  if (cmkId !== undefined) return { kind: "id", cmkId }
  if (/^[A-Za-z0-9-]{1,128}$/.test(name)) throw keyNotFound(text)
  throw new KmsError("InvalidKeyId", "the key id is neither an id, nor an ARN, nor an alias")
}

export function keyNotFound(named: string): KmsError {
  return new KmsError("KeyNotFound", `there is no CMK ${named}`)
}

/** What follows `acs:kms:REGION:ACCOUNT:` in an ARN, without the `key/`; other text as it is. */
function withinScope(scope: KmsScope, text: string): string {
  const arn = /^acs:kms:([^:]*):([^:]*):(?:key\/([A-Za-z0-9-]+)|(alias\/.*))$/s.exec(text)
  if (arn === null) return text
  const [, region, accountId, keyName, aliasName] = arn
  if (region !== scope.region || accountId !== scope.accountId) throw keyNotFound(text)
  return keyName ?? aliasName ?? text
}
