/* Large view of figures: every a.sg-zoom opens in a dialog; without JavaScript the link opens the picture itself.

   Keys: ← → previous and next figure, + − zoom, 0 whole figure, Shift with an arrow moves a magnified figure, Esc closes.
   Words come from words.js (slideglossWords = {"figure_close": "…"}). */
(() => {
  const words = window.slideglossWords ?? {}

  const LARGEST = 12
  const STEP = 1.4
  let dialog, stage, picture, caption, counter, links, at, opener
  let scale = 1, x = 0, y = 0, moved = false
  const pointers = new Map()

  const make = (tag, name, parent) => {
    const element = document.createElement(tag)
    element.className = name
    parent.append(element)
    return element
  }

  const button = (parent, word, sign, action, name = "") => {
    const element = make("button", `sg-viewer__button ${name}`, parent)
    element.type = "button"
    element.title = words[word] ?? word
    element.setAttribute("aria-label", element.title)
    element.textContent = sign
    element.addEventListener("click", action)
  }

  const build = () => {
    dialog = make("dialog", "sg-viewer", document.body)
    stage = make("div", "sg-viewer__stage", dialog)
    picture = make("img", "sg-viewer__picture", stage)
    picture.draggable = false
    const foot = make("div", "sg-viewer__foot", dialog)
    caption = make("p", "sg-viewer__caption", foot)
    caption.setAttribute("aria-live", "polite")
    const bar = make("div", "sg-viewer__bar", foot)
    button(bar, "figure_previous", "←", () => show(at - 1), "sg-viewer__turn")
    counter = make("span", "sg-viewer__count", bar)
    button(bar, "figure_next", "→", () => show(at + 1), "sg-viewer__turn")
    button(bar, "figure_zoom_out", "−", () => zoom(1 / STEP))
    button(bar, "figure_whole", "⤢", whole)
    button(bar, "figure_zoom_in", "+", () => zoom(STEP))
    button(bar, "figure_close", "✕", () => dialog.close(), "sg-viewer__close")

    picture.addEventListener("load", () => { stage.removeAttribute("aria-busy") })
    picture.addEventListener("error", () => {
      stage.removeAttribute("aria-busy")
      caption.textContent = words.figure_failed
    })
    dialog.addEventListener("keydown", key)
    // told in a later task: by then the reader may look at the next figure, or be somewhere else on the page
    dialog.addEventListener("close", () => {
      if (dialog.open) return
      pointers.clear()
      picture.removeAttribute("src")
      if (document.activeElement === document.body) opener.focus({ preventScroll: true })
    })
    stage.addEventListener("click", (event) => { if (event.target === stage && !moved) dialog.close() })
    stage.addEventListener("dblclick", (event) => { if (scale > 1) whole(); else zoom(2.5, event) })
    stage.addEventListener("wheel", (event) => {
      event.preventDefault()
      zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), event)
    }, { passive: false })
    stage.addEventListener("pointerdown", down)
    stage.addEventListener("pointermove", move)
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, up)
  }

  const draw = () => {
    // at least a corner of the figure stays in sight
    const wide = picture.offsetWidth * scale / 2, high = picture.offsetHeight * scale / 2
    x = Math.max(-wide, Math.min(wide, x))
    y = Math.max(-high, Math.min(high, y))
    picture.style.transform = `translate(${x}px, ${y}px) scale(${scale})`
    stage.classList.toggle("sg-viewer__stage--large", scale > 1)
  }

  const whole = () => { scale = 1; x = y = 0; draw() }

  /* Magnify so that what lies under the pointer (or in the middle) stays where it is. */
  const zoom = (factor, point) => {
    const next = Math.max(1, Math.min(LARGEST, scale * factor))
    if (next === 1) return whole()
    const box = stage.getBoundingClientRect()
    const px = point ? point.clientX - box.left - box.width / 2 : 0
    const py = point ? point.clientY - box.top - box.height / 2 : 0
    x = px - (px - x) * next / scale
    y = py - (py - y) * next / scale
    scale = next
    draw()
  }

  /* A page that is one file holds each figure once: in the page. */
  const source = (link) => link.href.endsWith("#") ? link.querySelector("img").src : link.href

  const show = (index) => {
    at = (index + links.length) % links.length
    const link = links[at]
    const thumbnail = link.querySelector("img")
    const text = link.closest("figure")?.querySelector("figcaption")?.textContent.trim()
    stage.setAttribute("aria-busy", "true")
    picture.src = source(link)
    picture.alt = thumbnail?.alt ?? ""
    caption.textContent = text || picture.alt
    counter.textContent = words.figure_count?.replace("{number}", at + 1).replace("{count}", links.length)
    dialog.setAttribute("aria-label", words.figure_view)
    dialog.classList.toggle("sg-viewer--single", links.length < 2)
    whole()
    if (links.length > 1) new Image().src = source(links[(at + 1) % links.length])
  }

  const key = (event) => {
    // the page's own keys (j, k, slide view) rest while the dialog is open
    event.stopPropagation()
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
    if (step && (event.shiftKey || step[1])) {
      x += step[0] * 80
      y += step[1] * 80
      if (scale > 1) draw(); else whole()
    } else if (step) {
      if (links.length > 1) show(at - step[0])
    } else if (event.key === "+" || event.key === "=") zoom(STEP)
    else if (event.key === "-") zoom(1 / STEP)
    else if (event.key === "0") whole()
    else return
    event.preventDefault()
  }

  const down = (event) => {
    if (event.button) return
    if (!pointers.size) moved = false
    pointers.set(event.pointerId, { clientX: event.clientX, clientY: event.clientY, startX: event.clientX, startY: event.clientY })
    stage.setPointerCapture?.(event.pointerId)
  }

  const spread = () => {
    const [a, b] = [...pointers.values()]
    return {
      size: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1,
      clientX: (a.clientX + b.clientX) / 2,
      clientY: (a.clientY + b.clientY) / 2,
    }
  }

  const move = (event) => {
    const pointer = pointers.get(event.pointerId)
    if (!pointer) return
    const before = pointers.size === 2 ? spread() : pointer
    const { clientX, clientY } = before
    pointer.clientX = event.clientX
    pointer.clientY = event.clientY
    if (Math.hypot(event.clientX - pointer.startX, event.clientY - pointer.startY) > 6) moved = true
    if (pointers.size === 2) {
      const now = spread()
      x += now.clientX - clientX
      y += now.clientY - clientY
      zoom(now.size / before.size, now)
    } else if (scale > 1) {
      x += event.clientX - clientX
      y += event.clientY - clientY
      draw()
    }
  }

  const up = (event) => {
    const pointer = pointers.get(event.pointerId)
    const alone = pointers.size === 1
    pointers.delete(event.pointerId)
    if (!pointer || !alone) return
    const dx = event.clientX - pointer.startX, dy = event.clientY - pointer.startY
    const swiped = event.type === "pointerup" && event.pointerType === "touch" && scale === 1
    if (swiped && links.length > 1 && Math.abs(dx) > 60 && Math.abs(dx) > 2 * Math.abs(dy)) show(at - Math.sign(dx))
    // capture makes the stage the target of the click that follows; a click on the picture is no wish to close
    if (document.elementFromPoint(event.clientX, event.clientY) === picture) moved = true
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.sg-zoom")
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    if (typeof HTMLDialogElement !== "function") return
    event.preventDefault()
    if (!dialog) build()
    opener = link
    links = [...document.querySelectorAll("a.sg-zoom")].filter((one) => one === link || one.getClientRects().length)
    dialog.showModal()
    show(links.indexOf(link))
  })
})()
