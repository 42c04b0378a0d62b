/* Read from a disk, links to other books lead to the copy of their site that lies beside this one, if there is one. */
if (location.protocol === "file:") {
  const script = document.currentScript
  const root = new URL(script.dataset.root || ".", location.href)
  for (const [prefix, folder] of Object.entries(JSON.parse(script.dataset.books))) {
    const copy = new URL(`${folder}/`, root)
    const probe = new Image() // a page may not look into a folder, but a picture loads or does not
    probe.onload = () => {
      for (const link of document.querySelectorAll('a[href^="http"]')) {
        const address = link.href.replace(/^https?:\/\//, "")
        if (!address.startsWith(prefix) || !/^([/?#]|$)/.test(address.slice(prefix.length))) continue
        let [, path, fragment] = /^\/?([^?#]*)[^#]*(#.*)?$/.exec(address.slice(prefix.length))
        if (path === "" || path.endsWith("/")) path += "index.html"
        else if (path.endsWith(".md")) path = path.replace(/\.md$/, ".html")
        else if (!/\.[^/]+$/.test(path)) path += ".html"
        link.href = new URL(path + (fragment || ""), copy).href
      }
    }
    probe.src = new URL("assets/favicon.svg", copy).href
  }
}
