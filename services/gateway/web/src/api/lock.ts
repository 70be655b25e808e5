/** Lock (who may change a customer) and hold (no rule takes it into the pool until a day is over). */
import type { Batch, Chosen, Customer } from "@/api/customer";
import { http } from "@/lib/http";

export const lockCustomer = (customerId: string) => http.postUndoable<Customer>(`/api/customers/${customerId}/lock`);

export const unlockCustomer = (customerId: string) => http.postUndoable<Customer>(`/api/customers/${customerId}/unlock`);

export const holdCustomer = (customerId: string, until: string, reason: string) => http.postUndoable<Customer>(`/api/customers/${customerId}/hold`, { until, reason });

export const releaseHold = (customerId: string) => http.postUndoable<Customer>(`/api/customers/${customerId}/release_hold`);

export type LockVerb = "lock" | "unlock" | "release_hold";

export const lockCustomers = (verb: LockVerb, chosen: Chosen) => http.post<Batch>(`/api/customers/${verb}`, chosen);

export const holdCustomers = (chosen: Chosen, until: string, reason: string) => http.post<Batch>("/api/customers/hold", { ...chosen, until, reason });
