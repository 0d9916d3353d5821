// Tells GOV.UK Frontend's CSS, before anything is drawn, that scripts will run.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
