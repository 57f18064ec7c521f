/** Sets the chosen appearance before the first paint; a classic script, since modules run too late for that. */
(() => {
  try {
    const { theme } = JSON.parse(localStorage.getItem("footnote.preferences") ?? "{}");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be blocked or hold junk: the system's appearance is right then.
  }
})();
