/** The tree of departments: add below, rename in place, move by dragging or by choosing, delete when empty. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Input, Modal, Skeleton, Tree, TreeSelect } from "antd";
import { Building2, Ellipsis, FolderInput, Pencil, Plus, Trash2 } from "lucide-react";
import { useMemo, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { createDepartment, deleteDepartment, departmentsQuery, editDepartment, type Department } from "@/api/department";
import styles from "@/features/department/DepartmentTree.module.css";
import { isComposing } from "@/lib/keys";
import { treeOf, type TreeNode } from "@/lib/tree";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { useProblemToast } from "@/ui/useProblemToast";

type Naming = { parentId: string | null; department?: Department };

export function DepartmentTree({ adding, onAdded }: { adding: boolean; onAdded: () => void }) {
  const { t } = useTranslation();
  const query = useQuery(departmentsQuery());
  const departments = useMemo(() => query.data?.items ?? [], [query.data]);
  const tree = useMemo(() => treeOf(departments), [departments]);
  const [naming, setNaming] = useState<Naming | null>(null);
  const [moving, setMoving] = useState<Department | null>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const run = useRun();
  const byId = new Map(departments.map((each) => [each.department_id, each]));

  if (query.isPending) return <Skeleton active />;
  if (query.isError) return <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />;
  const shownNaming = naming ?? (adding ? { parentId: null } : null);
  const closeNaming = () => {
    setNaming(null);
    onAdded();
  };
  return (
    <div className={styles.box}>
      {departments.length === 0 && <EmptyState icon={<Building2 size={20} />} title={t("department.empty")} hint={t("department.emptyHint")} />}
      {departments.length > 0 && (
        <Tree<TreeNode>
          blockNode
          expandedKeys={departments.map((each) => each.department_id).filter((id) => !folded.has(id))}
          onExpand={(_, { node, expanded }) => setFolded((before) => withKey(before, node.key, !expanded))}
          selectable={false}
          draggable={{ icon: false }}
          treeData={tree}
          aria-label={t("department.title")}
          onDrop={({ node, dragNode, dropToGap, dropPosition }) => run(() => drop(departments, dragNode.key, node.key, dropToGap, dropPosition))}
          titleRender={(node) => {
            const department = byId.get(node.key);
            return department ? <Row department={department} onNaming={setNaming} onMove={setMoving} /> : node.title;
          }}
        />
      )}
      {shownNaming && <NameDialog naming={shownNaming} onClose={closeNaming} />}
      {moving && <MoveDialog department={moving} departments={departments} onClose={() => setMoving(null)} />}
    </div>
  );
}

function withKey(keys: ReadonlySet<string>, key: string, held: boolean): ReadonlySet<string> {
  const next = new Set(keys);
  if (held) next.add(key);
  else next.delete(key);
  return next;
}

/** Where a dragged department comes to lie: inside another, or beside it. */
function drop(departments: Department[], dragged: string, target: string, beside: boolean, place: number): Promise<unknown> {
  const onto = departments.find((each) => each.department_id === target);
  if (!onto) return Promise.resolve();
  if (!beside) return editDepartment(dragged, { parent_id: onto.department_id });
  const after = place > onto.position || place > 0;
  return editDepartment(dragged, { parent_id: onto.parent_id, position: Math.max(0, onto.position + (after ? 1 : 0)) });
}

/** Does one change and shows the tree as it is then; a refusal is told by a toast. */
function useRun(): (action: () => Promise<unknown>) => void {
  const client = useQueryClient();
  const showProblem = useProblemToast();
  return (action) => void action().catch(showProblem).finally(() => void client.invalidateQueries({ queryKey: ["departments"] }));
}

