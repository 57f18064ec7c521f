// Shows the API's description with Swagger UI. A key that is entered is kept until the page is left.

/** Fields of a form that were left empty are not sent. */
function withoutEmptyFields(request) {
  const form = request.body;
  if (form instanceof FormData) {
    for (const [name, value] of [...form]) if (value === "") form.delete(name);
  }
  return request;
}

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
