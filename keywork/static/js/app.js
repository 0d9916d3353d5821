// Starts GOV.UK Frontend's components on the page.
import { initAll } from "../vendor/govuk-6.3.0/govuk-frontend.min.js";

// Reveals are done by CSS (see app.css), not by Frontend's radios and checkboxes.
for (const input of document.querySelectorAll("input[data-aria-controls]")) {
  input.removeAttribute("data-aria-controls");
}
initAll();
