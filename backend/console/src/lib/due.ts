/** When a case counts as overdue. */

interface Due {
  status: string;
  due_at?: string | null;
}

/** Whether the term has passed while work still goes on; a closed case is no longer late. */
export function isOverdue({ status, due_at }: Due, now: number = Date.now()): boolean {
  if (!due_at || status === "closed" || status === "archived") return false;
  return Date.parse(due_at) < now;
}
