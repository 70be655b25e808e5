import type { components } from "@/generated/api";

/** A shape of the interface by its name in docs/openapi.json. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];
