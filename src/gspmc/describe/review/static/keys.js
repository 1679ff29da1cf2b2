// Single keys, silent while someone types.

import { byId } from "./dom.js";

const KEY = "gspmc-keys";
const TYPED_INTO = "input, textarea, select";

/** `acts` maps a key (`event.key`) to what it does; `save` is Ctrl S, which always works. */
export function listenToKeys(acts, save) {
  byId("keys").checked = localStorage.getItem(KEY) !== "off";
  byId("keys").addEventListener("change", (event) => {
    localStorage.setItem(KEY, event.target.checked ? "on" : "off");
  });
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPED_INTO)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!byId("keys").checked || event.repeat) return;
    const act = acts[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
}
