// Files on their way in: chosen, dropped, uploaded with progress, read, ready or refused.

import { upload } from "./api.js";
import { $, element, icon, iconButton } from "./dom.js";
import { plural } from "./sources.js";

export function acceptFiles({ storeId, onReady, onUnauthorized }) {
  const take = (files) => { for (const file of files) start(file, storeId(), { onReady, onUnauthorized }); };
  const choose = () => $("file-input").click();
  for (const id of ["choose-files", "attach", "add-documents"]) $(id).addEventListener("click", choose);
  $("file-input").addEventListener("change", () => {
    take([...$("file-input").files]);
    $("file-input").value = "";
  });

  let depth = 0;
  const veil = (visible) => { $("drop-veil").hidden = !visible; };
  addEventListener("dragenter", (event) => { if (hasFiles(event)) { depth += 1; veil(true); } });
  addEventListener("dragleave", (event) => { if (hasFiles(event) && --depth <= 0) veil(false); });
  addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil(false);
    take([...event.dataTransfer.files]);
  });
}

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

async function start(file, storeId, { onReady, onUnauthorized }) {
  const state = element("span", { className: "state", text: "Uploading" });
  const bar = element("progress", { max: "1", value: "0", "aria-label": `Upload of ${file.name}` });
  const mark = element("span", {}, icon("file"));
  const row = element("li", { className: "upload", "data-state": "busy" }, mark,
    element("span", { className: "name" }, element("span", { text: file.name, dir: "auto" }), state));
  const { finished, cancel } = upload(file, storeId, (share) => {
    bar.value = share;
    state.textContent = share < 1 ? `Uploading ${Math.round(share * 100)} %` : "Reading…";
    if (share === 1) bar.removeAttribute("value");
  });
  row.append(iconButton("cross", `Dismiss ${file.name}`, () => { cancel(); row.remove(); }), bar);
  $("uploads").append(row);

  const settle = (kind, text, iconName) => {
    row.dataset.state = kind;
    state.textContent = text;
    mark.replaceChildren(icon(iconName));
    bar.remove();
  };
  try {
    const body = await finished;
    settle("ready", `Ready · ${plural(body.data[0].chunks, "passage")}`, "check");
    onReady();
  } catch (error) {
    settle("failed", error.message, "warn");
    if (error.status === 401) onUnauthorized();
  }
}
