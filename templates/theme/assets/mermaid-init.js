/* Draws the diagrams of a page. Without JavaScript, or when a diagram has a mistake, its source stays readable. */
(() => {
  const blocks = [...document.querySelectorAll(".sg-mermaid")].map((element, index) => ({
    element, id: `sg-diagram-${index + 1}`, source: element.textContent.trim(), drawing: null,
  }))
  const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim()

  function setUp() {
    const dark = document.body.dataset.mdColorScheme === "slate"
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      deterministicIds: true,
      theme: "base",
      themeVariables: {
        darkMode: dark,
        background: colour("--sg-paper"),
        primaryColor: colour("--sg-wash"),
        primaryTextColor: colour("--sg-ink"),
        primaryBorderColor: colour("--sg-line-strong"),
        lineColor: colour("--sg-quiet"),
        textColor: colour("--sg-ink"),
        fontFamily: getComputedStyle(document.body).fontFamily,
      },
    })
  }

  async function draw(block) {
    try {
      const { svg } = await mermaid.render(block.id, block.source)
      if (!block.drawing) {
        block.drawing = document.createElement("div")
        block.drawing.className = "sg-mermaid__drawing"
        block.element.before(block.drawing)
      }
      block.drawing.innerHTML = svg
      block.element.classList.add("sg-mermaid--drawn")
    } catch (error) {
      document.getElementById(`d${block.id}`)?.remove()
      console.warn(`diagram not drawn: ${error.message}`)
    }
  }

  if (!blocks.length) return
  const script = document.querySelector("script[src*='/mermaid.min.js']")
  let queue = window.mermaid ? Promise.resolve() : new Promise((loaded) => script?.addEventListener("load", loaded))

  /* A diagram takes a slow phone a second: those near the reader come first, the others, which paper wants as well, while
     nothing else is to be done. Between two of them the page answers. */
  const waiting = new Set()
  const rest = () => new Promise((resume) => setTimeout(resume))
  const take = (block) => {
    if (waiting.delete(block)) queue = queue.then(() => draw(block)).then(rest)
    return queue
  }
  const whenIdle = window.requestIdleCallback ?? ((action) => setTimeout(action, 200))
  const goOn = () => whenIdle(() => {
    const [block] = waiting
    if (block) take(block).then(goOn)
  })
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) take(blocks.find(({ element, drawing }) => element === target || drawing === target))
    }
  }, { rootMargin: "50% 0px" })
  const start = () => {
    queue = queue.then(setUp)
    for (const block of blocks) {
      waiting.add(block)
      for (const shown of [block.element, block.drawing]) {
        if (!shown) continue
        near.unobserve(shown)
        near.observe(shown)
      }
    }
    queue.then(goOn)
  }
  start()
  new MutationObserver(start).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] })
})()
