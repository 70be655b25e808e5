import react from "@vitejs/plugin-react";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

// The development server forwards the interface to a running gateway (`python -m services.local up`).
const gateway = process.env.GATEWAY_URL ?? "http://127.0.0.1:8000";

const SELDOM = /[\\/](date-picker|time-picker|calendar|picker|upload|cascader|tree|tree-select|color-picker|slider|transfer|mentions|qr-code|qrcode|tour|image|carousel|steps|timeline|progress|collapse|descriptions|statistic|splitter)[\\/]/;

// The gateway sends the compressed form that lies beside a file; it never compresses while it serves.
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  writeBundle({ dir = "dist" }) {
    for (const name of readdirSync(join(dir, "assets")).filter((one) => /\.(js|css)$/.test(one))) {
      const path = join(dir, "assets", name), content = readFileSync(path);
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(content));
    }
  },
};

export default defineConfig({
  plugins: [react(), compressed],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { host: "127.0.0.1", proxy: { "/api": { target: gateway } } },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        // Packages that change rarely get files of their own, so that a new version of ours leaves them in the browser's cache.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next)[\\/]/, priority: 30 },
            { name: "texts-zh", test: /src[\\/]lib[\\/]i18n[\\/]zh/, priority: 25 },
            { name: "texts-en", test: /src[\\/]lib[\\/]i18n[\\/]en/, priority: 25 },
            // What only some pages use (pickers of dates and places, trees, uploads) stays with those pages.
            { name: "antd", test: (id: string) => /node_modules[\\/](antd|@ant-design|@rc-component|dayjs)[\\/]/.test(id) && !SELDOM.test(id), priority: 20 },
            { name: "icons", test: /node_modules[\\/]lucide-react[\\/]/, priority: 15 },
            { name: "base", test: (id: string) => /src[\\/](api|lib|ui)[\\/]/.test(id) && !/region|NextContactPicker/i.test(id), priority: 10 },
          ],
        },
      },
    },
  },
});
