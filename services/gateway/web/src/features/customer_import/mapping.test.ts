import { describe, expect, it } from "vitest";
import { faultsOf, withField } from "@/features/customer_import/mapping";

describe("the meaning of columns", () => {
  it("gives a field to one column only", () => {
    expect(withField(["name", "phone", null], 2, "phone")).toEqual(["name", null, "phone"]);
    expect(withField(["name", "phone", null], 1, null)).toEqual(["name", null, null]);
  });

  it("finds the cells at fault, and rows at fault as a whole", () => {
    const faults = faultsOf(
      [
        { row: 3, field: "phone", code: "invalid", detail: "" },
        { row: 4, field: null, code: "duplicate", detail: "" },
      ],
      ["name", "phone"],
    );
    expect(faults.get(3)?.get(1)?.code).toBe("invalid");
    expect(faults.get(4)?.get(-1)?.code).toBe("duplicate");
  });
});
