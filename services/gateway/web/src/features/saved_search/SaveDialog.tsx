/** Names a search and says who sees it: a new one, one that is changed, or a copy. */
import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Modal, Radio, Select, TreeSelect } from "antd";
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { departmentsQuery } from "@/api/department";
import { searchMembers } from "@/api/member";
import { useMemberName } from "@/api/member_name";
import { createSavedSearch, editSavedSearch, useSearchCache, type NewSavedSearch, type SavedSearch, type SearchContent, type SharedWith } from "@/api/saved_search";
import { COLORS, ICONS, SearchIcon } from "@/features/saved_search/SearchIcon";
import styles from "@/features/saved_search/saved_search.module.css";
import { randomId } from "@/lib/ids";
import { isComposing } from "@/lib/keys";
import { asProblem, codeText } from "@/lib/problem";
import { treeOf } from "@/lib/tree";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { useMemberSearch } from "@/ui/useMemberSearch";

/** `content`: what a new one holds. `search`: the one to change, or the one that a new one begins as. */
export type Saving = { content?: SearchContent; search?: SavedSearch; copy?: boolean };

type Props = { saving: Saving; /** The conditions in words. */ sentence?: string; onClose: () => void; onSaved: (search: SavedSearch) => void };
type Values = { name: string; color: string; icon: string; shared_with: SharedWith; member_ids: string[]; department_ids: string[]; pinned: boolean; count_shown: boolean };

const KINDS: SharedWith[] = ["nobody", "members", "departments", "everyone"];

function startOf({ search, copy }: Saving, copyName: string): Values {
  const sharing = search && !copy ? search : { shared_with: "nobody" as const, member_ids: [], department_ids: [] };
  return {
    name: search ? (copy ? copyName : search.name) : "",
    color: search?.color ?? COLORS[0],
    icon: search?.icon ?? "bookmark",
    shared_with: sharing.shared_with,
    member_ids: sharing.member_ids,
    department_ids: sharing.department_ids,
    pinned: search && !copy ? search.pinned : true,
    count_shown: search?.count_shown ?? true,
  };
}

