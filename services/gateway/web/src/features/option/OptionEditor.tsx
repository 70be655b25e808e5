/** Edits one option list: labels in both languages, colour, order, in use or not. Nothing is deleted, so old values keep their label. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, ColorPicker, Input, Switch, Tooltip } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { optionsQuery, saveOptions, type Option } from "@/api/option";
import styles from "@/features/option/OptionEditor.module.css";
import { randomId } from "@/lib/ids";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { SortableList } from "@/ui/SortableList";

type Draft = Pick<Option, "label_zh" | "label_en" | "color" | "active"> & { key: string; value?: string; system: boolean };

const COLOURS = ["#8c8c8c", "#1677ff", "#13c2c2", "#52c41a", "#faad14", "#fa8c16", "#f5222d", "#eb2f96", "#722ed1", "#2f54eb"];
const NO_COLOUR = "#d9d9d9";

const draftsOf = (options: readonly Option[]): Draft[] => options.map((option) => ({ key: option.value, value: option.value, label_zh: option.label_zh, label_en: option.label_en, color: option.color, active: option.active, system: option.system ?? false }));

export function OptionEditor({ list, options }: { list: string; options: readonly Option[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [start, setStart] = useState(() => draftsOf(options));
  const [drafts, setDrafts] = useState(start);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const dirty = JSON.stringify(start) !== JSON.stringify(drafts);
  const incomplete = drafts.some((draft) => draft.label_zh.trim() === "" || draft.label_en.trim() === "");
  const change = (key: string, part: Partial<Draft>) => setDrafts((before) => before.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)));
  const add = () => setDrafts((before) => [...before, { key: randomId(), label_zh: "", label_en: "", color: null, active: true, system: false }]);

  async function save(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const items = drafts.map(({ value, label_zh, label_en, color, active }, position) => ({ ...(value ? { value } : {}), label_zh: label_zh.trim(), label_en: label_en.trim(), color, position, active }));
      const answer = await saveOptions(list, items);
      const saved = draftsOf(answer.items);
      setStart(saved);
      setDrafts(saved);
      void message.success(t("option.saved"));
      void client.invalidateQueries({ queryKey: optionsQuery.queryKey });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.editor}>
      <div className={styles.heads} aria-hidden>
        <span>{t("option.colour")}</span>
        <span>{t("option.zh")}</span>
        <span>{t("option.en")}</span>
        <span>{t("option.active")}</span>
      </div>
      <SortableList items={drafts} keyOf={(draft) => draft.key} nameOf={(draft) => draft.label_zh} onOrder={setDrafts} label={t("option.order")} render={(draft) => <Row draft={draft} onChange={(part) => change(draft.key, part)} onRemove={() => setDrafts((before) => before.filter((each) => each.key !== draft.key))} />} />
      <Button type="dashed" block icon={<Plus size={15} />} onClick={add}>
        {t("option.add")}
      </Button>
      <ErrorBanner error={error} />
      {dirty && (
        <div className={styles.bar} role="status">
          <span>{t(incomplete ? "option.incomplete" : "option.dirty")}</span>
          <Button onClick={() => setDrafts(start)}>{t("detail.giveUp")}</Button>
          <Button type="primary" loading={busy} disabled={incomplete} onClick={() => void save()}>
            {t("common.save")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Row({ draft, onChange, onRemove }: { draft: Draft; onChange: (part: Partial<Draft>) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const name = draft.label_zh || t("option.new");
  return (
    <div className={styles.row} data-off={!draft.active || undefined}>
      <ColorPicker
        size="small"
        value={draft.color ?? NO_COLOUR}
        disabledAlpha
        presets={[{ label: t("option.colour"), colors: COLOURS }]}
        onChangeComplete={(colour) => onChange({ color: colour.toHexString().slice(0, 7) })}
      >
        <button type="button" className={styles.colour} style={{ background: draft.color ?? "transparent" }} aria-label={t("option.colourOf", { name })} />
      </ColorPicker>
      <Input value={draft.label_zh} maxLength={60} status={draft.label_zh.trim() === "" ? "error" : undefined} autoFocus={!draft.value && draft.label_zh === ""} aria-label={`${t("option.zh")} ${name}`} onChange={(event) => onChange({ label_zh: event.target.value })} />
      <Input value={draft.label_en} maxLength={60} status={draft.label_en.trim() === "" ? "error" : undefined} aria-label={`${t("option.en")} ${name}`} onChange={(event) => onChange({ label_en: event.target.value })} />
      {draft.value ? (
        <Tooltip title={draft.system ? t("option.systemHint") : undefined}>
          <Switch size="small" checked={draft.active} disabled={draft.system} aria-label={t("option.activeOf", { name })} onChange={(active) => onChange({ active })} />
        </Tooltip>
      ) : (
        <Button type="text" size="small" icon={<Trash2 size={14} />} aria-label={t("option.remove", { name })} onClick={onRemove} />
      )}
    </div>
  );
}
