/** Keys while a customer is open: [ and ] walk the list, L writes, E edits, A assigns, S stars, Escape closes. */
import { useEffect, useRef } from "react";
import { isComposing, isTyping } from "@/lib/keys";

type Actions = { onWrite: () => void; onEdit: () => void; onClose?: () => void; onPrevious?: () => void; onNext?: () => void };

/** True while a dialog, a menu or a chooser lies over the panel: then its own keys hold. The drawer around the panel does not count. */
function isCovered(): boolean {
  const over = ".ant-modal-wrap, .ant-popover, .ant-dropdown, .ant-select-dropdown, .ant-picker-dropdown";
  return [...document.querySelectorAll(over)].some((element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden");
}

const press = (action: string) => () => document.querySelector<HTMLElement>(`[data-action="${action}"]:not(:disabled)`)?.click();

export function usePanelKeys(actions: Actions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isCovered()) return;
      const { onWrite, onEdit, onClose, onPrevious, onNext } = latest.current;
      const run = { "[": onPrevious, "]": onNext, l: onWrite, e: onEdit, a: press("assign"), s: press("star"), escape: onClose }[event.key.toLowerCase()];
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
