import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Pure logic alone: what a user sees is tested in a real browser (tests/e2e/browser).
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
