// Keeps parts of a page up to date. Without this script they are right whenever the page is loaded.
//
// <div data-live="/spends/7/decision" aria-live="polite">…</div>
//   is fetched again, quickly at first and then less and less often, until what came back holds an
//   element with data-done.
// <div data-live="/spends/policy" data-live-from="#ask" aria-live="polite">…</div>
//   is fetched anew from what stands in the form #ask whenever that changes. The form's values are
//   posted, so that what people type about a family never stands in an address.

const FIRST_WAIT = 300;
const LONGEST_WAIT = 15000;
const SLOWER = 1.5;
const TYPING_PAUSE = 400;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const untilVisible = () =>
  new Promise((resolve) => {
    if (!document.hidden) return resolve();
    document.addEventListener("visibilitychange", () => resolve(), { once: true });
  });

// The fragment as text; null when it may come another time; it throws when it never will (signed
// out, not allowed, gone).
async function fragment(url, options) {
  let response;
  try {
    response = await fetch(url, { redirect: "manual", ...options });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    return null;
  }
  if (response.ok) return response.text();
  if (response.status >= 500 || response.status === 429) return null;
  throw new Error(`No fragment: ${response.status}`);
}

// Unchanged text is left alone, so that a screen reader does not say it again.
function show(place, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  if (fresh.innerHTML.trim() !== place.innerHTML.trim()) place.innerHTML = html;
}

async function poll(place) {
  for (let wait = FIRST_WAIT; !place.querySelector("[data-done]"); wait *= SLOWER) {
    await pause(Math.min(wait, LONGEST_WAIT));
    await untilVisible();
    const html = await fragment(place.dataset.live);
    if (html !== null) show(place, html);
  }
}

function follow(place, form) {
  let timer;
  let running = new AbortController();

  async function refresh() {
    running.abort();
    running = new AbortController();
    const texts = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const options = { method: "POST", body: new URLSearchParams(texts), signal: running.signal };
    try {
      const html = await fragment(place.dataset.live, options);
      if (html !== null) show(place, html);
    } catch {
      // A later change has taken over, or there is nothing to show: what stands there stays.
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, TYPING_PAUSE);
  });
}

for (const place of document.querySelectorAll("[data-live]")) {
  if (place.dataset.liveFrom) follow(place, document.querySelector(place.dataset.liveFrom));
  else poll(place).catch(() => {});
}
