/** Keys that work on every page: palette, new, help, and `G` followed by a letter. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { isCovered } from "@/lib/covered";
import { isComposing, isTyping } from "@/lib/keys";
import type { ListView } from "@/lib/listSearch";
import { showOverlay } from "@/lib/overlay";

const GO: Record<string, ListView> = { m: "mine", t: "contact_today", p: "pool", a: "all", s: "starred" };
const GO_WAIT = 1200;

export function useGlobalKeys(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (isComposing(event)) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return showOverlay("palette");
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isCovered()) return;
      const key = event.key.toLowerCase();
      const view = GO[key];
      if (Date.now() < goUntil && view) {
        goUntil = 0;
        event.preventDefault();
        event.stopImmediatePropagation();
        return void navigate({ to: "/customers", search: { view } });
      }
      goUntil = key === "g" ? Date.now() + GO_WAIT : 0;
      if (key === "n") {
        event.preventDefault();
        showOverlay("create");
      } else if (event.key === "?") {
        event.preventDefault();
        showOverlay("shortcuts");
      }
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [navigate]);
}
