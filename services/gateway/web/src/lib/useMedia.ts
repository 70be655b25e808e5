/** What the window and its user's settings ask for, followed while they change. */
import { useSyncExternalStore } from "react";

function follow(media: string): () => boolean {
  const query = window.matchMedia(media);
  const subscribe = (listener: () => void) => {
    query.addEventListener("change", listener);
    return () => query.removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(subscribe, () => query.matches);
}

/** True on a phone-wide window. */
export const useNarrow = follow("(max-width: 767px)");

/** True where the user asks for no movement on the screen. */
export const useStill = follow("(prefers-reduced-motion: reduce)");
