import { describe, expect, it } from "vitest";
import { joinTopics, retryDelay } from "@/lib/live";

describe("live", () => {
  it("waits longer each time, but never longer than fifteen seconds", () => {
    expect([0, 1, 2].map((attempt) => retryDelay(attempt, 1))).toEqual([500, 1000, 2000]);
    expect(retryDelay(30, 1)).toBe(15_000);
    expect(retryDelay(0, 0)).toBe(250);
  });

  it("asks for each customer once, whatever number of tabs shows it", () => {
    expect(joinTopics([["customer:b", "customer:a"], ["customer:a"]])).toBe("member,counts,exports,batches,customer:a,customer:b");
  });

  it("never asks for more customers than one address can hold", () => {
    const many = Array.from({ length: 50 }, (_, index) => `customer:${index}`);
    expect(joinTopics([many]).split(",")).toHaveLength(24);
  });
});
