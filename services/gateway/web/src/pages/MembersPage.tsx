import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { UserPlus } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { departmentsQuery } from "@/api/department";
import type { Member } from "@/api/member";
import { MemberDialog } from "@/features/member/MemberDialog";
import { MemberTable } from "@/features/member/MemberTable";
import { PasswordDialog } from "@/features/member/PasswordDialog";
import { treeOf } from "@/lib/tree";
import { AdminOnly } from "@/pages/AdminOnly";
import { PageFrame } from "@/ui/PageFrame";

export function MembersPage() {
  const { t } = useTranslation();
  const departments = useQuery(departmentsQuery()).data?.items;
  const tree = useMemo(() => treeOf(departments ?? []), [departments]);
  const [editing, setEditing] = useState<Member | "new" | null>(null);
  const [resetting, setResetting] = useState<Member | null>(null);
  return (
    <AdminOnly>
      <PageFrame
        wide
        title={t("member.title")}
        hint={t("member.hint")}
        actions={
          <Button type="primary" icon={<UserPlus size={15} />} onClick={() => setEditing("new")}>
            {t("member.add")}
          </Button>
        }
      >
        <MemberTable departments={tree} onEdit={setEditing} onResetPassword={setResetting} />
        {editing && <MemberDialog member={editing === "new" ? null : editing} departments={tree} onClose={() => setEditing(null)} />}
        {resetting && <PasswordDialog member={resetting} onClose={() => setResetting(null)} />}
      </PageFrame>
    </AdminOnly>
  );
}
