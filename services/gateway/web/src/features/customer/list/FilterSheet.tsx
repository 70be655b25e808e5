/** The quick filters on a phone: one field each, in a sheet from below. */
import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useOptions } from "@/api/option";
import { chipsOf, FOLLOWED, useFollowedText, type ChangeChips } from "@/features/customer/list/FilterChips";
import { useOwnerName } from "@/features/customer/list/useOwnerName";
import { joinList, splitList, type ListSearch } from "@/lib/listSearch";
import { MemberPicker } from "@/ui/MemberPicker";

export function FilterSheet({ search, onChange }: { search: ListSearch; onChange: ChangeChips }) {
  const { t } = useTranslation();
  const { choices } = useOptions();
  const owner = useOwnerName(search.owner_id);
  const followedText = useFollowedText();
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
      <Form.Item label={t("list.followed.title")} htmlFor="filter-followed" style={{ marginBottom: 12 }}>
        <Select id="filter-followed" allowClear style={{ width: "100%" }} placeholder={t("common.all")} value={search.followed} options={FOLLOWED.map((value) => ({ value, label: followedText(value) }))} onChange={(value: string | undefined) => onChange({ followed: value })} />
      </Form.Item>
    </Form>
  );
}
