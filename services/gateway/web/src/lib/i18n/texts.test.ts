import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const HERE = join(process.cwd(), "src/lib/i18n");

function flat(value: unknown, prefix: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === "string") return into.set(prefix, value);
  for (const [name, inner] of Object.entries(value as Record<string, unknown>)) flat(inner, prefix ? `${prefix}.${name}` : name, into);
  return into;
}

function texts(language: string): Map<string, string> {
  const all = new Map<string, string>();
  for (const file of readdirSync(join(HERE, language))) flat(JSON.parse(readFileSync(join(HERE, language, file), "utf8")), file.replace(/\.json$/, ""), all);
  return all;
}

// English counts singular and plural apart; Chinese does not.
const base = (key: string) => key.replace(/_(one|other)$/, "");
const holes = (text: string) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map((match) => match[1]).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes(".test.") ? [path] : [];
  });
}

describe("texts", () => {
  const zh = texts("zh");
  const en = texts("en");

  it("have the same keys in both languages", () => {
    const left = new Set([...zh.keys()].map(base));
    const right = new Set([...en.keys()].map(base));
    expect([...left].filter((key) => !right.has(key)), "missing in English").toEqual([]);
    expect([...right].filter((key) => !left.has(key)), "missing in Chinese").toEqual([]);
  });

  it("have the same holes in both languages", () => {
    const wrong = [...zh].filter(([key, text]) => {
      const other = en.get(key) ?? en.get(`${base(key)}_other`);
      return other !== undefined && holes(other).join() !== holes(text).join();
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it("are all there that the screens name", () => {
    const known = new Set([...zh.keys()].map(base));
    const missing = sources(join(process.cwd(), "src")).flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/\bt\(\s*"([\w.]+)"/g)].map((match) => match[1] ?? "").filter((key) => !known.has(base(key))).map((key) => `${key} (${path})`),
    );
    expect(missing).toEqual([]);
  });

  it("hold no Chinese in English", () => {
    const mixed = [...en].filter(([key, text]) => /[\u4e00-\u9fff]/.test(text) && key !== "common.language.zh");
    expect(mixed.map(([key]) => key)).toEqual([]);
  });
});
