/* What Material's script expects every page to define: where the site begins, and where readers' choices are kept; a
   browser may forbid that. */
__md_scope = new URL(document.currentScript.dataset.base || ".", location)
__md_hash = (text) => [...text].reduce((sum, char) => (sum << 5) - sum + char.charCodeAt(0), 0)
__md_get = (key, store, scope = __md_scope) => {
  try { return JSON.parse((store || localStorage).getItem(scope.pathname + "." + key)) } catch { return null }
}
__md_set = (key, value, store, scope = __md_scope) => {
  try { (store || localStorage).setItem(scope.pathname + "." + key, JSON.stringify(value)) } catch {}
}

/* The reader's switch: both languages, the edition's alone, or originals alone. Runs in the head, before anything is
   painted, so that a page opens as the reader left the last one; without it both are shown. */
{
  const STATES = ["both", "this", "original"], KEY = "sg:show", root = document.documentElement
  const read = (key) => { try { return localStorage.getItem(key) } catch { return null } }
  const keep = (state) => { try { localStorage.setItem(KEY, state) } catch {} }
  const now = () => STATES.find((state) => root.classList.contains(`sg-show-${state}`)) ?? "both"
  const put = (state) => {
    root.classList.remove(...STATES.map((name) => `sg-show-${name}`))
    root.classList.add(`sg-show-${STATES.includes(state) ? state : "both"}`)
  }
  root.classList.add("sg-js")
  put(read(KEY))

  /* What the reader looks at stays where it is when texts above it come and go. */
  const steadily = (change) => {
    const bar = document.querySelector(".md-header")?.offsetHeight ?? 0
    const seen = [...document.querySelectorAll(".md-content :is(h1, h2, h3, h4, .sg-row, .sg-note)")]
      .find((element) => element.getBoundingClientRect().bottom > bar)
    const before = seen?.getBoundingClientRect().top
    change()
    if (seen && scrollY > 0) scrollBy({ top: seen.getBoundingClientRect().top - before, behavior: "instant" })
  }

  document.addEventListener("DOMContentLoaded", () => {
    /* The language menu keeps the reader's place: the address's anchor while that is in sight, else the slide in view. */
    const place = () => {
      const top = document.querySelector(".md-content :target")?.getBoundingClientRect().top
      if (top >= 0 && top < innerHeight) return location.hash
      const heads = [...document.querySelectorAll(".md-content :is(h2, h3, h4)[id]")]
      return heads.findLast((head) => head.getBoundingClientRect().top < 140)?.id ?? ""
    }
    for (const link of document.querySelectorAll("a[data-sg-edition]")) {
      for (const moment of ["pointerdown", "focus", "click"]) link.addEventListener(moment, () => { link.hash = place() })
    }
    /* The contents and the bar repeat headings, each in the language that the page gives it. */
    for (const link of document.querySelectorAll(".md-nav--secondary a, .md-header__topic + * > span")) {
      const head = link.hash ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : document.querySelector("h1")
      const said = head?.querySelector("[lang]")
      if (said && !head.querySelector(".sg-tr")) link.lang = said.lang
    }
    /* Labels open the drawer, the search and parts of the navigation; for keys and ears they are buttons. */
    const drawer = document.getElementById("__drawer")
    let opener
    for (const label of document.querySelectorAll(".md-header__button:is([for=__drawer], [for=__search]), .md-nav--primary [for]:not([for=__drawer])")) {
      const button = document.createElement("button"), box = label.control
      for (const { name, value } of label.attributes) button.setAttribute(name, value)
      button.append(...label.childNodes)
      const tell = () => { button.ariaExpanded = box.checked }
      button.addEventListener("click", ({ detail }) => {
        box.click()
        // Material listens to it: the search gets the focus
        label.click()
        // a drawer's long contents open where the reader is
        const read = document.querySelector(".md-nav--secondary .md-nav__link--active")
        if (read) read.closest("[data-md-component]").scrollTop = read.offsetTop - 200
        // by keyboard, the way goes on among the drawer's links
        if (box === drawer && box.checked && !detail) document.querySelector(".md-sidebar--primary a").focus()
      })
      box.addEventListener("change", tell)
      tell()
      label.replaceWith(button)
      opener ??= button
    }
    document.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return
      if (drawer?.checked) {
        drawer.click()
        opener.focus()
      }
      // the menu of a language's button stands open for as long as something in it has the focus
      if (document.activeElement.closest(".md-header .md-select")) document.activeElement.blur()
    })
    const control = document.querySelector("[data-sg-language]")
    if (!control) return
    const buttons = [...control.querySelectorAll("[data-sg-show]")]
    const status = control.querySelector("[role=status]")
    const mark = () => {
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.sgShow === now()))
      const label = buttons.find((button) => button.dataset.sgShow === now()).textContent.trim()
      control.querySelector("[data-sg-now]").textContent = label
      return label
    }
    const choose = (state) => {
      steadily(() => put(state))
      keep(state)
      status.textContent = mark()
    }
    for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.sgShow))
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]")
      if (event.key.toLowerCase() !== "l" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (typing || read("sg:keys") === "off") return
      event.preventDefault()
      choose(STATES[(STATES.indexOf(now()) + 1) % STATES.length])
    })
    /* another tab, or a page out of the browser's memory */
    const follow = () => { put(read(KEY)); mark() }
    addEventListener("storage", (event) => { if (event.key === KEY) follow() })
    addEventListener("pageshow", (event) => { if (event.persisted) follow() })
    mark()
  })
}
