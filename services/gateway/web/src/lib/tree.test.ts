import { describe, expect, it } from "vitest";
import { treeOf } from "@/lib/tree";

const item = (department_id: string, parent_id: string | null, position = 0) => ({ department_id, parent_id, position, name: department_id });

describe("the tree of departments", () => {
  it("hangs each below its parent, in order", () => {
    const tree = treeOf([item("b", "root", 1), item("root", null), item("a", "root", 0), item("leaf", "b")]);
    expect(tree.map((node) => node.key)).toEqual(["root"]);
    expect(tree[0]?.children.map((node) => node.key)).toEqual(["a", "b"]);
    expect(tree[0]?.children[1]?.children.map((node) => node.key)).toEqual(["leaf"]);
  });

  it("loses none whose parent is not shown", () => {
    expect(treeOf([item("orphan", "elsewhere")]).map((node) => node.key)).toEqual(["orphan"]);
  });
});
