// Shows the API's description with Swagger UI.
window.SwaggerUIBundle({ url: "/openapi.json", domNode: document.getElementById("docs"), deepLinking: true });
