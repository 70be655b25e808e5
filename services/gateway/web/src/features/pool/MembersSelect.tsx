/** Several members, found by name, pinyin or initials. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useMemberSearch } from "@/ui/useMemberSearch";

export type Person = { member_id: string; name: string };

/** `value`, `onChange` and `id` come from the form's item. */
export function MembersSelect({ value = [], onChange, label, id }: { value?: Person[]; onChange?: (members: Person[]) => void; label: string; id?: string }) {
  const { t } = useTranslation();
  const { typed, found, clear, select } = useMemberSearch(searchMembers);
  const known = [...value, ...found.filter((member) => !value.some((each) => each.member_id === member.member_id))];
  const shown: Person[] = typed.trim() === "" ? known : found; // a search shows what it found, nothing else
  const nameOf = (memberId: unknown) => known.find((member) => member.member_id === memberId)?.name;
  return (
    <Select
      id={id}
      mode="multiple"
      allowClear
      aria-label={label}
      placeholder={t("pool.pick")}
      value={value.map((member) => member.member_id)}
      {...select}
      onChange={(ids: string[]) => {
        clear();
        onChange?.(ids.flatMap((each) => known.filter((member) => member.member_id === each)).map(({ member_id, name }) => ({ member_id, name })));
      }}
      labelRender={({ value: memberId, label: name }) => <>{name ?? nameOf(memberId)}</>}
      options={shown.map((member) => ({ value: member.member_id, label: member.name }))}
    />
  );
}
