const yuan = new Intl.NumberFormat("zh-CN", { style: "currency", currency: "CNY" });

/** Cents (分) as yuan: `¥3,000.00`. */
export function showMoney(cents: number): string {
  return yuan.format(cents / 100);
}
