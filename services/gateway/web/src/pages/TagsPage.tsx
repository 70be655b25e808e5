/** The tag manager. */
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { NewTag } from "@/features/tag/NewTag";
import { TagManager } from "@/features/tag/TagManager";
import { PageFrame } from "@/ui/PageFrame";

export function TagsPage() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <PageFrame title={t("tag.manager")} hint={t(me.role === "member" ? "tag.managerHintOthers" : "tag.managerHint")}>
      <NewTag />
      <TagManager />
    </PageFrame>
  );
}
