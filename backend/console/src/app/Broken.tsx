import { Button, Result } from "antd";
import { useWords } from "@/locales/words";
import { appWords } from "./words";

/** Shown when a page itself fails; the server's refusals never end here. */
export function Broken() {
  const { broken } = useWords(appWords);
  return (
    <main>
      <Result
        status="warning"
        title={broken.title}
        subTitle={broken.lead}
        extra={
          <Button type="primary" onClick={() => window.location.reload()}>
            {broken.reload}
          </Button>
        }
      />
    </main>
  );
}
