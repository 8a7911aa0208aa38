// What the pages do better with JavaScript; each of it works without. No dependencies.
const body = document.body;

// What has to be mended takes the focus; browsers that know `autofocus` on it did so already.
const summary = document.querySelector(".govuk-error-summary[autofocus]");
if (summary && document.activeElement === body && !location.hash) summary.focus();

// Copy buttons beside commands.
for (const block of document.querySelectorAll("pre[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  const command = block.textContent.trim();
  button.type = "button";
  button.className = "pcr-copy";
  button.textContent = body.dataset.copyLabel;
  button.setAttribute("aria-label", `${body.dataset.copyLabel}: ${command.slice(0, 60)}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command);
    button.textContent = body.dataset.copiedLabel;
    button.setAttribute("aria-label", body.dataset.copiedLabel);
  });
  block.append(button);
}

// Filters apply as they are chosen: the results are replaced, the focus stays, the address follows.
const form = document.getElementById("search-form");
const live = () => document.querySelector("[data-live]");
let latest = 0;

async function refresh(url, push) {
  const ticket = ++latest;
  const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok) {
    location.assign(url);
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.querySelector("[data-live]");
  if (ticket !== latest) return;
  if (!next) {
    location.assign(url);
    return;
  }
  const { id, name, value } = document.activeElement;
  const open = [...live().querySelectorAll("details")].map((x) => x.open);
  // The live region itself must stay for its change to be announced.
  const count = document.getElementById("count");
  live().replaceChildren(...next.childNodes);
  live().querySelectorAll("details").forEach((x, i) => (x.open = open[i] ?? x.open));
  const told = document.getElementById("count");
  count.replaceChildren(...told.childNodes);
  told.replaceWith(count);
  document.title = fresh.title;
  const same = [...live().querySelectorAll("input, select")].find(
    (x) => x.name === name && (x.value === value || x.type !== "checkbox"),
  );
  (same || document.getElementById(id))?.focus({ preventScroll: true });
  if (push) history.pushState(null, "", url);
}

if (form && live()) {
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (!(control instanceof Element) || !control.closest("[data-live]")) return;
    if (control.form !== form) return;
    const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
    refresh(`${form.action}?${new URLSearchParams(pairs)}`, true);
  });
  addEventListener("popstate", () => refresh(location.href, false));
}

// A part that waits asks again every two seconds, and the page is shown anew when it is done.
const waiting = document.querySelector("[data-poll]");

async function ask() {
  const answer = await fetch(waiting.dataset.poll, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer && answer.ok) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.querySelector("[data-poll]")) {
      location.replace(waiting.dataset.then);
      return;
    }
  }
  setTimeout(ask, 2000);
}

if (waiting) setTimeout(ask, 2000);

// Suggestions while typing, in the list that the browser itself offers.
if (body.dataset.suggest && form) {
  const box = document.getElementById("search");
  const list = document.createElement("datalist");
  let timer = 0;
  list.id = "suggestions";
  box.after(list);
  box.setAttribute("list", list.id);
  box.addEventListener("input", () => {
    clearTimeout(timer);
    if (box.value.trim().length < 2) return;
    timer = setTimeout(async () => {
      const query = new URLSearchParams({ q: box.value, limit: "8" });
      const answer = await fetch(`${body.dataset.suggest}?${query}`).catch(() => null);
      if (!answer || !answer.ok) return;
      const found = await answer.json();
      const items = Array.isArray(found) ? found : found.items || [];
      list.replaceChildren(...items.map((item) => new Option(item.value || item.text || item.name || item)));
    }, 200);
  });
}
