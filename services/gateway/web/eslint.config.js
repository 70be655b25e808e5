import { readdirSync } from "node:fs";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// Imports go app → pages → features → api | table → ui → lib → generated, never back, and features never import each other.
// Other folders are always named by "@/", so that one pattern sees every crossing.
const LAYERS = [
  ["app", []],
  ["pages", ["app"]],
  ["features", ["app", "pages"]],
  ["api", ["app", "pages", "features", "table", "ui"]],
  ["table", ["app", "pages", "features", "api"]],
  ["ui", ["app", "pages", "features", "api", "table"]],
  ["lib", ["app", "pages", "features", "api", "table", "ui"]],
  ["generated", ["app", "pages", "features", "api", "table", "ui", "lib"]],
];

const forbid = (files, folders, extra = []) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...(folders.length ? [{ group: folders.map((folder) => `@/${folder}/**`), message: "This folder lies above: see the order of layers in eslint.config.js." }] : []),
          { group: ["../*"], message: "Name other folders by @/." },
          ...extra,
        ],
      },
    ],
  },
});

const features = readdirSync("src/features", { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/generated"] },
  ...tseslint.configs.recommended,
  { plugins: { "react-hooks": reactHooks }, rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" } },
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportAllDeclaration", message: "No barrel files: import from the file that holds the thing." },
        { selector: "ExportNamedDeclaration[source]", message: "No barrel files: import from the file that holds the thing." },
        { selector: "JSXAttribute[name.name='autoSize']", message: "It writes style attributes, which the page's policy refuses; text boxes grow by app/global.css." },
      ],
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  ...LAYERS.filter(([layer]) => layer !== "features").map(([layer, above]) => forbid([`src/${layer}/**/*.{ts,tsx}`], above)),
  ...features.map((name) =>
    forbid(
      [`src/features/${name}/**/*.{ts,tsx}`],
      ["app", "pages"],
      [{ regex: `^@/features/(?!${name}/)`, message: "Features never import each other: a page puts them together." }],
    ),
  ),
);
