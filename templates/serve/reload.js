/* Runs in pages of `serve` only: reloads after a build, at the slide that was edited, and shows what is wrong. */
(() => {
  const base = new URL(".", document.currentScript.src);
  const key = "slidegloss-serve";
  const own = Number(document.currentScript.dataset.build);
  let box = null;

  function show(state) {
    if (box) box.remove();
    box = null;
    const here = decodeURIComponent(location.pathname.slice(1)) || "index.html";
    const mine = state.problems.filter((p) => p.severity === "error" || state.pages[p.path] === undefined || here.endsWith(state.pages[p.path]));
    if (!mine.length) return;
    box = document.createElement("details");
    box.setAttribute("role", "status");
    box.style.cssText =
      "position:fixed;right:1rem;bottom:1rem;z-index:1000;max-width:min(46rem,92vw);max-height:60vh;overflow:auto;" +
      "background:#2b2118;color:#fff;border-radius:.4rem;padding:.6rem .9rem;font:14px/1.5 system-ui,sans-serif;box-shadow:0 2px 16px #0006";
    box.open = mine.some((p) => p.severity === "error");
    const head = document.createElement("summary");
    const places = [...new Set(mine.map((p) => p.text.split(": ")[0]))];
    head.textContent = `slidegloss: ${mine.length} × ✎ ${places.slice(0, 2).join(", ")}${places.length > 2 ? " …" : ""}`;
    box.append(head);
    for (const problem of mine.slice(0, 50)) {
      const line = document.createElement("p");
      line.style.cssText = "margin:.4rem 0;font-family:ui-monospace,monospace;font-size:12.5px;overflow-wrap:anywhere";
      line.textContent = problem.text;
      box.append(line);
    }
    document.body.append(box);
  }

  function apply(state, first) {
    show(state);
    if (first || !state.reload) return;
    const here = decodeURIComponent(location.pathname.slice(1)) || "index.html";
    const is = (page) => here === page || here.endsWith("/" + page);
    // the edited page comes first; when the build has made the same of it, it stays as it is
    if ((state.only && !is(state.only)) || (state.fresh && is(state.fresh))) return;
    if (state.page && state.anchor && is(state.page)) {
      const slide = document.getElementById(state.anchor);
      const top = slide ? slide.getBoundingClientRect().top : -1;
      if (top < 0 || top > innerHeight) {
        sessionStorage.setItem(key, state.anchor);
      }
    }
    location.reload();
  }

  const anchor = sessionStorage.getItem(key);
  if (anchor) {
    sessionStorage.removeItem(key);
    // a browser that reloads goes back to where the page was, after the page has loaded
    history.scrollRestoration = "manual";
    addEventListener("load", () => {
      document.getElementById(anchor)?.scrollIntoView();
      requestAnimationFrame(() => (history.scrollRestoration = "auto"));
    });
  }
  async function wait(number) {
    for (;;) {
      try {
        const answer = await fetch(new URL(`state?after=${number}`, base), { cache: "no-store" });
        const state = await answer.json();
        if (state.number !== number) {
          apply(state, state.number === own);
          number = state.number;
        }
      } catch {
        await new Promise((done) => setTimeout(done, 1000));
      }
    }
  }
  wait(-1);
})();
