/** The quick filters on a phone: one field each, in a sheet from below. */
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Form, Select } from "antd";
import { ListFilter } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useOptions } from "@/api/option";
import { tagsQuery, useTagsById } from "@/api/tag";
import { chipsOf, FOLLOWED, useFollowedText, type ChangeChips } from "@/features/customer/list/chips";
import { useOwnerName } from "@/features/customer/list/useOwnerName";
import styles from "@/features/customer/list/FilterSheet.module.css";
import type { Count } from "@/lib/count";
import { joinList, splitList, type ListSearch } from "@/lib/listSearch";
import { matchesText } from "@/lib/match";
import { MemberPicker } from "@/ui/MemberPicker";
import { tagText } from "@/ui/TagChip";

type Props = {
  open: boolean;
  search: ListSearch;
  /** How many conditions the builder holds. */
  conditions: number;
  count: Count | null;
  onChange: ChangeChips;
  onClear: () => void;
  onClose: () => void;
  onMore: () => void;
};

export function FilterSheet({ open, search, conditions, count, onChange, onClear, onClose, onMore }: Props) {
  const { t } = useTranslation();
  // A sheet that has closed gives the focus back to the button it came from. On the way to the builder that would take it out of the
  // builder's first box, and close the list of that box, some time after somebody began to choose.
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    if (open) setLeaving(false);
  }, [open]);
  return (
    <Drawer open={open} onClose={onClose} focusable={{ focusTriggerAfterClose: !leaving }} placement="bottom" size="auto" title={t("list.filters")} extra={<Button type="link" onClick={onClear}>{t("list.clearFilters")}</Button>}>
      <QuickFilters search={search} onChange={onChange} />
      <Button
        block
        icon={<ListFilter size={15} />}
        onClick={() => {
          setLeaving(true);
          onClose();
          onMore();
        }}
      >
        {t("filter.more")}
        {conditions > 0 && ` (${conditions})`}
      </Button>
      <Button type="primary" block className={styles.apply} onClick={onClose}>
        {t("list.showMatches", { count: count?.value ?? 0 })}
      </Button>
    </Drawer>
  );
}

function QuickFilters({ search, onChange }: { search: ListSearch; onChange: ChangeChips }) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const owner = useOwnerName(search.owner_id);
  const followedText = useFollowedText();
  const tags = useQuery(tagsQuery).data?.items ?? [];
  const options = tags.map((tag) => ({ value: tag.tag_id, label: tag.name, search: tag.search }));
  const held = splitList(search.tags);
  const tagOf = useTagsById(held);
  const nameOf = (tagId: string) => {
    const tag = tagOf(tagId);
    return tag ? tagText(t, tag) : tag === null ? t("filter.goneValue") : "…";
  };
  return (
    <Form layout="vertical" component="div">
      {chipsOf(search.view).map((chip) => (
        <Form.Item key={chip} label={t(`field.${chip}`)} htmlFor={`filter-${chip}`} style={{ marginBottom: 12 }}>
          {chip === "owner_id" ? (
            <MemberPicker id="filter-owner_id" value={search.owner_id ? { member_id: search.owner_id, name: owner } : null} onChange={(member) => onChange({ owner_id: member?.member_id })} load={searchMembers} label={t("field.owner")} placeholder={t("common.all")} allowClear />
          ) : (
            <Select id={`filter-${chip}`} mode="multiple" maxTagCount="responsive" style={{ width: "100%" }} placeholder={t("common.all")} value={splitList(search[chip])} options={choices(chip)} showSearch={{ optionFilterProp: "label" }} onChange={(values: string[]) => onChange({ [chip]: joinList(values) })} />
          )}
        </Form.Item>
      ))}
      {(tags.length > 0 || search.tags) && (
        <Form.Item label={t("filter.tags")} htmlFor="filter-tags" style={{ marginBottom: 12 }}>
          <Select id="filter-tags" mode="multiple" maxTagCount="responsive" style={{ width: "100%" }} placeholder={t("common.all")} value={held} options={options} labelRender={({ value, label }) => <>{label ?? nameOf(String(value))}</>} showSearch={{ filterOption: (typed, option) => matchesText(typed, option?.search) }} onChange={(values: string[]) => onChange({ tags: joinList(values) })} />
        </Form.Item>
      )}
      <Form.Item label={t("list.followed.title")} htmlFor="filter-followed" style={{ marginBottom: 12 }}>
        <Select id="filter-followed" allowClear style={{ width: "100%" }} placeholder={t("common.all")} value={search.followed} options={FOLLOWED.map((value) => ({ value, label: followedText(value) }))} onChange={(value: string | undefined) => onChange({ followed: value })} />
      </Form.Item>
    </Form>
  );
}
