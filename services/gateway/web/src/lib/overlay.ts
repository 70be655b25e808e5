/** The one dialog that may lie over any page: create, palette, shortcuts. Anything may open it, the frame shows it. */
import { useSyncExternalStore } from "react";

export type Overlay = "create" | "palette" | "shortcuts" | null;

let current: Overlay = null;
const listeners = new Set<() => void>();

export function showOverlay(overlay: Overlay): void {
  current = overlay;
  for (const listener of listeners) listener();
}

export function currentOverlay(): Overlay {
  return current;
}

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    currentOverlay,
  );
}
