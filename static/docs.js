// Shows the API's description with Swagger UI. A key that is entered is kept until the page is left.

const systemDark = matchMedia("(prefers-color-scheme: dark)");

/** Swagger UI is dark by a class: as chosen on the chat page, else as the system is. */
function showAppearance() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches;
  root.classList.toggle("dark-mode", isDark);
  root.style.colorScheme = isDark ? "dark" : "light";
}

/** Fields of a form that were left empty are not sent. */
function withoutEmptyFields(request) {
  const form = request.body;
  if (form instanceof FormData) {
    for (const [name, value] of [...form]) if (value === "") form.delete(name);
  }
  return request;
}

showAppearance();
systemDark.addEventListener("change", showAppearance);

// @ts-expect-error - the bundle is a script of its own and declares no types
window.SwaggerUIBundle({
  url: "/openapi.json",
  domNode: document.getElementById("docs"),
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  requestInterceptor: withoutEmptyFields,
});
document.documentElement.dataset.started = "";
