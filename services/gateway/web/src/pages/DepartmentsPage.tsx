import { Button } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DepartmentTree } from "@/features/department/DepartmentTree";
import { AdminOnly } from "@/pages/AdminOnly";
import { PageFrame } from "@/ui/PageFrame";

export function DepartmentsPage() {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  return (
    <AdminOnly>
      <PageFrame
        title={t("department.title")}
        hint={t("department.hint")}
        actions={
          <Button type="primary" icon={<Plus size={15} />} onClick={() => setAdding(true)}>
            {t("department.add")}
          </Button>
        }
      >
        <DepartmentTree adding={adding} onAdded={() => setAdding(false)} />
      </PageFrame>
    </AdminOnly>
  );
}
