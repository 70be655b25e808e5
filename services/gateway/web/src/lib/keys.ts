/** Keyboard habits shared by every screen. */

type KeyLike = { isComposing?: boolean; keyCode?: number; nativeEvent?: { isComposing?: boolean } };

/** True while an input method is at work: its Enter and letters are not ours. */
export function isComposing(event: KeyLike): boolean {
  return Boolean(event.isComposing || event.nativeEvent?.isComposing || event.keyCode === 229);
}

type TargetLike = { tagName?: string; isContentEditable?: boolean; type?: string; closest?: (selector: string) => unknown };

/** True where a letter is text: fields, and anything inside an open dialog or menu. */
export function isTyping(target: unknown): boolean {
  const element = target as TargetLike | null;
  if (!element) return false;
  if (element.isContentEditable) return true;
  if (element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  return element.tagName === "INPUT" && !["checkbox", "radio", "button"].includes(element.type ?? "text");
}

/** The command key of this machine. */
export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
export const commandKey = isMac ? "⌘" : "Ctrl";
