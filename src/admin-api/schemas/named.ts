import { z } from "zod"

interface NamedSchema {
  readonly id: string
  readonly description?: string
}

/** The schemas that have a name in the OpenAPI document. */
export const schemaNames: z.core.$ZodRegistry<NamedSchema> = z.registry<NamedSchema>()

/** Gives a schema its name in the OpenAPI document. */
export function named<Schema extends z.ZodType>(
  id: string,
  schema: Schema,
  description?: string,
): Schema {
  schemaNames.add(schema, description === undefined ? { id } : { id, description })
  return schema
}
