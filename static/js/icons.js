/** Draws the page's icons as inline SVG, stroke only, in the colour of the text around them. */

const NAMESPACE = "http://www.w3.org/2000/svg";

const PATHS = {
  plus: ["M10 3.5v13", "M3.5 10h13"],
  close: ["M4.5 4.5l11 11", "M15.5 4.5l-11 11"],
  more: ["M4.5 10h.2", "M10 10h.2", "M15.5 10h.2"],
  menu: ["M3 5.5h14", "M3 10h14", "M3 14.5h10"],
  check: ["M3.5 10.5l4 4 9-9.5"],
  before: ["M12.5 4.5l-5.5 5.5 5.5 5.5"],
  after: ["M7.5 4.5l5.5 5.5-5.5 5.5"],
  chevron: ["M5 7.5l5 5 5-5"],
  documents: [
    "M7 2.5h5.5l4 4v7.5a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 14V4A1.5 1.5 0 0 1 7 2.5z",
    "M12.5 2.5v4h4",
    "M3 6v10a1.5 1.5 0 0 0 1.5 1.5h8",
  ],
  file: [
    "M5.5 2.5h6l4 4v9.5a1.5 1.5 0 0 1-1.5 1.5h-8.5a1.5 1.5 0 0 1-1.5-1.5v-12a1.5 1.5 0 0 1 1.5-1.5z",
    "M11.5 2.5v4h4",
  ],
  sliders: ["M3 6h3.5", "M10.5 6h6.5", "M3 14h8.5", "M15.5 14h1.5", "M8.5 4v4", "M13.5 12v4", "M6.5 6h2", "M11.5 14h2"],
  database: [
    "M3.5 5c0-1.4 2.9-2.5 6.5-2.5s6.5 1.1 6.5 2.5-2.9 2.5-6.5 2.5-6.5-1.1-6.5-2.5z",
    "M3.5 5v10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5v-10",
    "M3.5 10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5",
  ],
  sources: ["M3 3.5h14v10.5h-7.5l-4 3.5v-3.5h-2.5z", "M6.5 7h7", "M6.5 10.3h4.5"],
  moon: ["M16.5 12.3a7.2 7.2 0 1 1-8.2-9.3 5.8 5.8 0 0 0 8.2 9.3z"],
  sun: [
    "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 1 1 0-7z",
    "M10 1.5v2",
    "M10 16.5v2",
    "M1.5 10h2",
    "M16.5 10h2",
    "M4 4l1.4 1.4",
    "M14.6 14.6l1.4 1.4",
    "M16 4l-1.4 1.4",
    "M5.4 14.6l-1.4 1.4",
  ],
  upload: ["M10 13v-10", "M6 6.8l4-4 4 4", "M3 13v2.5a1.5 1.5 0 0 0 1.5 1.5h11a1.5 1.5 0 0 0 1.5-1.5v-2.5"],
  paperclip: ["M16.5 9.3l-6.6 6.6a4 4 0 0 1-5.7-5.7l6.9-6.9a2.7 2.7 0 0 1 3.8 3.8l-6.8 6.8a1.3 1.3 0 0 1-1.9-1.9l6-6"],
  send: ["M10 16.5v-13", "M4.5 9l5.5-5.5 5.5 5.5"],
  stop: ["M6.5 6.5h7v7h-7z"],
  copy: ["M7.5 7.5h9v9h-9z", "M12.5 7.5v-4h-9v9h4"],
  again: ["M3.5 10a6.5 6.5 0 1 1 2.2 4.9", "M3.2 16.4v-4h4"],
  bin: ["M4 5.5h12", "M8 5.5v-2h4v2", "M5.5 5.5l.8 11h7.4l.8-11", "M8.5 9v4.5", "M11.5 9v4.5"],
  pencil: ["M4 16l.8-3.6 8.4-8.4 2.8 2.8-8.4 8.4z", "M11.5 5.7l2.8 2.8"],
  warning: ["M10 3l7.5 13.5h-15z", "M10 8v4", "M10 14.2v.2"],
};

/** Return the icon of that name; it is decoration, so screen readers skip it. */
export function icon(name) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  for (const outline of PATHS[name]) {
    const path = document.createElementNS(NAMESPACE, "path");
    path.setAttribute("d", outline);
    svg.append(path);
  }
  return svg;
}

/** Put an icon into each element of the page's markup that asks for one. */
export function drawIcons() {
  for (const place of document.querySelectorAll("[data-icon]")) place.prepend(icon(place.getAttribute("data-icon")));
}
