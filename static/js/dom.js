// Builds DOM by its API only: text from outside is always textContent.

const ICONS = {
  plus: "M12 5v14M5 12h14", cross: "M6 6l12 12M18 6L6 18", check: "M5 13l4 4L19 7", up: "M12 19V5M6 11l6-6 6 6",
  stop: "M8 8h8v8H8z", menu: "M4 7h16M4 12h16M4 17h10", upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
  files: "M8 3h7l4 4v11H8zM15 3v4h4M5 7v14h11", sliders: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4M4 12h16",
  database: "M5 6c0-3.5 14-3.5 14 0s-14 3.5-14 0zM5 6v12c0 3.5 14 3.5 14 0V6M5 12c0 3.5 14 3.5 14 0",
  sources: "M4 4h16v12H10l-4 4v-4H4zM8 8h8M8 12h5", moon: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4L14.5 7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1", again: "M4 11a8 8 0 1 1 2.5 6.5M4 20v-5h5", warn: "M12 4l9 16H3zM12 10v4M12 17.5v.1",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
};

export const $ = (id) => document.getElementById(id);

export function element(tag, { className, text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function drawIcons() {
  for (const place of document.querySelectorAll("[data-icon]")) place.replaceChildren(icon(place.dataset.icon));
}

export function iconButton(name, label, onClick) {
  const button = element("button", { className: "icon-button", type: "button", "aria-label": label, title: label }, icon(name));
  button.addEventListener("click", onClick);
  return button;
}

export function button(label, onClick, className = "button") {
  const made = element("button", { className, type: "button", text: label });
  made.addEventListener("click", onClick);
  return made;
}

export function announce(text) {
  $("live").textContent = text;
}
