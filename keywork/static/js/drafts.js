// Keeps a form on the server while somebody fills it in (see keywork/web/drafts.py).
//
// <form data-draft="/drafts?page=…"> … <p role="status" data-draft-said></p>
//
// Before the form is sent it is saved once more: if that shows that the session is over, nothing is
// sent, and what was typed stays on the page until somebody has signed in again in another window.

const TYPING_PAUSE = 1000;

class Draft {
  constructor(form) {
    this.form = form;
    this.said = form.querySelector("[data-draft-said]");
    this.typed = 0;
    this.kept = 0;
    this.sent = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => document.hidden && this.left());
    window.addEventListener("pagehide", () => this.left());
    window.addEventListener("focus", () => this.signedOut && this.save());
  }

  changed() {
    this.typed += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), TYPING_PAUSE);
  }

  left() {
    if (!this.sent && this.kept !== this.typed) this.save({ keepalive: true });
  }

  // Whether the form may be sent: true unless the session is over.
  async save(options = {}) {
    clearTimeout(this.timer);
    const typed = this.typed;
    let response = await this.post(options);
    if (response?.status === 400 && (await this.renew())) response = await this.post(options);
    this.signedOut = this.signedOut || response?.type === "opaqueredirect" || response?.status === 409;
    if (response?.ok) {
      this.signedOut = false;
      this.kept = typed;
      this.say(`Saved ${(await response.json()).saved}`);
    } else if (this.signedOut) {
      this.askToSignIn();
    } else {
      this.say("Not saved yet. We will try again when you type.");
    }
    return !this.signedOut;
  }

  async post(options) {
    const texts = [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
    const headers = { Accept: "application/json" };
    const body = new URLSearchParams(texts);
    try {
      return await fetch(this.form.dataset.draft, {
        method: "POST", body, headers, redirect: "manual", ...options,
      });
    } catch {
      return null;
    }
  }

  // A new session has a new token against forgery. Says whether there is one for the form now.
  async renew() {
    try {
      const response = await fetch(location.href);
      this.signedOut = response.redirected;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      const token = fresh.querySelector("[data-draft] [name=csrf_token]");
      if (token) this.form.elements.csrf_token.value = token.value;
      return token !== null;
    } catch {
      return false;
    }
  }

  async submitted(event) {
    if (this.sent || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (this.sending) return;
    this.sending = true;
    this.sent = await this.save();
    this.sending = false;
    if (this.sent) this.form.requestSubmit(event.submitter);
  }

  askToSignIn() {
    const link = document.createElement("a");
    link.href = "/sign-in";
    link.target = "_blank";
    link.className = "govuk-link";
    link.textContent = "Sign in as yourself (opens in a new tab)";
    this.said.replaceChildren("You are not signed in here any more, so this was not sent. ", link);
    this.said.append(", then come back here. Nothing you typed is lost.");
  }

  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) new Draft(form);
