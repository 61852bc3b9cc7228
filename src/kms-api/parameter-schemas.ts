import { z } from "zod"
import {
  type EncryptionContext,
  NO_ENCRYPTION_CONTEXT,
  parseEncryptionContext,
} from "../kms/encryption-context.ts"

/** A parameter that must be present and not empty. */
export const text: z.ZodType<string> = z.string().min(1)

/** A whole number between two others, inclusive. */
export function wholeNumber(min: number, max: number): z.ZodType<number> {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
}

/** An optional parameter with a fixed set of values; empty means `fallback`. */
export function oneOf<const Value extends string>(
  values: readonly [Value, ...Value[]],
  fallback: Value,
): z.ZodType<Value> {
  return z.preprocess(
    (given) => (given === "" ? undefined : given),
    z.enum(values).default(fallback),
  )
}

/** A JSON object of strings; throws KmsError through the parser. */
export const encryptionContext: z.ZodType<EncryptionContext> = z
  .string()
  .transform(parseEncryptionContext)
  .default(NO_ENCRYPTION_CONTEXT)

/** Which page of a list is asked for. Source: the service's page "ListKeys". */
interface Paging {
  readonly PageNumber: number
  readonly PageSize: number
}

export const paging: Readonly<Record<keyof Paging, z.ZodType<number>>> = {
  PageNumber: wholeNumber(1, 999_999_999).default(1),
  PageSize: wholeNumber(1, 100).default(10),
}

/** The items of one page, and the fields that describe it. */
export function pageOf<Item>(
  items: readonly Item[],
  { PageNumber, PageSize }: Paging,
): { items: Item[]; totals: { TotalCount: number; PageNumber: number; PageSize: number } } {
  const first = (PageNumber - 1) * PageSize
  return {
    items: items.slice(first, first + PageSize),
    totals: { TotalCount: items.length, PageNumber, PageSize },
  }
}
