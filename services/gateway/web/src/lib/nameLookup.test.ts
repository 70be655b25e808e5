import { describe, expect, it } from "vitest";
import { NameLookup, type Names } from "@/lib/nameLookup";

function lookup(known: Names, most = 3) {
  const asked: string[][] = [];
  const waiting: (() => void)[] = [];
  const clock = { now: 0, fails: false };
  const names = new NameLookup({
    load: async (ids) => {
      asked.push(ids);
      if (clock.fails) throw new Error("away");
      return known;
    },
    most,
    freshMs: 60_000,
    now: () => clock.now,
    later: (run) => waiting.push(run),
  });
  const settle = async () => {
    for (const run of waiting.splice(0)) run();
    await new Promise((done) => setTimeout(done));
  };
  return { names, asked, settle, clock };
}

describe("names behind ids", () => {
  it("asks for all that are shown with one request, each of them once", async () => {
    const { names, asked, settle } = lookup({ a: "甲", b: "乙" });
    expect([names.get("a"), names.get("b"), names.get("a")]).toEqual([undefined, undefined, undefined]);
    await settle();
    expect(asked).toEqual([["a", "b"]]);
    expect([names.get("a"), names.get("b")]).toEqual(["甲", "乙"]);
    await settle();
    expect(asked).toHaveLength(1);
  });

  it("tells those that are shown when names are there", async () => {
    const { names, settle } = lookup({ a: "甲" });
    let told = 0;
    const off = names.subscribe(() => (told += 1));
    names.get("a");
    await settle();
    expect([told, names.getVersion()]).toEqual([1, 1]);
    off();
    names.get("b");
    await settle();
    expect(told).toBe(1);
  });

  it("splits what is more than one request holds", async () => {
    const { names, asked, settle } = lookup({});
    for (const id of ["a", "b", "c", "d"]) names.get(id);
    await settle();
    expect(asked).toEqual([["a", "b", "c"], ["d"]]);
  });

  it("says of an id without a name that there is none, and does not ask again and again", async () => {
    const { names, asked, settle } = lookup({});
    names.get("a");
    await settle();
    expect(names.get("a")).toBeNull();
    await settle();
    expect(asked).toHaveLength(1);
  });

  it("asks again after a while and shows the old name meanwhile", async () => {
    const known: Names = { a: "甲" };
    const { names, asked, settle, clock } = lookup(known);
    names.get("a");
    await settle();
    known.a = "甲新";
    clock.now = 61_000;
    expect(names.get("a")).toBe("甲");
    await settle();
    expect(names.get("a")).toBe("甲新");
    expect(asked).toHaveLength(2);
  });

  it("asks again for what could not be asked for, but not at once", async () => {
    const { names, asked, settle, clock } = lookup({ a: "甲" });
    clock.fails = true;
    names.get("a");
    await settle();
    expect(names.get("a")).toBeUndefined();
    await settle();
    expect(asked).toHaveLength(1);
    clock.fails = false;
    clock.now = 11_000;
    names.get("a");
    await settle();
    expect(names.get("a")).toBe("甲");
  });
});
