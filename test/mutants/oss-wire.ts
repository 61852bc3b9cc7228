import type { Mutant } from "./mutant.ts"

const CONDITIONS = "src/oss/conditional-headers.test.ts"

export const OSS_WIRE_MUTANTS: readonly Mutant[] = [
  {
    name: "oss: the bucket's ACL header publishes an object",
    file: "src/oss/attributes.ts",
    find: `ofBucket === "private" ? ofBucket : "default"`,
    replace: "ofBucket",
    tests: ["test/oss/wire-headers.test.ts"],
    why: "The service ignores it there, so that clients send it without meaning to publish anything.",
  },
  {
    name: "oss: a conditional PUT is carried out without its condition",
    file: "src/oss/header-rules.ts",
    find: "  if (condition !== undefined) throw headerNotImplemented(condition)\n",
    replace: '  if (condition === "") throw headerNotImplemented(condition)\n',
    tests: ["test/oss/overwriting.test.ts"],
    why: "An object would be replaced that its writer protects.",
  },
  {
    name: "oss: a header that guards data and that nobody knows is ignored",
    file: "src/oss/header-rules.ts",
    find: "return !GUARDING_FAMILIES.some((family) => name.startsWith(family))",
    replace: "return true",
    tests: ["test/oss/wire-headers.test.ts"],
    why: "A client would believe that its object is kept from deletion.",
  },
  {
    name: "oss: a copy onto itself loses its ACL",
    file: "src/oss/operations/copy-object.ts",
    find: "acl: namesAcl ? requested.acl : record.acl,",
    replace: "acl: requested.acl,",
    tests: ["test/oss/wire-copies.test.ts"],
    why: "A change of metadata would publish a private object.",
  },
  {
    name: "oss: a copy onto itself that names no metadata loses it",
    file: "src/oss/operations/copy-object.ts",
    find: "(isNewest && namesStoredHeaders(request))",
    replace: "isNewest",
    tests: ["test/oss/wire-copies.test.ts"],
    why: "oss2 would take an object's content type away.",
  },
  {
    name: "oss: the version beside a copied part is not held against its source",
    file: "src/oss/operations/upload-part-copy.ts",
    find: "    checkVersionOfQuery(call.request)\n",
    replace: "",
    tests: ["test/oss/wire-uploads.test.ts"],
    why: "Another version than the named one would be copied.",
  },
  {
    name: "oss: If-Range is not looked at",
    file: "src/oss/operations/get-object.ts",
    find: "isRangeStillMeant(request, record) ? ",
    replace: "record.sizeBytes >= 0 ? ",
    tests: ["test/oss/wire-conditions.test.ts"],
    why: "A resumed download would glue two versions together.",
  },
  {
    name: "oss: a weak tag lets a range through",
    file: "src/oss/conditional-headers.ts",
    find: "return isSameEtag(value, record.etag.text)",
    replace: `return isSameEtag(value.replace("W/", ""), record.etag.text)`,
    tests: [CONDITIONS, "test/oss/wire-conditions.test.ts"],
    why: "A client could glue two versions of an object together.",
  },
]
