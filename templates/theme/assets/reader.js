/* Reading a deck: keys, slide view, filter of annotations, the place to go on reading, links to copy, cards.
   Words come from words.js, the page's place from <script id="sg-page">. Without this script the page is complete. */
(() => {
  const source = document.getElementById("sg-page")
  const article = document.querySelector(".md-content__inner")
  if (!source || !article) return
  const words = window.slideglossWords ?? {}
  const root = document.documentElement
  const say = (key, values = {}) => (words[`reader_${key}`] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name])

  const { make, recall, keep } = slidegloss
  const button = (name, click, attributes = {}, ...children) =>
    make("button", { type: "button", class: name, click, ...attributes }, ...children)

  // --- slides: each title with all that stands before the next one ---

  const slides = []
  for (const node of article.children) {
    if (node.matches(".sg-slide-title")) {
      const copy = node.cloneNode(true)
      for (const extra of copy.querySelectorAll(".sg-badge, .headerlink, .sg-tr, annotation")) extra.remove()
      node.tabIndex = -1
      slides.push({
        id: node.id, head: node, nodes: [], title: copy.textContent.trim(),
        label: node.querySelector(".sg-badge")?.textContent ?? node.id,
      })
    }
    slides.at(-1)?.nodes.push(node)
  }
  const notes = [...article.querySelectorAll(".sg-note")]
  const name = (slide) => [slide.label, slide.title].filter(Boolean).join(" · ")
  const slideOf = (id) => slides.findIndex((slide) => slide.id === id || slide.nodes.some((node) => node.querySelector(`[id="${CSS.escape(id)}"]`)))

  /* The slide that is being read: the one whose title has the focus, else the last that began above the reading line. */
  const current = () => {
    if (show?.open) return shown
    const focused = slides.findIndex((slide) => slide.head === document.activeElement)
    if (focused >= 0) {
      const { top, bottom } = slides[focused].head.getBoundingClientRect()
      if (bottom > 0 && top < innerHeight) return focused
    }
    return slides.findLastIndex((slide) => slide.head.getBoundingClientRect().top < 140)
  }

  const go = (index, focus = true) => {
    if (show?.open) return index in slides && present(index)
    if (index < 0) {
      history.replaceState(history.state, "", location.pathname + location.search)
      return scrollTo(0, 0)
    }
    const slide = slides[Math.min(index, slides.length - 1)]
    history.replaceState(history.state, "", `#${slide.id}`)
    slide.head.scrollIntoView()
    if (focus) slide.head.focus({ preventScroll: true })
  }

  // --- what the reader is told ---

  const toast = make("p", { class: "sg-toast", role: "status" })
  document.body.append(toast)
  let fading
  const tell = (text) => {
    (show?.open ? show : document.body).append(toast)
    clearTimeout(fading)
    requestAnimationFrame(() => { toast.textContent = text })
    fading = setTimeout(() => { toast.textContent = "" }, 4000)
  }

  const copy = async (text, done) => {
    try {
      await navigator.clipboard.writeText(text)
      tell(done)
    } catch {
      prompt(say("copy_failed"), text)
    }
  }

  /* On a disk the published address is the one that others can use. */
  const address = (id) => {
    const published = document.querySelector("link[rel=canonical]")?.href
    const url = new URL(location.protocol === "file:" && published ? published : location.href)
    // words that the search marked
    url.searchParams.delete("h")
    url.hash = id
    return url.href
  }

  const bibtex = (slide) => {
    const clean = (text) => text.replace(/[\\{}~^]/g, "").replace(/[&%$#_]/g, "\\$&")
    const meta = (key) => document.querySelector(`meta[name="${key}"]`)?.content
    const title = article.querySelector("h1")?.firstChild?.textContent.trim() || document.title
    const file = decodeURIComponent(location.pathname).split("/").pop().replace(/\.html$/, "").replace(/[\s,{}%#~\\"]/g, "")
    const fields = {
      title: `{${clean(title)}, ${clean(name(slide))}}`,
      author: clean(meta("author") ?? `{${source.dataset.site}}`),
      howpublished: `\\url{${address(slide.id)}}`,
      note: `Slide ${slide.label}`,
      urldate: new Date().toISOString().slice(0, 10),
    }
    const lines = Object.entries(fields).map(([key, value]) => `  ${key} = {${value}},\n`)
    return `@misc{${file || "notes"}-${slide.id},\n${lines.join("")}}\n`
  }

  // --- dialogs: go to a slide, help ---

  const ask = (title, ...content) => {
    const dialog = make("dialog", { class: "sg-ask md-typeset", "aria-label": title, close: () => dialog.remove() },
      make("p", { class: "sg-ask__title" }, title), ...content)
    document.body.append(dialog)
    dialog.showModal()
    return dialog
  }

  const askSlide = () => {
    const input = make("input", { list: "sg-slides", autocomplete: "off", "aria-label": say("go"), "aria-describedby": "sg-no-slide" })
    const wrong = make("p", { id: "sg-no-slide", role: "alert", class: "sg-ask__wrong" })
    const options = slides.map((slide) => make("option", { value: slide.label }, slide.title))
    const dialog = ask(say("go"), make("form", {
      submit: (event) => {
        event.preventDefault()
        const wanted = input.value.trim().toLowerCase()
        const labels = slides.map((slide) => slide.label.toLowerCase())
        let index = [wanted, `p${wanted}`].map((label) => labels.indexOf(label)).find((found) => found >= 0)
        index ??= slides.findIndex((slide) => wanted && slide.title.toLowerCase().includes(wanted))
        if (index < 0) {
          wrong.textContent = say("go_none", { slide: input.value })
          return input.select()
        }
        dialog.close()
        go(index)
      },
    }, input, make("datalist", { id: "sg-slides" }, ...options), make("button", { class: "md-button md-button--primary" }, say("go_button")), wrong))
    input.focus()
  }

  /* What the signs of this page mean, each shown as the page has it, and keys. */
  const SIGNS = [["sign_slide", ".sg-badge"], ["sign_note", ":not(.sg-note--question) > .sg-note__label"], ["sign_question", ".sg-note--question > .sg-note__label"], ["sign_cite", ".sg-chip"], ["sign_lang", ".sg-lang"]]
  const helpName = say(slides.length || notes.length ? "signs" : "help")
  const help = () => {
    const signs = SIGNS.flatMap(([key, selector]) => {
      const sign = document.querySelector(`article ${selector}`)
      return sign ? [make("dt", { inert: true, class: `sg-note--${sign.closest("[data-kind]")?.dataset.kind}` }, sign.cloneNode(true)), make("dd", {}, say(key))] : []
    })
    const keys = [
      ...(slides.length ? [["j k", "key_next"], ["g", "go"], ["s", "view"]] : []),
      ...(notes.length ? [["n", "notes"]] : []),
      ...(document.querySelector("[data-sg-edition], [data-sg-language]") ? [["l", "key_language"]] : []),
      ...(slides.length ? [["→ ← Space PageDown PageUp Home End", "key_view"], ["f", "key_full"], ["Esc", "view_close"]] : []),
      ["/", "key_search"], ["p .", "key_pages"], ["?", "help"],
    ]
    const rows = keys.flatMap(([names, key]) => [
      make("dt", {}, ...names.split(" ").flatMap((one) => [make("kbd", {}, one), " "])), make("dd", {}, say(key)),
    ])
    const single = make("input", { type: "checkbox", change: () => keep("localStorage", "sg:keys", single.checked ? null : "off") })
    single.checked = keysOn()
    const dialog = ask(helpName,
      // in a small window its end would be shown, if the button there had the focus
      make("dl", { class: "sg-keys", autofocus: true, tabindex: -1 }, ...signs), make("dl", { class: "sg-keys" }, ...rows),
      make("label", {}, single, " ", say("key_single")),
      make("p", {}, button("md-button md-button--primary", () => dialog.close(), {}, say("close")), " ",
        slides.length ? button("md-button md-button--primary", () => { dialog.close(); askSlide() }, {}, say("go")) : ""))
  }

  // --- slide view ---

  let show, stage, slot, counter, progress, hole, shown = -1

  const buildShow = () => {
    const tool = (key, sign, click, attributes = {}) =>
      button("sg-show__button", click, { title: say(key), "aria-label": say(key), ...attributes }, sign)
    slot = make("div", { class: "sg-show__slide" })
    stage = make("div", { class: "sg-show__stage md-typeset" }, slot)
    counter = make("span", { class: "sg-show__count" })
    progress = make("progress", { max: slides.length, "aria-label": say("progress") })
    show = make("dialog", { class: "sg-show", "aria-label": say("view") }, stage, make("div", { class: "sg-show__bar" },
      tool("previous", "←", () => go(shown - 1)), counter, tool("next", "→", () => go(shown + 1)),
      make("span", { class: "sg-show__gap" }),
      notes.length ? tool("notes", "✎", toggleNotes, { "data-sg-notes": "", "aria-pressed": notesOn() }) : "",
      tool("go", "#", askSlide), tool("help", "?", help), tool("view_close", "✕", () => show.close())), progress)
    show.addEventListener("close", () => {
      putBack()
      root.classList.remove("sg-showing")
      // a dialog says a moment later that it was closed: the reader may already be in the search
      go(shown, !document.activeElement?.matches(".md-search *"))
    })
    let start
    stage.addEventListener("touchstart", ({ touches }) => { start = touches.length === 1 && touches[0] }, { passive: true })
    stage.addEventListener("touchend", ({ changedTouches, target }) => {
      if (!start || visualViewport?.scale > 1 || scrollsSideways(target)) return
      const dx = changedTouches[0].clientX - start.clientX, dy = changedTouches[0].clientY - start.clientY
      if (Math.abs(dx) > 50 && Math.abs(dx) > 1.5 * Math.abs(dy)) go(shown - Math.sign(dx))
    })
    stage.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']")
      const index = link ? slideOf(decodeURIComponent(link.hash.slice(1))) : -1
      if (index < 0 || index === shown) return
      event.preventDefault()
      present(index)
    })
    addEventListener("resize", () => show.open && fit())
    document.body.append(show)
  }

  const scrollsSideways = (node) => {
    for (; node && node !== stage; node = node.parentElement) if (node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible") return true
    return false
  }

  const putBack = () => {
    if (!hole) return
    hole.replaceWith(...slides[shown].nodes)
    hole = null
  }

  /* Figures get the room that the rest of the slide leaves, and most of the screen in any case. */
  const fit = () => {
    const figures = slot.querySelectorAll(".sg-main > .sg-figure img").length
    stage.style.setProperty("--sg-fit", "0px")
    const room = stage.clientHeight - slot.offsetHeight
    stage.style.setProperty("--sg-fit", `${Math.max(room, stage.clientHeight * (innerWidth < 800 ? 0.4 : 0.6)) / (figures > 1 && room > 0 ? figures : 1)}px`)
  }

  const fill = (index) => {
    shown = index
    const slide = slides[index]
    slide.head.before(hole = document.createComment("slide"))
    slot.append(...slide.nodes)
    for (const img of slot.querySelectorAll("img")) img.sizes = "100vw"
    for (const node of slides[index + 1]?.nodes ?? []) for (const img of node.querySelectorAll("img")) img.loading = "eager"
  }

  const present = (index) => {
    putBack()
    fill(index)
    counter.textContent = `${slides[index].label} · ${index + 1} / ${slides.length}`
    progress.value = index + 1
    history.replaceState(history.state, "", `#${slides[index].id}`)
    stage.scrollTop = 0
    fit()
    slides[index].head.focus({ preventScroll: true })
  }

  const startShow = () => {
    const index = Math.max(current(), 0)
    if (!show) buildShow()
    show.showModal()
    root.classList.add("sg-showing")
    present(index)
  }

  addEventListener("beforeprint", () => show?.open && putBack())
  addEventListener("afterprint", () => { if (show?.open && !hole) { fill(shown); fit() } })

  // --- annotations: on and off, by kind ---

  const notesOn = () => !root.classList.contains("sg-no-notes")
  const toggleNotes = () => {
    const off = root.classList.toggle("sg-no-notes")
    keep("sessionStorage", "sg:notes", off ? "off" : null)
    for (const one of document.querySelectorAll("[data-sg-notes]")) one.setAttribute("aria-pressed", !off)
    tell(say(off ? "notes_off" : "notes_on"))
    if (show?.open) fit()
  }

  const kinds = new Map()
  for (const note of notes) kinds.set(note.dataset.kind, [...(kinds.get(note.dataset.kind) ?? []), note])

  const showKind = (kind, on) => {
    for (const note of kinds.get(kind)) note.hidden = !on
    for (const aside of article.querySelectorAll(".sg-notes")) {
      aside.querySelector(".sg-reveal")?.remove()
      const hidden = aside.querySelectorAll(".sg-note[hidden]")
      if (!hidden.length) continue
      aside.append(button("sg-reveal", ({ currentTarget }) => {
        for (const note of hidden) note.hidden = false
        currentTarget.remove()
        hidden[0].querySelector("a")?.focus()
      }, {}, say("hidden", { count: hidden.length })))
    }
  }

  /* A link to an annotation that is switched off shows it. */
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (!target) return
    const note = target.closest(".sg-note")
    if (note) {
      note.hidden = false
      if (!notesOn()) toggleNotes()
    }
    if (show?.open && !slot.contains(target)) {
      const index = slideOf(target.id)
      if (index >= 0) present(index)
    } else if (note || target.matches("figure")) target.scrollIntoView()
  }
  addEventListener("hashchange", reveal)

  const tools = article.querySelector(".sg-tools") ?? make("div", { class: "sg-tools" })
  if (!tools.isConnected) article.querySelector("h1")?.after(tools)
  if (slides.length) tools.append(button("sg-tool", startShow, { "aria-keyshortcuts": "s" }, say("view"), make("kbd", {}, "s")))
  if (notes.length) {
    tools.append(button("sg-tool", toggleNotes, { "aria-keyshortcuts": "n", "aria-pressed": true, "data-sg-notes": "" }, say("notes"), make("kbd", {}, "n")))
  }
  tools.append(button("sg-tool", help, { "aria-keyshortcuts": "?" }, helpName, make("kbd", {}, "?")))
  if (kinds.size > 1) {
    tools.append(make("div", { class: "sg-kinds", role: "group", "aria-label": say("kinds") }, ...[...kinds].map(([kind, all]) => {
      const label = all[0].querySelector(".sg-note__label").textContent.split(" · ")[0]
      return button(`sg-tool sg-tool--${kind}`, ({ currentTarget }) => {
        const on = currentTarget.getAttribute("aria-pressed") !== "true"
        currentTarget.setAttribute("aria-pressed", on)
        showKind(kind, on)
      }, { "aria-pressed": true }, make("span", { class: `sg-icon sg-icon--${kind}`, "aria-hidden": "true" }), `${label} `, make("b", {}, all.length))
    })))
  }
  if (recall("sessionStorage", "sg:notes") === "off" && notes.length) toggleNotes()

  // --- the menu of a slide; links to annotations and figures ---

  const closeMenu = (refocus) => {
    const open = document.querySelector(".sg-more[aria-expanded=true]")
    if (!open) return false
    open.setAttribute("aria-expanded", "false")
    open.nextElementSibling.remove()
    if (refocus) open.focus()
    return true
  }
  const openMenu = (opener, slide) => {
    const item = (key, action) => button("sg-menu__item", () => { closeMenu(true); action() }, {}, say(key))
    opener.setAttribute("aria-expanded", "true")
    opener.after(make("div", { class: "sg-menu", role: "group", "aria-label": name(slide) },
      item("copy_slide", () => copy(address(slide.id), say("copied"))),
      item("cite", () => copy(bibtex(slide), say("cited"))),
      ...(show?.open ? [] : [item("view", () => { slide.head.focus(); startShow() })])))
    opener.nextElementSibling.firstChild.focus()
  }
  for (const slide of slides) {
    const more = button("sg-more", ({ currentTarget }) => {
      const was = currentTarget.getAttribute("aria-expanded") === "true"
      closeMenu()
      if (!was) openMenu(currentTarget, slide)
    }, { "aria-expanded": "false", "aria-label": say("more", { slide: slide.label }), title: say("more", { slide: slide.label }) }, "⋯")
    const box = slide.nodes.find((node) => node.matches(".sg-acts"))
    box?.append(more)
    box?.addEventListener("focusout", ({ relatedTarget }) => { if (!box.contains(relatedTarget)) closeMenu() })
  }

  let linked
  const link = button("sg-link", () => copy(address(linked.id), say("copied")), {}, "#")
  const offer = ({ target }) => {
    const host = target.closest?.(".sg-note[id], .sg-figure[id]")
    if (!host || host === linked || target === link || document.activeElement === link) return
    linked = host
    const key = say(host.matches(".sg-figure") ? "copy_figure" : "copy_note")
    link.title = key
    link.setAttribute("aria-label", key)
    const label = host.querySelector(":scope > .sg-note__label")
    if (label) label.after(link)
    else host.append(link)
  }
  article.addEventListener("focusin", offer)
  article.addEventListener("mouseover", offer)

  // --- cards of slides that the text mentions ---

  slidegloss.cards("a.sg-slideref, [data-slide]", make("div", { class: "sg-hover", id: "sg-hover", role: "tooltip", popover: "manual" }), (anchor) => {
    const same = anchor.href.split("#")[0] === location.href.split("#")[0]
    const slide = same && slides[slideOf(decodeURIComponent(anchor.hash.slice(1)))]
    // of another page, which cannot be asked on a disk
    const { slide: label, title, thumb } = anchor.dataset
    if (!slide && !label) return null
    const img = slide && slide.nodes.map((node) => node.querySelector(".sg-main img")).find(Boolean)
    const src = img ? img.currentSrc || img.src : thumb
    return [make("span", { class: "sg-badge" }, slide?.label ?? label), " ", make("strong", {}, slide?.title ?? title),
      src && make("img", { src, alt: "", error: ({ target }) => target.remove() })]
  })

  // --- keys ---

  const keysOn = () => recall("localStorage", "sg:keys") !== "off"
  const step = (by) => {
    const index = current() + by
    if (index < slides.length) go(index)
  }
  /* In the slide view: what does not fit is scrolled through before the next slide comes. */
  const scroll = (by) => {
    const rest = by > 0 ? stage.scrollHeight - stage.clientHeight - stage.scrollTop : stage.scrollTop
    if (rest > 2) stage.scrollBy(0, by * stage.clientHeight)
    else go(shown + Math.sign(by))
  }
  const pageKeys = {
    "?": help,
    ...(notes.length ? { n: toggleNotes } : {}),
    ...(slides.length ? { j: () => step(1), k: () => step(-1), g: askSlide, s: () => (show?.open ? show.close() : startShow()) } : {}),
  }
  const showKeys = {
    ArrowRight: () => go(shown + 1), PageDown: () => go(shown + 1), ArrowLeft: () => go(shown - 1), PageUp: () => go(shown - 1),
    Home: () => go(0), End: () => go(slides.length - 1), ArrowDown: () => scroll(0.2), ArrowUp: () => scroll(-0.2),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.()),
  }

  // at the window and before everyone else: Material takes s, f, n and p for itself
  addEventListener("keydown", (event) => {
    const { key, target } = event
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !(target instanceof Element)) return
    if (key === "Escape" && closeMenu(true)) {
      event.preventDefault()
      return event.stopPropagation()
    }
    if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], video, audio, .sg-ask, .sg-viewer")) return
    const inShow = show?.open
    if (!inShow && document.querySelector("dialog[open]")) return
    if (key.length === 1 && key !== " " && !keysOn()) return event.stopPropagation()
    let action = Object.hasOwn(pageKeys, key) ? pageKeys[key] : undefined
    if (inShow) {
      if (key === " " && !target.closest("button, a, summary")) action = () => scroll(event.shiftKey ? -0.9 : 0.9)
      else if (!(target !== stage && scrollsSideways(target) && /^Arrow(Left|Right)$/.test(key))) action ??= showKeys[key]
    }
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    action()
  }, true)

  document.addEventListener("click", (event) => { if (!event.target.closest?.(".sg-acts")) closeMenu() })

  // --- the place to go on reading: the same for all editions of a deck ---

  if (slides.length > 1) {
    const key = `sg:place:${new URL(source.dataset.root || ".", location.href).pathname}${source.dataset.page}`
    const saved = slides.find((slide) => slide.id === recall("localStorage", key))
    const arrival = performance.getEntriesByType("navigation")[0]?.type
    let notice
    if (saved && saved !== slides[0] && !location.hash && arrival === "navigate") {
      const dismiss = () => { notice.remove(); notice = null }
      notice = make("div", { class: "sg-resume", role: "region", "aria-label": say("resume_label") },
        make("a", { href: `#${saved.id}`, click: (event) => { event.preventDefault(); dismiss(); go(slides.indexOf(saved)) } }, say("resume", { slide: name(saved) })),
        button("sg-resume__close", () => { keep("localStorage", key, null); dismiss() }, { "aria-label": say("dismiss"), title: say("dismiss") }, "✕"))
      tools.append(notice)
    }
    let waiting
    const save = () => {
      const at = current()
      if (at > 0) {
        keep("localStorage", key, slides[at].id)
        keep("localStorage", key.replace("sg:place:", "sg:last:").slice(0, -source.dataset.page.length), `${source.dataset.page}#${slides[at].id}`)
      }
      else if (!notice) keep("localStorage", key, null)
      if (at > 0 && slides[at] === saved) { notice?.remove(); notice = null }
    }
    addEventListener("scroll", () => { clearTimeout(waiting); waiting = setTimeout(save, 300) }, { passive: true })
    addEventListener("pagehide", () => { if (!notice || current() > 0) save() })
  }
  reveal()
})()
