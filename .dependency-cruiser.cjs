/** The direction of imports (ARCHITECTURE.md): an arrow not listed here does not exist. */
const mayImport = {
  base: [],
  http: ["base"],
  sealing: ["base"],
  storage: ["base", "sealing"],
  identity: ["base", "sealing", "storage"],
  keeper: ["base", "storage"],
  keys: ["base", "sealing", "storage", "identity"],
  kms: ["base", "sealing", "storage", "identity", "keeper"],
  objects: ["base", "sealing", "storage", "identity", "keeper", "keys"],
  oss: ["base", "http", "objects", "identity", "sealing"],
  "kms-api": ["base", "http", "kms", "identity"],
  "admin-api": ["base", "http", "objects", "kms", "identity"],
}

const layerRules = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder}-imports-only-downwards`,
  severity: "error",
  comment: `src/${folder} may import: ${[folder, ...allowed].join(", ")}`,
  // Providers and engines are named one by one below.
  // A test may start more of the program than what it tests.
  from: { path: `^src/${folder}/`, pathNot: ["^src/keys/(kms|remote-kms)/", "\\.test\\.ts$"] },
  to: { path: "^src/", pathNot: [folder, ...allowed].map((name) => `^src/${name}/`) },
}))

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: "console-imports-only-itself",
      severity: "error",
      comment: "The console knows the server by the generated types of its client alone.",
      from: { path: "^console/" },
      to: { path: "^(src|test|scripts|bench)/|^node:" },
    },
    {
      name: "nobody-imports-the-console",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^console/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "kms-provider-imports",
      severity: "error",
      comment: "keys/kms adapts the in-process key service; it may import kms as well.",
      from: { path: "^src/keys/kms/" },
      to: { path: "^src/", pathNot: ["^src/(keys|base|sealing|storage|identity|kms)/"] },
    },
    {
      name: "engines-and-providers-only-from-the-composition-root",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: ["^src/(server|data-directory|survey-thread)\\.ts$", "^src/storage/(memory|local)/", "^src/keys/(service-managed|kms)/", "\\.test\\.ts$"],
      },
      to: { path: "^src/(storage/(memory|local)|keys/(service-managed|kms))/" },
    },
    {
      name: "ciphers-only-in-sealing",
      severity: "error",
      comment: "node:sqlite, node:http and node:fs likewise belong to one folder each; see test/tidy.test.ts",
      from: { path: "^src/", pathNot: ["^src/storage/local/"] },
      to: { path: "^node:sqlite$" },
    },
    {
      name: "http-server-only-in-http",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/http/", "\\.test\\.ts$"] },
      comment: "Types too: a protocol sees an Exchange.",
      to: { path: "^(node:)?https?$" },
    },
    {
      name: "no-tests-from-source",
      severity: "error",
      from: { path: "^src/", pathNot: ["\\.test\\.ts$"] },
      to: { path: ["\\.test\\.ts$", "^test/"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types"] },
  },
}
