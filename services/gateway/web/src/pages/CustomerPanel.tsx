/** One customer, inside the drawer over the list or on a page of its own: puts the features of a customer together. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Skeleton } from "antd";
import { SearchX } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { accessQuery, customerQuery, type Customer } from "@/api/customer";
import { followUpsQuery } from "@/api/follow_up";
import { searchMembers } from "@/api/member";
import { AccessBanner } from "@/features/access_request/AccessBanner";
import { OpenRequests } from "@/features/access_request/OpenRequests";
import { DetailsForm } from "@/features/customer/panel/DetailsForm";
import { Facts } from "@/features/customer/panel/Facts";
import { NextContactFact } from "@/features/customer/panel/NextContactFact";
import { PanelHeader, type PanelFrame } from "@/features/customer/panel/PanelHeader";
import { PanelLayout, type PanelTab } from "@/features/customer/panel/PanelLayout";
import { StatusSteps } from "@/features/customer/panel/StatusSteps";
import { usePanelKeys } from "@/features/customer/panel/usePanelKeys";
import { useCustomerEdit } from "@/features/customer/useCustomerEdit";
import { FollowUpPanel } from "@/features/follow_up/FollowUpPanel";
import { HoldDialog } from "@/features/lock/HoldDialog";
import { HoldMark } from "@/features/lock/HoldMark";
import { LockButton } from "@/features/lock/LockButton";
import { OwnerFact } from "@/features/ownership/OwnerFact";
import { OwnershipHistory } from "@/features/ownership/OwnershipHistory";
import { ReturnDialog } from "@/features/ownership/ReturnDialog";
import { ParticipantsFact } from "@/features/participant/ParticipantsFact";
import { CustomerTags } from "@/features/tag/CustomerTags";
import { TimelinePanel } from "@/features/timeline/TimelinePanel";
import { followCustomer } from "@/lib/live";
import { asProblem } from "@/lib/problem";
import { useLate } from "@/lib/useLate";
import styles from "@/pages/CustomerPanel.module.css";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";

type Props = {
  customerId: string;
  mode: "drawer" | "page";
  onClose?: () => void;
  /** Walk the list the drawer lies over; absent at its ends. */
  onPrevious?: () => void;
  onNext?: () => void;
};

export function CustomerPanel({ mode, ...props }: Props) {
  const navigate = useNavigate();
  const onFullPage = mode === "drawer" ? () => void navigate({ to: "/customers/$customerId", params: { customerId: props.customerId } }) : undefined;
  return <CustomerLoaded {...props} onFullPage={onFullPage} />;
}

function CustomerLoaded({ customerId, ...frame }: Omit<Props, "mode"> & { onFullPage?: () => void }) {
  const { t } = useTranslation();
  const query = useQuery(customerQuery(customerId));
  const late = useLate(query.isPending);
  useEffect(() => followCustomer(customerId), [customerId]);
  if (query.data) return <CustomerView key={customerId} customer={query.data} frame={frame} />;
  const close = frame.onClose && <Button onClick={frame.onClose}>{t("common.close")}</Button>;
  if (query.isError && asProblem(query.error).status === 404) {
    return (
      <EmptyState icon={<SearchX size={20} />} title={t("detail.notFound")} hint={t("detail.notFoundHint")}>
        {close}
      </EmptyState>
    );
  }
  return (
    <div className={styles.waiting}>
      {query.isError ? <ErrorBanner error={query.error} onRetry={() => void query.refetch()} /> : late && <Skeleton active paragraph={{ rows: 8 }} />}
      {query.isError && close}
    </div>
  );
}

function CustomerView({ customer, frame }: { customer: Customer; frame: PanelFrame }) {
  const { customer_id: customerId } = customer;
  const access = useQuery(accessQuery(customerId)).data;
  const edit = useCustomerEdit(customer);
  const [tab, setTab] = useState("follow_up");
  const [returning, setReturning] = useState(false);
  const [holding, setHolding] = useState(false);
  const [asked, setAsked] = useState(0);
  const write = useCallback(() => {
    setTab("follow_up");
    setAsked((before) => before + 1);
  }, []);
  const showDetails = useCallback(() => setTab("details"), []);
  usePanelKeys({ onWrite: write, onEdit: showDetails, ...frame });
  const tabs = useTabs(customer, access, edit, asked);
  return (
    <>
      <PanelLayout
        tab={tab}
        onTab={setTab}
        tabs={tabs}
        top={
          <>
            <PanelHeader
              customer={customer}
              access={access}
              frame={frame}
              marks={<HoldMark customer={customer} />}
              extra={customer.state !== "pool" && <LockButton customer={customer} access={access?.actions.lock} />}
              onWrite={write}
              onEdit={showDetails}
              onReturn={() => setReturning(true)}
              onHold={() => setHolding(true)}
            />
            <AccessBanner customer={customer} access={access} />
            <OpenRequests customer={customer} access={access} />
            <CustomerTags customer={customer} access={access} />
            <StatusSteps customer={customer} edit={edit} access={access?.actions.edit} onNote={access?.actions.follow_up?.allowed ? write : undefined} />
          </>
        }
        left={
          <>
            <OwnerFact customer={customer} access={access?.actions.assign} />
            <ParticipantsFact customer={customer} access={access?.actions.participants} />
            <NextContactFact customer={customer} edit={edit} access={access?.actions.edit} />
            <Facts customer={customer} access={access} edit={edit} />
          </>
        }
      />
      <ReturnDialog customer={customer} open={returning} onClose={() => setReturning(false)} />
      <HoldDialog customer={customer} open={holding} onClose={() => setHolding(false)} />
      {edit.dialog}
    </>
  );
}

type Access = Parameters<typeof DetailsForm>[0]["access"];
type Edit = Parameters<typeof DetailsForm>[0]["edit"];

function useTabs(customer: Customer, access: Access, edit: Edit, asked: number): PanelTab[] {
  const { t } = useTranslation();
  const pages = useInfiniteQuery(followUpsQuery(customer.customer_id)).data?.pages ?? [];
  const known = pages.reduce((sum, page) => sum + page.items.length, 0);
  const followUps = known === 0 ? undefined : `${known}${pages.at(-1)?.next ? "+" : ""}`;
  return [
    { key: "follow_up", label: t("detail.tab.followUp"), count: followUps, content: <FollowUpPanel customer={customer} access={access} asked={asked} /> },
    { key: "details", label: t("detail.tab.details"), content: <DetailsForm customer={customer} access={access} edit={edit} /> },
    { key: "timeline", label: t("detail.tab.timeline"), content: <TimelinePanel customer={customer} searchMembers={searchMembers} /> },
    { key: "ownership", label: t("detail.tab.ownership"), content: <OwnershipHistory customerId={customer.customer_id} /> },
  ];
}
