/** The dialogs any page may ask for. */
import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { Palette } from "@/app/Palette";
import { Shortcuts } from "@/app/Shortcuts";
import { CreateCustomer } from "@/features/customer/create/CreateCustomer";
import { readListSearch } from "@/lib/listSearch";
import { showOverlay, type Overlay } from "@/lib/overlay";

export function Overlays({ overlay }: { overlay: Overlay }) {
  const navigate = useNavigate();
  const close = useCallback(() => showOverlay(null), []);
  // The customer opens over the list that is shown, or over all customers from anywhere else.
  const open = useCallback(
    (customerId: string) => {
      const here = new URLSearchParams(location.search);
      const search = location.pathname === "/customers" ? readListSearch(Object.fromEntries(here)) : ({ view: "all" } as const);
      void navigate({ to: "/customers", search: { ...search, open: customerId } });
    },
    [navigate],
  );
  const openAndClose = useCallback(
    (customerId: string) => {
      close();
      open(customerId);
    },
    [close, open],
  );
  if (overlay === "create") return <CreateCustomer onClose={close} onOpen={openAndClose} />;
  if (overlay === "palette") return <Palette onClose={close} onOpenCustomer={openAndClose} />;
  return <Shortcuts onClose={close} />;
}
