/** Requests for access that wait for whoever stands as owner, over the customer they are for. */
import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { accessRequestsQuery, approveAccess, declineAccess, type AccessRequest } from "@/api/access_request";
import type { Access, Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import styles from "@/features/access_request/access_request.module.css";
import { useProblemToast } from "@/ui/useProblemToast";

export function OpenRequests({ customer, access }: { customer: Customer; access: Access | undefined }) {
  const { t } = useTranslation();
  const decides = access?.actions.participants?.allowed === true;
  const requests = useQuery({ ...accessRequestsQuery(customer.customer_id), enabled: decides }).data?.items ?? [];
  if (!decides || requests.length === 0) return null;
  return (
    <ul className={styles.requests} aria-label={t("access_request.open")}>
      {requests.map((request) => (
        <Request key={request.access_request_id} request={request} />
      ))}
    </ul>
  );
}

function Request({ request }: { request: AccessRequest }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cache = useCustomerCache(request.customer_id);
  const showProblem = useProblemToast();
  const [saving, setSaving] = useState(false);
  function decide(approve: boolean): void {
    setSaving(true);
    void (approve ? approveAccess : declineAccess)(request.access_request_id)
      .then(
        () => void message.success(t(approve ? "access_request.granted" : "access_request.declined", { name: request.member.name })),
        showProblem,
      )
      .then(cache.refresh)
      .finally(() => setSaving(false));
  }
  return (
    <li className={styles.banner} data-kind="request">
      <UserPlus size={15} aria-hidden />
      <span className={styles.words}>
        {t(`access_request.asks.${request.role}`, { name: request.member.name })}
        {request.message && <span className={styles.message}> “{request.message}”</span>}
      </span>
      <span className={styles.buttons}>
        <Button size="small" type="primary" disabled={saving} onClick={() => decide(true)}>
          {t("access_request.approve")}
        </Button>
        <Button size="small" disabled={saving} onClick={() => decide(false)}>
          {t("access_request.decline")}
        </Button>
      </span>
    </li>
  );
}
