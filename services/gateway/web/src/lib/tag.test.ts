import { expect, test } from "vitest";
import { findTags, isNamed, toggled, type Tag } from "@/lib/tag";

const tag = (name: string, search = name, group: string | null = null) => ({ tag_id: name, name, search, tag_group_id: group }) as Tag;
const tags = [tag("普通客户", "普通客户\nputongkehu\nptkh"), tag("重点客户", "重点客户\nzhongdiankehu\nzdkh"), tag("VIP")];

test("a tag is found by its name, its reading and its initials", () => {
  for (const typed of ["重点", "zhongdian", "zdk", "ＺＤ"]) expect(findTags(tags, typed, []).map(({ name }) => name)).toEqual(["重点客户"]);
  expect(findTags(tags, "kehu", []).map(({ name }) => name)).toEqual(["普通客户", "重点客户"]);
  expect(findTags(tags, "没有", [])).toEqual([]);
});

test("those used last come first, as long as nothing is typed", () => {
  expect(findTags(tags, "", ["VIP", "重点客户"]).map(({ name }) => name)).toEqual(["VIP", "重点客户", "普通客户"]);
});

test("a name that is there is not made again", () => {
  expect(isNamed(tags, " vip ")).toBe(true);
  expect(isNamed(tags, "VIP2")).toBe(false);
});

test("of a group that allows one, the new tag takes the place of the old", () => {
  const all = [tag("甲", "甲", "g"), tag("乙", "乙", "g"), tag("丙")];
  const [first, second, free] = all as [Tag, Tag, Tag];
  expect(toggled(["甲", "丙"], second, all, new Set(["g"]))).toEqual(["丙", "乙"]);
  expect(toggled(["甲"], second, all, new Set())).toEqual(["甲", "乙"]);
  expect(toggled(["甲"], first, all, new Set(["g"]))).toEqual([]);
  expect(toggled([], free, all, new Set(["g"]))).toEqual(["丙"]);
});
