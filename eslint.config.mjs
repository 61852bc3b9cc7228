import reactHooks from "eslint-plugin-react-hooks"
import tseslint from "typescript-eslint"

/** Bans that a syntax selector can name; each message says what to use instead. */
const bannedSyntax = [
  { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
  { selector: "TSNonNullAssertion", message: "Use assert() or handle undefined." },
  { selector: "ExportDefaultDeclaration", message: "Use a named export." },
  { selector: "ExportAllDeclaration", message: "Import from the module that owns the name." },
  { selector: "TSParameterProperty", message: "Declare the field and assign it." },
]

export default tseslint.config(
  { ignores: ["node_modules", "dist", ".tools", "osseal-data", "eslint.config.mjs", ".dependency-cruiser.cjs", "scripts/*.mjs", "console/src/api/schema.ts", "test/clients/scenarios/runners", "test/first-hour"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ["./tsconfig.json", "./console/tsconfig.json"], tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-syntax": ["error", ...bannedSyntax],
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 70 }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      eqeqeq: "error",
    },
  },
  {
    files: ["**/*.test.ts", "test/**/*.ts"],
    rules: {
      // node:test's describe/it/test return promises that the runner itself awaits.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] }] },
      ],
      "max-lines-per-function": "off",
    },
  },
  {
    files: ["console/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
    },
  },
)
