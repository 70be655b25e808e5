import { describe, expect, it } from "vitest";
import type { Field } from "@/api/option";
import { fileName, listColumns, startColumns } from "@/features/export/columns";

const field = (name: string, exportable = true) => ({ field: name, exportable }) as Field;
const fields = [field("customer_no"), field("name"), field("phone"), field("starred", false)];

describe("columns of an export", () => {
  it("are the remembered ones that still exist, in their order", () => {
    expect(startColumns(fields, ["phone", "gone", "name", "name"])).toEqual(["phone", "name"]);
  });

  it("are the usual ones when nothing is remembered", () => {
    expect(startColumns(fields, null)).toEqual(["customer_no", "name", "phone"]);
    expect(startColumns(fields, ["gone"])).toEqual(["customer_no", "name", "phone"]);
  });

  it("follow the list without what no file can hold", () => {
    expect(listColumns(fields, ["starred", "name", "customer_no"])).toEqual(["name", "customer_no"]);
  });

  it("stand in a file whose name every system takes", () => {
    expect(fileName(' 客户: 我负责的/公海 "A" ')).toBe("客户_ 我负责的_公海 _A_");
  });
});
