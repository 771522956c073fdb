import { Spin } from "antd";
import { useWords } from "@/locales/words";
import { appWords } from "./words";

/** Shown while the session is taken up and while the first page is on its way. */
export function Opening() {
  const { loading } = useWords(appWords);
  return <Spin fullscreen description={loading} />;
}