/** The same inside a dialog, which stays open with the refusal. */
function useSaving(onDone: () => void): { save: (action: () => Promise<unknown>) => void; busy: boolean; error: unknown } {
  const client = useQueryClient();
  const mutation = useMutation({ mutationFn: (action: () => Promise<unknown>) => action() });
  const save = (action: () => Promise<unknown>) =>
    mutation.mutate(action, {
      onSuccess: () => {
        void client.invalidateQueries({ queryKey: ["departments"] });
        onDone();
      },
    });
  return { save, busy: mutation.isPending, error: mutation.error };
}

function Row({ department, onNaming, onMove }: { department: Department; onNaming: (naming: Naming) => void; onMove: (department: Department) => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const run = useRun();
  const askDelete = () =>
    void modal.confirm({
      title: t("department.deleteTitle", { name: department.name }),
      content: t("department.deleteHint"),
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => run(() => deleteDepartment(department.department_id)),
    });
  const items = [
    { key: "add", icon: <Plus size={14} />, label: t("department.addBelow"), onClick: () => onNaming({ parentId: department.department_id }) },
    { key: "rename", icon: <Pencil size={14} />, label: t("department.rename"), onClick: () => onNaming({ parentId: department.parent_id, department }) },
    { key: "move", icon: <FolderInput size={14} />, label: t("department.move"), onClick: () => onMove(department) },
    { type: "divider" as const },
    { key: "delete", icon: <Trash2 size={14} />, label: t("common.delete"), danger: true, onClick: askDelete },
  ];
  return (
    <span className={styles.row}>
      <Building2 size={15} className={styles.icon} aria-hidden />
      <span className={styles.name}>{department.name}</span>
      <span className={styles.count}>{t("department.members", { count: department.member_count })}</span>
      <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
        <Button type="text" size="small" icon={<Ellipsis size={16} />} aria-label={t("department.menu", { name: department.name })} />
      </Dropdown>
    </span>
  );
}

function NameDialog({ naming, onClose }: { naming: Naming; onClose: () => void }) {
  const { t } = useTranslation();
  const { department, parentId } = naming;
  const [name, setName] = useState(department?.name ?? "");
  const { save: send, busy, error } = useSaving(onClose);
  const save = () => {
    if (name.trim() === "" || busy) return;
    send(() => (department ? editDepartment(department.department_id, { name: name.trim() }) : createDepartment({ name: name.trim(), parent_id: parentId })));
  };
  const onKeyDown = (event: KeyboardEvent) => !isComposing(event) && event.key === "Enter" && save();
  return (
    <Modal open width={400} title={t(department ? "department.rename" : parentId ? "department.addBelow" : "department.add")} okText={t("common.save")} cancelText={t("common.cancel")} okButtonProps={{ disabled: name.trim() === "", loading: busy }} onOk={save} onCancel={onClose}>
      <Input autoFocus maxLength={100} value={name} placeholder={t("department.name")} aria-label={t("department.name")} onKeyDown={onKeyDown} onChange={(event) => setName(event.target.value)} />
      {error !== null && (
        <div className={styles.problem}>
          <ErrorBanner error={error} />
        </div>
      )}
    </Modal>
  );
}

const TOP = "top";

function MoveDialog({ department, departments, onClose }: { department: Department; departments: Department[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { save: send, busy, error } = useSaving(onClose);
  const [target, setTarget] = useState(department.parent_id ?? TOP);
  const outside = departments.filter((each) => !each.path.includes(department.department_id));
  const save = () => send(() => editDepartment(department.department_id, { parent_id: target === TOP ? null : target }));
  return (
    <Modal open width={420} title={t("department.moveTitle", { name: department.name })} okText={t("department.move")} cancelText={t("common.cancel")} okButtonProps={{ loading: busy }} onOk={save} onCancel={onClose}>
      <TreeSelect className={styles.fill} treeDefaultExpandAll value={target} onChange={setTarget} aria-label={t("department.moveTitle", { name: department.name })} treeData={[{ value: TOP, key: TOP, title: t("department.top"), children: treeOf(outside) }]} />
      {error !== null && (
        <div className={styles.problem}>
          <ErrorBanner error={error} />
        </div>
      )}
    </Modal>
  );
}
