/** The last thing that can be undone: whoever did it offers it, the frame shows it for a few seconds. */
import { useSyncExternalStore } from "react";

export type UndoOffer = { batchId: string; text: string; /** What undoing does not bring back. */ hint?: string };

let current: UndoOffer | null = null;
const listeners = new Set<() => void>();

export function offerUndo(offer: UndoOffer | null): void {
  current = offer;
  for (const listener of listeners) listener();
}

export function useUndoOffer(): UndoOffer | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
