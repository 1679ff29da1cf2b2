// Who reviews: asked once, kept in this browser.

import { byId } from "./dom.js";

const KEY = "gspmc-reviewer";

export const reviewer = () => localStorage.getItem(KEY) ?? "";

export function showReviewer() {
  byId("reviewer").textContent = reviewer() ? `Reviewer: ${reviewer()}` : "Your name …";
}

/** The name; asks for it where there is none or `anew`. Null where the question was left. */
export function askReviewer(anew = false) {
  if (reviewer() && !anew) return Promise.resolve(reviewer());
  const [dialog, form, field] = [byId("name-dialog"), byId("name-form"), byId("name")];
  field.value = reviewer();
  byId("name-error").textContent = "";
  field.removeAttribute("aria-invalid");
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    const listening = new AbortController();
    const { signal } = listening;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!field.value.trim()) {
        byId("name-error").textContent = "A name is needed.";
        field.setAttribute("aria-invalid", "true");
        field.focus();
        return;
      }
      localStorage.setItem(KEY, field.value.trim());
      field.removeAttribute("aria-invalid");
      dialog.close("given");
    }, { signal });
    byId("name-cancel").addEventListener("click", () => dialog.close("left"), { signal });
    dialog.addEventListener("close", () => {
      listening.abort();
      showReviewer();
      resolve(dialog.returnValue === "given" ? reviewer() : null);
      dialog.returnValue = "";
    }, { signal });
  });
}
