import { expect, it } from "vitest";
import { csvText } from "@/lib/saveCsv";

it("writes text that a spreadsheet cannot run, and quotes what must be quoted", () => {
  expect(csvText([["=1+1", '说"好",的']])).toBe('\ufeff\'=1+1,"说""好"",的"\r\n');
});
