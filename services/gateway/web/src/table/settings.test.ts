import { describe, expect, it } from "vitest";
import type { TableColumn } from "@/table/column";
import { arrange, defaultSettings, fitSettings, moveColumn, setShown, setWidth } from "@/table/settings";

const column = (key: string, extra: Partial<TableColumn<object>> = {}): TableColumn<object> => ({ key, title: key, width: 100, shown: true, render: () => null, ...extra });
const columns = [column("number", { fixed: true }), column("name", { fixed: true, required: true }), column("level"), column("phone", { shown: false })];

describe("column settings", () => {
  it("show the default columns before anything was chosen", () => {
    expect(arrange(columns, fitSettings(null, columns)).map((each) => each.key)).toEqual(["number", "name", "level"]);
  });

  it("keep what was chosen and take in columns that are new", () => {
    const stored = { order: ["level", "gone", "name"], hidden: ["gone", "level"], widths: { level: 90 }, density: "compact" as const };
    const fitted = fitSettings(stored, columns);
    expect(fitted.order).toEqual(["level", "name", "number", "phone"]);
    expect(fitted.hidden).toEqual(["level", "phone"]);
    expect(fitted.density).toBe("compact");
  });

  it("never hide a required column", () => {
    const fitted = fitSettings({ ...defaultSettings(columns), hidden: ["name"] }, columns);
    expect(arrange(columns, fitted).map((each) => each.key)).toContain("name");
  });

  it("draw fixed columns first whatever the order", () => {
    const moved = moveColumn(defaultSettings(columns), "level", "number");
    expect(moved.order[0]).toBe("level");
    expect(arrange(columns, moved).map((each) => each.key)).toEqual(["number", "name", "level"]);
  });

  it("bound widths, and bring hidden columns back", () => {
    let settings = setWidth(defaultSettings(columns), "level", 9);
    expect(settings.widths.level).toBe(64);
    settings = setShown(settings, "phone", true);
    expect(arrange(columns, settings).map((each) => each.key)).toContain("phone");
  });

  it("survive nonsense in the storage", () => {
    expect(fitSettings({ order: "x" } as never, columns)).toEqual(defaultSettings(columns));
  });
});
