import { describe, expect, it } from "vitest";
import { isComposing, isTyping } from "@/lib/keys";
import { keyAction } from "@/table/useTableKeys";

const key = (name: string, extra = {}) => keyAction({ key: name, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...extra });

describe("keys of a list", () => {
  it("walk, choose and open", () => {
    expect([key("j"), key("k"), key("x"), key("Enter"), key("s"), key("/")]).toEqual(["onMove", "onMoveUp", "onChoose", "onOpen", "onStar", "onSearch"]);
    expect(key("X", { shiftKey: true })).toBe("onRange");
  });

  it("leave the browser its own shortcuts", () => {
    expect(key("a", { ctrlKey: true })).toBeNull();
    expect(key("s", { metaKey: true })).toBeNull();
  });

  it("know when an input method is composing, however the browser says it", () => {
    expect(isComposing({ isComposing: true })).toBe(true);
    expect(isComposing({ keyCode: 229 })).toBe(true);
    expect(isComposing({ nativeEvent: { isComposing: true } })).toBe(true);
    expect(isComposing({ keyCode: 13 })).toBe(false);
  });

  it("are text inside a field, not on a checkbox", () => {
    expect(isTyping({ tagName: "INPUT", type: "text" })).toBe(true);
    expect(isTyping({ tagName: "TEXTAREA" })).toBe(true);
    expect(isTyping({ tagName: "INPUT", type: "checkbox" })).toBe(false);
    expect(isTyping({ tagName: "DIV" })).toBe(false);
  });
});
