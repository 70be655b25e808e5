import { currentOverlay } from "@/lib/overlay";

const COVERS = '[role="dialog"], .ant-dropdown, .ant-popover, .ant-select-dropdown, .ant-picker-dropdown';

/** True while the calendar of a box is open: Escape closes that first. */
export function isCalendarOpen(): boolean {
  return [...document.querySelectorAll(".ant-picker-dropdown")].some((element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden");
}

/** True while a dialog, drawer or menu lies over the page: then its own keys hold. */
export function isCovered(): boolean {
  if (currentOverlay() !== null) return true; // also while it is still being loaded
  return [...document.querySelectorAll(COVERS)].some((element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden");
}