export function SaveDialog({ saving, sentence, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cache = useSearchCache();
  const [values, setValues] = useState(() => startOf(saving, t("saved_search.copyName", { name: saving.search?.name ?? "" }).slice(0, 60)));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const key = useRef(randomId());
  const set = (change: Partial<Values>) => setValues((before) => ({ ...before, ...change }));
  const edited = saving.search && !saving.copy ? saving.search : null;
  const nameless = values.name.trim() === "";
  const shareless = (values.shared_with === "members" && values.member_ids.length === 0) || (values.shared_with === "departments" && values.department_ids.length === 0);

  async function save(): Promise<void> {
    setTried(true);
    if (nameless || shareless || busy) return;
    setBusy(true);
    setError(null);
    try {
      const saved = edited ? await editSavedSearch(edited.saved_search_id, { ...bodyOf(values), ...saving.content }) : await createSavedSearch({ ...contentOf(saving), ...bodyOf(values) }, key.current);
      await cache.refresh();
      void message.success(t("saved_search.saved", { name: saved.name }));
      onSaved(saved);
    } catch (problem) {
      key.current = randomId();
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || isComposing(event)) return;
    if (event.ctrlKey || event.metaKey || (event.target as HTMLElement).id === "saved-search-name") {
      event.preventDefault();
      void save();
    }
  };
  const broken = asProblem(error).body.errors?.[0];
  return (
    <Modal open width={520} title={t(edited ? "saved_search.editTitle" : "saved_search.newTitle")} onCancel={onClose} footer={null} destroyOnHidden>
      <Form component="div" layout="vertical" className={styles.form}>
        <div onKeyDown={onKeyDown}>
          <Form.Item label={t("saved_search.name")} htmlFor="saved-search-name" required validateStatus={tried && nameless ? "error" : undefined} help={tried && nameless ? t("saved_search.nameMissing") : undefined}>
            <Input id="saved-search-name" autoFocus value={values.name} maxLength={60} placeholder={t("saved_search.namePlaceholder")} onChange={(event) => set({ name: event.target.value })} />
          </Form.Item>
          {sentence && <p className={styles.sentence}>{sentence}</p>}
          <Look values={values} set={set} />
          <Form.Item label={t("saved_search.share")} style={{ marginBottom: 10 }}>
            <Radio.Group value={values.shared_with} aria-label={t("saved_search.share")} onChange={(event) => set({ shared_with: event.target.value as SharedWith })}>
              {KINDS.map((kind) => (
                <Radio key={kind} value={kind}>
                  {t(`saved_search.sharedWith.${kind}`)}
                </Radio>
              ))}
            </Radio.Group>
            {values.shared_with === "members" && <Members value={values.member_ids} onChange={(member_ids) => set({ member_ids })} />}
            {values.shared_with === "departments" && <Departments value={values.department_ids} onChange={(department_ids) => set({ department_ids })} />}
            {tried && shareless && <p className={styles.missing}>{t("saved_search.shareMissing")}</p>}
          </Form.Item>
          <div className={styles.checks}>
            <Checkbox checked={values.pinned} onChange={(event) => set({ pinned: event.target.checked })}>
              {t("saved_search.pinned")}
            </Checkbox>
            <Checkbox checked={values.count_shown} onChange={(event) => set({ count_shown: event.target.checked })}>
              {t("saved_search.countShown")}
            </Checkbox>
          </div>
          {values.shared_with !== "nobody" && <p className={styles.hint}>{t("saved_search.pinnedHint")}</p>}
          {broken ? <p className={styles.missing} role="alert">{codeText(broken.code, {}, 422)}</p> : <ErrorBanner error={error} />}
        </div>
      </Form>
      <div className={styles.formFoot}>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="primary" loading={busy} onClick={() => void save()}>
          {t("common.save")}
        </Button>
      </div>
    </Modal>
  );
}

const bodyOf = ({ name, member_ids, department_ids, ...rest }: Values): Omit<NewSavedSearch, keyof SearchContent> => ({ ...rest, name: name.trim(), member_ids: rest.shared_with === "members" ? member_ids : [], department_ids: rest.shared_with === "departments" ? department_ids : [] });

function contentOf({ content, search }: Saving): SearchContent {
  if (content) return content;
  return search ? { view: search.view, q: search.q, filter: search.filter, sort: search.sort, columns: search.columns } : { view: "all" };
}

function Look({ values, set }: { values: Values; set: (change: Partial<Values>) => void }) {
  const { t } = useTranslation();
  return (
    <Form.Item label={t("saved_search.look")} style={{ marginBottom: 10 }}>
      <div className={styles.look}>
        <Radiolike label={t("saved_search.icon")} values={ICONS} value={values.icon} onChange={(icon) => set({ icon })} render={(icon) => <SearchIcon icon={icon} color={values.color} size={17} />} nameOf={(icon) => t(`saved_search.icons.${icon}`)} />
        <Radiolike label={t("saved_search.color")} values={COLORS} value={values.color} onChange={(color) => set({ color })} render={(color) => <svg width="18" height="18" aria-hidden><circle cx="9" cy="9" r="8" fill={color} /></svg>} nameOf={(color) => t(`saved_search.colors.${COLORS.indexOf(color as (typeof COLORS)[number])}`)} />
      </div>
    </Form.Item>
  );
}

function Radiolike({ label, values, value, onChange, render, nameOf }: { label: string; values: readonly string[]; value: string; onChange: (value: string) => void; render: (value: string) => ReactNode; nameOf: (value: string) => string }) {
  const move = (event: KeyboardEvent, index: number) => {
    const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = (index + step + values.length) % values.length;
    onChange(values[at] ?? value);
    (event.currentTarget.parentElement?.children[at] as HTMLElement | undefined)?.focus();
  };
  return (
    <div role="radiogroup" aria-label={label} className={styles.swatches}>
      {values.map((each, index) => (
        <button key={each} type="button" role="radio" aria-checked={each === value} tabIndex={each === value ? 0 : -1} aria-label={nameOf(each)} title={nameOf(each)} className={styles.swatch} onClick={() => onChange(each)} onKeyDown={(event) => move(event, index)}>
          {render(each)}
        </button>
      ))}
    </div>
  );
}

function Members({ value, onChange }: { value: string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation();
  const { found, clear, select } = useMemberSearch(searchMembers);
  const memberName = useMemberName();
  const change = (ids: string[]) => {
    clear();
    onChange(ids);
  };
  const options = found.map((member) => ({ value: member.member_id, label: member.name }));
  return <Select mode="multiple" className={styles.who} value={value} options={options} placeholder={t("list.pickMember")} aria-label={t("saved_search.sharedWith.members")} labelRender={({ value: id, label }) => <>{label ?? memberName(String(id))}</>} {...select} onChange={change} />;
}

function Departments({ value, onChange }: { value: string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(departmentsQuery());
  const tree = useMemo(() => treeOf(data?.items ?? []), [data]);
  return <TreeSelect multiple treeDefaultExpandAll className={styles.who} value={value} treeData={tree} treeNodeFilterProp="title" placeholder={t("saved_search.pickDepartments")} aria-label={t("saved_search.sharedWith.departments")} onChange={(ids: string[]) => onChange(ids)} />;
}
