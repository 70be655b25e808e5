/** Every address of the product; each page is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { CrashPage } from "@/app/CrashPage";
import { Frame } from "@/app/Frame";
import { NotFoundPage } from "@/app/NotFoundPage";
import { readListSearch } from "@/lib/listSearch";

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage, errorComponent: CrashPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import("@/pages/SignInPage"), "SignInPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: (search: Record<string, unknown>): { code?: string } => ({ code: text(search.code) }),
  component: lazyRouteComponent(() => import("@/pages/SetupPage"), "SetupPage"),
});

const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame, errorComponent: CrashPage });

const home = createRoute({
  getParentRoute: () => frame,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/customers", search: { view: "mine" } });
  },
});

const customers = createRoute({
  getParentRoute: () => frame,
  path: "/customers",
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import("@/pages/CustomersPage"), "CustomersPage"),
});

const customer = createRoute({
  getParentRoute: () => frame,
  path: "/customers/$customerId",
  component: lazyRouteComponent(() => import("@/pages/CustomerPage"), "CustomerPage"),
});

const exportsRoute = createRoute({ getParentRoute: () => frame, path: "/exports", component: lazyRouteComponent(() => import("@/pages/ExportsPage"), "ExportsPage") });
const notifications = createRoute({
  getParentRoute: () => frame,
  path: "/notifications",
  component: lazyRouteComponent(() => import("@/pages/NotificationsPage"), "NotificationsPage"),
});
const importRoute = createRoute({ getParentRoute: () => frame, path: "/imports/new", component: lazyRouteComponent(() => import("@/pages/ImportPage"), "ImportPage") });
const members = createRoute({ getParentRoute: () => frame, path: "/admin/members", component: lazyRouteComponent(() => import("@/pages/MembersPage"), "MembersPage") });
const departments = createRoute({
  getParentRoute: () => frame,
  path: "/admin/departments",
  component: lazyRouteComponent(() => import("@/pages/DepartmentsPage"), "DepartmentsPage"),
});
const options = createRoute({ getParentRoute: () => frame, path: "/admin/options", component: lazyRouteComponent(() => import("@/pages/OptionsPage"), "OptionsPage") });
const fields = createRoute({ getParentRoute: () => frame, path: "/admin/fields", component: lazyRouteComponent(() => import("@/pages/FieldsPage"), "FieldsPage") });
const tags = createRoute({ getParentRoute: () => frame, path: "/tags", component: lazyRouteComponent(() => import("@/pages/TagsPage"), "TagsPage") });
const poolRules = createRoute({
  getParentRoute: () => frame,
  path: "/admin/pools/$poolId/rules",
  component: lazyRouteComponent(() => import("@/pages/PoolRulesPage"), "PoolRulesPage"),
});
const poolFigures = createRoute({
  getParentRoute: () => frame,
  path: "/admin/pools/$poolId/figures",
  component: lazyRouteComponent(() => import("@/pages/PoolFiguresPage"), "PoolFiguresPage"),
});
const pools = createRoute({ getParentRoute: () => frame, path: "/admin/pools", component: lazyRouteComponent(() => import("@/pages/PoolsPage"), "PoolsPage") });
const holidays = createRoute({ getParentRoute: () => frame, path: "/admin/holidays", component: lazyRouteComponent(() => import("@/pages/HolidaysPage"), "HolidaysPage") });
const searches = createRoute({ getParentRoute: () => frame, path: "/searches", component: lazyRouteComponent(() => import("@/pages/SearchesPage"), "SearchesPage") });
const me = createRoute({ getParentRoute: () => frame, path: "/me", component: lazyRouteComponent(() => import("@/pages/MePage"), "MePage") });

export const router = createRouter({
  routeTree: root.addChildren([signIn, setup, frame.addChildren([home, customers, customer, exportsRoute, notifications, importRoute, members, departments, options, fields, poolRules, poolFigures, tags, pools, holidays, searches, me])]),
  // Plain query strings (?view=mine&status=new,won): what stands in the address is what people paste to each other.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== "");
    const query = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    return query ? `?${query}` : "";
  },
  defaultPreload: "intent",
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
