/** Departments as a tree for pickers and lists. */
export type TreeNode = { value: string; key: string; title: string; children: TreeNode[] };

type Item = { department_id: string; name: string; parent_id: string | null; position: number };

/** Nodes under `parent`, in their order; what hangs from an unknown parent stands at the top rather than nowhere. */
export function treeOf(items: readonly Item[], parent: string | null = null): TreeNode[] {
  const known = new Set(items.map((each) => each.department_id));
  const isHere = ({ parent_id: above }: Item) => above === parent || (parent === null && above !== null && !known.has(above));
  return items
    .filter(isHere)
    .sort((left, right) => left.position - right.position || left.name.localeCompare(right.name, "zh"))
    .map((each) => ({ value: each.department_id, key: each.department_id, title: each.name, children: treeOf(items, each.department_id) }));
}
