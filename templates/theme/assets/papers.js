/* Papers: the index sorts and filters, a citation shows its card. Without this file the index is a whole table and a
   citation a link to its paper. Nothing is asked of any host; the cards' script is loaded at the first card. */
(() => {
  "use strict"

  const { make } = slidegloss

  // --- the index ---

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  // what a reader sees: a formula has its TeX beside it
  const words = (node) => {
    if (!node.querySelector("annotation")) return node.textContent.trim()
    const copy = node.cloneNode(true)
    for (const tex of copy.querySelectorAll("annotation")) tex.remove()
    return copy.textContent.trim()
  }
  const FACETS = ["venue", "year", "guidance", "tag"]

  const index = (host) => {
    const table = host.querySelector("table"), body = table.tBodies[0], say = host.dataset
    const heads = [...table.tHead.rows[0].cells]
    const columns = heads.map((head) => head.dataset.column)
    const names = Object.fromEntries(heads.map((head) => [head.dataset.column, head.textContent.trim()]))
    const numeric = (column) => column === "year" || column === "slides"
    const marks = new Map()
    for (const mark of document.querySelectorAll(".sg-tl a")) {
      const href = mark.getAttribute("href")
      marks.set(href, [...(marks.get(href) ?? []), mark])
    }
    const rows = [...body.rows].map((row) => {
      const cell = Object.fromEntries(columns.map((column, at) => [column, row.cells[at]]))
      const text = (column) => cell[column] ? words(cell[column]) : ""
      const terms = (column) => [...(cell[column]?.querySelectorAll("a") ?? [])].map((link) => [
        new URLSearchParams(link.hash.slice(1)).get(column), link.textContent,
      ])
      const link = cell.paper.querySelector("a")
      return {
        row,
        marks: marks.get(link.getAttribute("href")) ?? [],
        text: fold(columns.map(text).join(" ")),
        facets: {
          venue: text("venue") && [[text("venue"), text("venue")]],
          year: text("year") && [[text("year"), text("year")]],
          guidance: terms("guidance"),
          tag: terms("tag"),
        },
        sort: Object.fromEntries(columns.map((column) => [column, numeric(column) ? parseInt(text(column), 10) : column === "paper" ? words(link) : text(column)])),
      }
    })
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" })

    // controls
    const query = make("input", { type: "search", id: "sg-papers-q", autocomplete: "off", spellcheck: "false" })
    const field = (label, control) => make("div", { class: "sg-filter" }, make("label", { for: control.id }, label), control)
    const selects = {}
    for (const facet of FACETS.filter((name) => columns.includes(name))) {
      const counted = new Map()
      for (const one of rows) for (const [value, label] of one.facets[facet] || []) counted.set(value, [label, (counted.get(value)?.[1] ?? 0) + 1])
      const listed = [...counted].sort(([a, [la]], [b, [lb]]) => (facet === "year" ? b - a : order.compare(la, lb)))
      if (listed.length < 2 && facet !== "tag" && facet !== "guidance") continue
      selects[facet] = make("select", { id: `sg-papers-${facet}` }, make("option", { value: "" }, say.all),
        ...listed.map(([value, [label, count]]) => make("option", { value }, `${label} (${count})`)))
    }
    const sorter = make("select", { id: "sg-papers-sort" }, make("option", { value: "" }, "–"),
      ...columns.map((column) => make("option", { value: column }, names[column])))
    const count = make("output", { role: "status", for: "sg-papers-q" })
    const reset = make("button", { type: "button", class: "sg-reset", hidden: true }, say.reset)
    const empty = make("p", { class: "sg-papers-none", hidden: true }, say.none)
    const sorting = field(say.sort, sorter)
    sorting.classList.add("sg-filter--sort")
    const search = field(say.filter, query)
    search.classList.add("sg-filter--text")
    const bar = make("form", { class: "sg-filters", role: "search", "aria-label": say.filter },
      search, ...Object.entries(selects).map(([facet, select]) => field(names[facet], select)), sorting,
      make("div", { class: "sg-filter__state" }, count, reset))
    host.prepend(bar)
    table.after(empty)
    for (const head of heads) {
      const button = make("button", { type: "button" }, head.textContent.trim())
      head.replaceChildren(button)
      button.addEventListener("click", () => sortBy(head.dataset.column))
    }

    // state: what the address says, the controls show
    let state = {}, shownOrder = ""
    const filtered = () => Boolean(state.q || FACETS.some((facet) => state[facet]))
    const read = () => {
      const found = location.hash.includes("=") ? Object.fromEntries(new URLSearchParams(location.hash.slice(1))) : {}
      state = Object.fromEntries(Object.entries(found).filter(([name, value]) => value &&
        (name === "q" || name === "down" || (name === "sort" && columns.includes(value)) || selects[name])))
    }
    const write = () => {
      const hash = String(new URLSearchParams(Object.entries(state).filter(([, value]) => value))).replaceAll("+", "%20")
      history.replaceState(history.state, "", hash ? `#${hash}` : location.href.split("#")[0])
    }
    const show = () => {
      const words = fold(state.q ?? "").split(/\s+/).filter(Boolean)
      const facets = Object.keys(selects).filter((facet) => state[facet])
      const any = filtered()
      let shown = 0
      for (const one of rows) {
        const fits = words.every((word) => one.text.includes(word)) &&
          facets.every((facet) => (one.facets[facet] || []).some(([value]) => value === state[facet]))
        if (one.row.hidden === fits) one.row.hidden = !fits
        for (const mark of one.marks) mark.classList.toggle("sg-tl-off", !fits)
        shown += fits
      }
      const wanted = state.sort ? `${state.sort}${state.down ? "-" : "+"}` : ""
      if (wanted !== shownOrder) {
        shownOrder = wanted
        const sign = state.down ? -1 : 1
        const blank = (value) => value === "" || Number.isNaN(value)
        const compare = (a, b) => {
          const [x, y] = [a.sort[state.sort], b.sort[state.sort]]
          if (blank(x) || blank(y)) return blank(x) - blank(y)
          return sign * (typeof x === "number" ? x - y : order.compare(x, y))
        }
        body.append(...(state.sort ? [...rows].sort(compare) : rows).map((one) => one.row))
        for (const head of heads) {
          if (head.dataset.column === state.sort) head.setAttribute("aria-sort", state.down ? "descending" : "ascending")
          else head.removeAttribute("aria-sort")
        }
      }
      count.value = say.count.replace("{shown}", shown).replace("{count}", rows.length)
      reset.hidden = !any && !state.sort
      empty.hidden = shown > 0
      table.hidden = shown === 0
      if (query.value !== (state.q ?? "")) query.value = state.q ?? ""
      for (const [facet, select] of Object.entries(selects)) {
        select.value = state[facet] ?? ""
        select.classList.toggle("sg-on", Boolean(select.value))
      }
      sorter.value = state.sort ?? ""
    }
    const set = (change) => {
      state = { ...state, ...change }
      show()
      write()
    }
    const sortBy = (column) => {
      const down = state.sort === column ? !state.down : numeric(column)
      set({ sort: column, down: down ? "1" : "" })
    }

    let waiting
    query.addEventListener("input", () => {
      cancelAnimationFrame(waiting)
      waiting = requestAnimationFrame(() => set({ q: query.value.trim() ? query.value : "" }))
    })
    query.addEventListener("keydown", (event) => event.key === "Escape" && query.value && (event.preventDefault(), set({ q: "" })))
    for (const [facet, select] of Object.entries(selects)) select.addEventListener("change", () => set({ [facet]: select.value }))
    sorter.addEventListener("change", () => set({ sort: sorter.value, down: numeric(sorter.value) ? "1" : "" }))
    bar.addEventListener("submit", (event) => event.preventDefault())
    reset.addEventListener("click", () => {
      state = {}
      show()
      write()
      query.focus()
    })
    const follow = () => {
      read()
      show()
      if (filtered()) bar.scrollIntoView({ block: "start" })
    }
    addEventListener("hashchange", follow)
    follow()
  }
  for (const host of document.querySelectorAll(".sg-papers")) index(host)

  // --- cards of citations ---

  const base = JSON.parse(document.getElementById("__config")?.textContent ?? "{}").base ?? "."
  let loading
  const load = () => (loading ??= window.slideglossPapers ? Promise.resolve(window.slideglossPapers) : new Promise((resolve) => {
    const script = make("script", { src: `${base}/papers-data.js` })
    script.onload = () => resolve(window.slideglossPapers)
    script.onerror = () => resolve(null)
    document.head.append(script)
  }))

  const card = make("div", { class: "sg-hover sg-papercard", id: "sg-papercard", role: "group", popover: "manual" })
  slidegloss.cards("a.sg-chip, a.sg-paperlink", card, async (anchor) => {
    const data = await load()
    const slug = decodeURIComponent(new URL(anchor.href).pathname.split("/").pop()).replace(/\.html$/, "")
    if (!data?.papers[slug]) return null
    const { words } = data, [title, short, authors, where, links, summary, lang, places] = data.papers[slug]
    card.setAttribute("aria-label", words.card)
    return [
      make("p", { class: "sg-papercard__title" }, short && make("b", {}, short), short && " ", title),
      authors && make("p", {}, authors), where && make("p", { class: "sg-papercard__where" }, where),
      summary && make("p", { class: "sg-papercard__summary", lang: lang || null }, summary),
      make("p", { class: "sg-papercard__links" }, make("a", { href: anchor.getAttribute("href") }, words.open),
        ...links.flatMap(([name, url]) => [" ", make("a", { href: url }, name)])),
      make("p", { class: "sg-muted" }, places),
    ]
  })
})()
