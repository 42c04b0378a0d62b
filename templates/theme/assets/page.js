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

/* What other scripts share. A browser may refuse to keep anything; reading goes on without. */
slidegloss = {
  recall: (area, key) => { try { return window[area].getItem(key) } catch { return null } },
  keep: (area, key, value) => {
    try { if (value === null) window[area].removeItem(key); else window[area].setItem(key, value) } catch {}
  },

  make: (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value)
      else if (value != null && (value !== false || name.startsWith("aria-"))) element.setAttribute(name, value)
    }
    element.append(...children.filter(Boolean))
    return element
  },

  /* A card beside a link that the mouse or the focus has come to, or that was tapped once. `fill` gives what it holds, or a
     promise of that, or nothing. */
  cards(selector, card, fill) {
    let open = null, focused, timer, touch = false
    const hide = () => {
      clearTimeout(timer)
      open?.removeAttribute("aria-describedby")
      open = null
      card.remove()
    }
    const place = () => {
      if (!open) return
      const box = open.getClientRects()[0] ?? open.getBoundingClientRect()
      if (box.bottom < 0 || box.top > innerHeight) return hide()
      // where it fits, else where it has more room
      card.style.maxHeight = ""
      const size = card.getBoundingClientRect(), above = box.top - 12, below = innerHeight - box.bottom - 12
      const under = size.height < below || above < below
      card.style.maxHeight = `${under ? below : above}px`
      card.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - size.width - 8))}px`
      card.style.top = `${under ? box.bottom + 4 : Math.max(box.top - size.height - 4, 8)}px`
    }
    const show = async (link) => {
      clearTimeout(timer)
      if (link === open) return
      const content = await fill(link)
      if (!content || !link.isConnected) return
      hide()
      card.replaceChildren(...content.filter(Boolean))
      // beside its link, so that the next tab stop is in the card
      link.after(card)
      card.showPopover?.()
      open = link
      link.setAttribute("aria-describedby", card.id)
      place()
    }
    const later = (action, wait) => { clearTimeout(timer); timer = setTimeout(action, wait) }
    const linkAt = ({ target }) => target.closest?.(selector)
    const inside = (node) => open && node && (open.contains(node) || card.contains(node))
    document.addEventListener("pointerdown", (event) => {
      touch = event.pointerType === "touch"
      if (!inside(event.target)) hide()
    }, true)
    document.addEventListener("mouseover", (event) => {
      const link = linkAt(event)
      if (link && !touch) later(() => show(link), open ? 300 : 150)
      else if (inside(event.target)) clearTimeout(timer)
      else if (open && !inside(document.activeElement)) later(hide, 250)
      else if (!open) clearTimeout(timer)
    })
    document.addEventListener("focusin", (event) => {
      const link = linkAt(event)
      focused = link
      if (link && !touch && link.matches(":focus-visible")) show(link).then(() => focused !== link && !inside(document.activeElement) && hide())
      else if (!inside(event.target)) hide()
    })
    document.addEventListener("click", (event) => {
      const link = linkAt(event)
      if (!link || !touch || link === open) return
      event.preventDefault()
      show(link).then(() => open !== link && location.assign(link.href))
    }, true)
    addEventListener("scroll", place, { passive: true, capture: true })
    addEventListener("resize", place)
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !open) return
      if (card.contains(document.activeElement)) open.focus()
      hide()
      event.preventDefault()
      event.stopImmediatePropagation()
    }, true)
  },
}

/* The reader's switch: both languages, the edition's alone, or originals alone. Runs in the head, before anything is
   painted, so that a page opens as the reader left the last one; without it both are shown. */
{
  const STATES = ["both", "this", "original"], KEY = "sg:show", root = document.documentElement
  const read = (key) => slidegloss.recall("localStorage", key)
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
      slidegloss.keep("localStorage", KEY, state)
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
