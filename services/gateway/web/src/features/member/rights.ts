/** Rights in their order, and those a role usually has. */
import type { Right, Role } from "@/api/session";

export const ROLES: Role[] = ["member", "manager", "admin"];

export const RIGHTS: Right[] = ["assign", "export", "import", "delete", "pool_admin", "purge"];

export function usualRights(role: Role): Right[] {
  if (role === "admin") return RIGHTS;
  return role === "manager" ? ["assign", "export", "import"] : ["export", "import"];
}
