// The bundle knows nothing of modules: it leaves its maker in the window.
window.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // Its own validator is a service on the internet, and would be told of every address that is looked at.
  validatorUrl: null,
});
