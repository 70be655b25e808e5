import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "@/api/session";
import { SignInForm } from "@/features/account/SignInForm";
import { DoorFrame } from "@/ui/DoorFrame";

const route = getRouteApi("/sign-in");

/** An address of this site and nothing else: nobody can be sent elsewhere by a prepared link. */
function safe(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = route.useSearch();
  const session = useQuery(sessionQuery);
  const target = safe(next);
  const signedIn = Boolean(session.data);
  useEffect(() => {
    if (signedIn) router.history.replace(target);
  }, [signedIn, router, target]);
  if (session.isPending || signedIn) return null;
  return (
    <DoorFrame title={t("account.welcome")} hint={t("account.welcomeHint")}>
      <SignInForm onSignedIn={() => router.history.replace(target)} />
    </DoorFrame>
  );
}
