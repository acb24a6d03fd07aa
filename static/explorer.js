// Starts the API explorer on the description that the page names. Nothing is loaded from another server.
const place = document.getElementById("explorer");
window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
});
