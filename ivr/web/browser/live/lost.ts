// Says that the connection is lost, and when it is back, to somebody who works by what the page shows. A moment's
// gap, as when the server is started anew, is not worth a word.

import { t } from "../messages.ts";
import { toast } from "../page/toasts.ts";

const PATIENCE = 3_000; // ms

/** What is to be told whether the connection is there. */
export function lost(patience = PATIENCE): (there: boolean) => void {
  let timer = 0;
  let close: (() => void) | undefined;
  return (there) => {
    if (!there) {
      timer ||= window.setTimeout(() => {
        const words = t("The connection to Ivory is lost: what stands here may be old. It is tried again by itself.");
        close = toast(words, { tone: "bad", seconds: 0 });
      }, patience);
      return;
    }
    clearTimeout(timer);
    timer = 0;
    if (close) {
      close();
      close = undefined;
      toast(t("Connected again"));
    }
  };
}
