/** Type-ahead in short lists: every word typed must occur, whatever the case and width. */
export function matchesText(typed: string, ...fields: (string | null | undefined)[]): boolean {
  const words = typed.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  const text = fields.filter(Boolean).join(" ").normalize("NFKC").toLowerCase();
  return words.every((word) => text.includes(word));
}
