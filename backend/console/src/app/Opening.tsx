import { Spin } from "antd";
import { useWords } from "@/locales/words";

/** Shown while the session is taken up and while the first page is on its way. */
export function Opening() {
  const { loading } = useWords();
  return <Spin fullscreen description={loading} />;
}
