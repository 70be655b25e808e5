/** Quick filters: each chip opens a small list; an active one names what it holds and can be taken off. */
import { useQuery } from "@tanstack/react-query";
import { Button, Popover } from "antd";
import { ChevronDown } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useOptions } from "@/api/option";
import { tagsQuery, useTagsById } from "@/api/tag";
import { ChoiceList, FollowedList, OwnerList } from "@/features/customer/list/ChipList";
import { chipsOf, selectionOf, useFollowedText, type ChangeChips } from "@/features/customer/list/chips";
import styles from "@/features/customer/list/FilterChips.module.css";
import { useOwnerName } from "@/features/customer/list/useOwnerName";
import { CONDITION_CHIPS, joinList, splitList, type Chip as ChipName, type ListSearch } from "@/lib/listSearch";
import { Chip } from "@/ui/Chip";
import { tagText } from "@/ui/TagChip";

type OptionChipName = Exclude<ChipName, "owner_id">;
type ChipProps = { search: ListSearch; onChange: ChangeChips };

export function FilterChips({ search, onChange, onClear }: ChipProps & { onClear: () => void }) {
  const { t } = useTranslation();
  const shown = chipsOf(search.view);
  const active = [...shown, ...CONDITION_CHIPS].some((chip) => search[chip]);
  return (
    <div className={styles.chips} role="group" aria-label={t("list.filters")}>
      {shown.map((chip) => (chip === "owner_id" ? <OwnerChip key={chip} search={search} onChange={onChange} /> : <OptionChip key={chip} chip={chip} search={search} onChange={onChange} />))}
      <TagsChip search={search} onChange={onChange} />
      <FollowedChip search={search} onChange={onChange} />
      {active && (
        <Button type="text" size="small" className={styles.clear} onClick={onClear}>
          {t("list.clearFilters")}
        </Button>
      )}
    </div>
  );
}

/** A chip with what it opens; `content` is made when it opens, and may close it again. */
function OpeningChip({ label, held, content, onClear }: { label: string; held: string; content: (close: () => void) => ReactNode; onClear: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const clear = () => {
    setOpen(false);
    onClear();
  };
  return (
    <Popover trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden content={() => content(() => setOpen(false))}>
      <span>
        <Chip active={held !== ""} clearLabel={t("list.clearOne", { label })} onClear={clear}>
          <span>{label}</span>
          {held ? <strong className={styles.held}>{held}</strong> : <ChevronDown size={13} aria-hidden />}
        </Chip>
      </span>
    </Popover>
  );
}

function OptionChip({ chip, search, onChange }: ChipProps & { chip: OptionChipName }) {
  const { t } = useTranslation();
  const { find, choices } = useOptions();
  const values = splitList(search[chip]);
  const first = find(chip, values[0])?.label ?? "";
  const label = t(`field.${chip}`);
  return (
    <OpeningChip
      label={label}
      held={values.length > 1 ? t("list.chipMore", { first, count: values.length - 1 }) : first}
      content={() => <ChoiceList label={label} field={chip} within={selectionOf({ ...search, [chip]: undefined })} all={choices(chip)} values={values} onChange={(next) => onChange({ [chip]: joinList(next) })} />}
      onClear={() => onChange({ [chip]: undefined })}
    />
  );
}

function TagsChip({ search, onChange }: ChipProps) {
  const { t } = useTranslation();
  const tags = useQuery(tagsQuery).data?.items ?? [];
  const values = splitList(search.tags);
  const tagOf = useTagsById(values);
  const held = values.slice(0, 1).map(tagOf);
  const first = held.map((tag) => (tag ? tagText(t, tag) : tag === null ? t("filter.goneValue") : "…")).join("");
  const options = tags.map((tag) => ({ value: tag.tag_id, label: tag.name, color: tag.color, search: tag.search }));
  if (tags.length === 0 && values.length === 0) return null;
  const label = t("filter.tags");
  return (
    <OpeningChip
      label={label}
      held={values.length > 1 ? t("list.chipMore", { first, count: values.length - 1 }) : first}
      content={() => <ChoiceList label={label} field="tags" within={selectionOf({ ...search, tags: undefined })} all={options} values={values} onChange={(next) => onChange({ tags: joinList(next) })} />}
      onClear={() => onChange({ tags: undefined })}
    />
  );
}

function FollowedChip({ search, onChange }: ChipProps) {
  const { t } = useTranslation();
  const textOf = useFollowedText();
  const value = search.followed;
  const label = t("list.followed.title");
  return (
    <OpeningChip
      label={label}
      held={value ? textOf(value) : ""}
      content={(close) => (
        <FollowedList
          label={label}
          within={selectionOf({ ...search, followed: undefined })}
          value={value}
          onPick={(next) => {
            close();
            onChange({ followed: next });
          }}
        />
      )}
      onClear={() => onChange({ followed: undefined })}
    />
  );
}

function OwnerChip({ search, onChange }: ChipProps) {
  const { t } = useTranslation();
  const memberId = search.owner_id;
  const name = useOwnerName(memberId);
  const label = t("field.owner");
  return (
    <OpeningChip
      label={label}
      held={memberId ? name || "…" : ""}
      content={(close) => (
        <OwnerList
          label={label}
          within={selectionOf({ ...search, owner_id: undefined })}
          held={memberId ? { member_id: memberId, name } : null}
          onPick={(next) => {
            close();
            onChange({ owner_id: next });
          }}
        />
      )}
      onClear={() => onChange({ owner_id: undefined })}
    />
  );
}
