/**
 * Tab in the open list of a select closes it and goes on to the next field. The library takes Tab for a pick, which in a list of
 * several sets or drops whatever happens to be marked; so it never hears of it, here for every select there is.
 */
import { useEffect } from "react";

const OPEN = ".ant-select [role='combobox'][aria-expanded='true']";
/** The library closes a list that lost the focus a moment later. */
const AFTER_BLUR_MS = 50;

export function useTabLeavesLists(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const box = event.target;
      if (event.key !== "Tab" || !(box instanceof Element) || !box.matches(OPEN)) return;
      event.stopPropagation(); // the browser moves the focus all the same, and a list without it closes
      // Not where the focus went to the button that empties the select: then the list is closed as by Escape.
      setTimeout(() => box.matches(OPEN) && box.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", keyCode: 27, which: 27, bubbles: true, cancelable: true })), AFTER_BLUR_MS);
    };
    document.addEventListener("keydown", onKey, { capture: true }); // after the window's own listeners, before the library's
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, []);
}
