/* The reader's colours, before anything is painted; Material's script takes over once it is loaded. */
{
  const { color } = __md_get("__palette") || {}
  if (color?.media === "(prefers-color-scheme)") {
    const media = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark"
    const { dataset } = document.querySelector(`[data-md-color-media*="${media}"]`)
    for (const key of ["Media", "Scheme", "Primary", "Accent"]) color[key.toLowerCase()] = dataset["mdColor" + key]
  }
  for (const key in color) document.body.setAttribute("data-md-color-" + key, color[key])
}
