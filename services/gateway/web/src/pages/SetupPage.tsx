import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SetupForm } from "@/features/account/SetupForm";
import { DoorFrame } from "@/ui/DoorFrame";

const route = getRouteApi("/setup");

export function SetupPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { code } = route.useSearch();
  return (
    <DoorFrame title={t("account.setupTitle")} hint={t("account.setupHint")}>
      <SetupForm code={code ?? ""} onDone={() => router.history.replace("/")} />
    </DoorFrame>
  );
}
