/** Sets the chosen appearance before the first paint, and says so if the page cannot start. A classic script: modules run too late for the one, and may not run at all in the other case. */
(() => {
  const root = document.documentElement;
  try {
    const { theme } = JSON.parse(localStorage.getItem("footnote.preferences") ?? "{}");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be blocked or hold junk: the system's appearance is right then.
  }

  const sayFailed = () => {
    const again = document.createElement("button");
    again.className = "button";
    again.textContent = "Load it again";
    again.addEventListener("click", () => location.reload());
    const text = document.createElement("p");
    text.textContent = "This page could not start: a part of it did not arrive, or this browser is too old for it.";
    const card = document.createElement("main");
    card.className = "not-started";
    card.setAttribute("role", "alert");
    card.append(text, again);
    root.dataset.failed = "";
    document.body.append(card);
  };
  const onError = (event) => {
    const isPart = event.target === window || event.target instanceof HTMLScriptElement;
    if (!isPart || "started" in root.dataset || "failed" in root.dataset) return;
    if (document.body) sayFailed();
    else addEventListener("DOMContentLoaded", sayFailed, { once: true });
  };
  addEventListener("error", onError, true);
})();
