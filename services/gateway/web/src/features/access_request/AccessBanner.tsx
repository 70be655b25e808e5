/** Over a customer that one may only look at: why, since when and by whom, and the way to ask for more. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Clock, Eye, Lock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { accessRequestsQuery } from "@/api/access_request";
import type { Access, Customer } from "@/api/customer";
import { useMe } from "@/api/session";
import styles from "@/features/access_request/access_request.module.css";
import { AskDialog } from "@/features/access_request/AskDialog";
import type { ActionAccess } from "@/lib/access";
import { formatTime } from "@/lib/time";

export function AccessBanner({ customer, access }: { customer: Customer; access: Access | undefined }) {
  const edit = access?.actions.edit;
  if (!edit || edit.allowed || customer.state === "pool") return null;
  return <Refused customer={customer} edit={edit} />;
}

function Refused({ customer, edit }: { customer: Customer; edit: ActionAccess }) {
  const { t } = useTranslation();
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const own = useQuery(accessRequestsQuery(customer.customer_id)).data?.items.find((request) => request.member.member_id === me.member_id);
  const locked = edit.code === "locked";
  const who = (edit.who_can_change ?? [])[0]?.name ?? "";
  return (
    <div className={styles.banner} role="status">
      {locked ? <Lock size={15} aria-hidden /> : <Eye size={15} aria-hidden />}
      <span className={styles.words}>
        {t(locked ? "lock.banner" : edit.code === "participant_views_only" ? "access_request.viewerBanner" : "access_request.closedBanner")}
        {locked && edit.since && <span className={styles.since}> · {t("lock.bannerSince", { name: edit.by?.name ?? t("timeline.system"), time: formatTime(edit.since) })}</span>}
      </span>
      {own ? (
        <span className={styles.buttons}>
          <Clock size={14} aria-hidden />
          <span className={styles.asked}>{t("access_request.waiting", { name: who })}</span>
        </span>
      ) : (
        <Button size="small" onClick={() => setAsking(true)}>
          {t("access_request.ask")}
        </Button>
      )}
      <AskDialog customer={customer} owner={who} open={asking} onClose={() => setAsking(false)} />
    </div>
  );
}
