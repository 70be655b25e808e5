import { describe, expect, it } from "vitest";
import { generatePassword, passwordState } from "@/lib/password";

describe("passwords", () => {
  it("are judged by length first", () => {
    expect(passwordState("")).toBe("empty");
    expect(passwordState("Aa1!")).toBe("short");
    expect(passwordState("abcdefgh")).toBe("fair");
    expect(passwordState("Abcdefgh12")).toBe("good");
    expect(passwordState("一直都是晴天的长长长长密码")).toBe("fair");
  });

  it("made here are good, readable and different each time", () => {
    const made = new Set(Array.from({ length: 50 }, generatePassword));
    expect(made.size).toBe(50);
    for (const password of made) {
      expect(password).toMatch(/^([a-zA-Z2-9]{4}-){3}[a-zA-Z2-9]{4}$/);
      expect(passwordState(password)).toBe("good");
      expect(password).not.toMatch(/[0O1lI]/);
    }
  });
});
