/** Which tags a picker offers, in which order. Pure, so that it can be tested. */

export type Tag = { tag_id: string; name: string; color: string; search: string; tag_group_id: string | null };
/** `archived`: it stands where it was set, and can be set no more. */
export type TagRef = Pick<Tag, "tag_id" | "name" | "color"> & { archived?: boolean };

/** The tags there are, as pickers need them. */
export type TagSource = {
  items: readonly Tag[];
  /** Groups of which a customer has one tag at most. */
  single: ReadonlySet<string>;
  groupName: (tag: Tag) => string;
  loaded: boolean;
  mayCreate: boolean;
  create: (name: string) => Promise<Tag>;
};

export const fold = (text: string): string => text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");

/** The best fit first: a name or reading that begins with what was typed, then one that holds it; untyped, those used last. */
export function findTags(tags: readonly Tag[], typed: string, recent: readonly string[]): Tag[] {
  const q = fold(typed);
  if (!q) {
    const rank = (tag: Tag) => (recent.includes(tag.tag_id) ? recent.indexOf(tag.tag_id) : recent.length);
    return [...tags].sort((left, right) => rank(left) - rank(right));
  }
  const score = (tag: Tag) => {
    const forms = [fold(tag.name), ...tag.search.split("\n")];
    if (forms.some((form) => form === q)) return 0;
    if (forms.some((form) => form.startsWith(q))) return 1;
    return forms.some((form) => form.includes(q)) ? 2 : 3;
  };
  return tags.map((tag) => ({ tag, at: score(tag) })).filter(({ at }) => at < 3).sort((left, right) => left.at - right.at).map(({ tag }) => tag);
}

/** True when a tag of this very name is there already: then Enter takes it instead of making another. */
export function isNamed(tags: readonly Tag[], typed: string): boolean {
  const q = fold(typed);
  return tags.some((tag) => fold(tag.name) === q);
}

/** What is chosen after a tag was taken or dropped: of a group that allows one, the new one takes the place of the old. */
export function toggled(chosen: readonly string[], tag: Tag, all: readonly Tag[], single: ReadonlySet<string>): string[] {
  if (chosen.includes(tag.tag_id)) return chosen.filter((id) => id !== tag.tag_id);
  const group = tag.tag_group_id;
  const rivals = group && single.has(group) ? new Set(all.filter((other) => other.tag_group_id === group).map((other) => other.tag_id)) : new Set<string>();
  return [...chosen.filter((id) => !rivals.has(id)), tag.tag_id];
}
