const files = import.meta.glob<Record<string, unknown>>("./en/*.json", { eager: true, import: "default" });

/** Every text of this language, by noun: the name of the file is the first part of a key. */
export const texts: Record<string, unknown> = Object.fromEntries(
  Object.entries(files).map(([path, value]) => [path.slice("./en/".length, -".json".length), value]),
);
