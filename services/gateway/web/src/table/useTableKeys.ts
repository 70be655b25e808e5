/** The keyboard of a list: walk, choose, open. Silent while an input method composes, in fields, and under dialogs. */
import { useEffect, useRef } from "react";
import { isComposing, isTyping } from "@/lib/keys";

export type TableKeys = {
  onMove: (step: 1 | -1) => void;
  onOpen: () => void;
  onChoose: (range: boolean) => void;
  onStar?: () => void;
  onSearch?: () => void;
  onAssign?: () => void;
  onFilter?: () => void;
  onEscape?: () => void;
  /** True while something lies over the list. */
  isCovered: () => boolean;
};

/** The action a key stands for, or null: pure, so that it can be tested. */
export function keyAction(event: { key: string; shiftKey: boolean; ctrlKey: boolean; metaKey: boolean; altKey: boolean }): keyof Omit<TableKeys, "isCovered"> | "onMoveUp" | "onRange" | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key) {
    case "j":
    case "J":
    case "ArrowDown":
      return "onMove";
    case "k":
    case "K":
    case "ArrowUp":
      return "onMoveUp";
    case "Enter":
      return "onOpen";
    case "x":
      return "onChoose";
    case "X":
      return event.shiftKey ? "onRange" : "onChoose"; // with caps lock alone it is a plain x
    case "s":
    case "S":
      return "onStar";
    case "a":
    case "A":
      return "onAssign";
    case "f":
    case "F":
      return "onFilter";
    case "/":
      return "onSearch";
    case "Escape":
      return "onEscape";
    default:
      return null;
  }
}

export function useTableKeys(keys: TableKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event) || isTyping(event.target) || latest.current.isCovered()) return;
      const action = keyAction(event);
      if (!action) return;
      const target = event.target as HTMLElement;
      // A focused button or link keeps its own Enter; a focused handle or menu its own arrows.
      if (event.key === "Enter" && target.closest("a,button,[role=separator],[role=menuitem]")) return;
      if (event.key.startsWith("Arrow") && target.closest("[role=separator],[role=menu],[role=listbox],[role=radiogroup]")) return;
      if (!run(action, latest.current)) return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function run(action: NonNullable<ReturnType<typeof keyAction>>, keys: TableKeys): boolean {
  switch (action) {
    case "onMove":
      keys.onMove(1);
      return true;
    case "onMoveUp":
      keys.onMove(-1);
      return true;
    case "onChoose":
      keys.onChoose(false);
      return true;
    case "onRange":
      keys.onChoose(true);
      return true;
    default: {
      const handler = keys[action];
      handler?.();
      return handler !== undefined;
    }
  }
}
