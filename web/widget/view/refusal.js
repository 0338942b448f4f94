/** Why something was not done, as the customer reads it. `error` is { code?, detail? }. */
export function refusal(error, t) {
  const key = `refused.${error?.code}`;
  return `${t("failed")} ${t(key) === key ? (error?.detail ?? "") : t(key)}`;
}
