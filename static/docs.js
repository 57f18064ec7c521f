// Shows the API's description with Swagger UI.
// @ts-expect-error - the bundle is a script of its own and declares no types
window.SwaggerUIBundle({ url: "/openapi.json", domNode: document.getElementById("docs"), deepLinking: true });
