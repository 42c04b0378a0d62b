/* The page for addresses that lead nowhere. Opened from a disk there is no root to start from. */
if (location.protocol === "file:") for (const link of document.querySelectorAll("a")) link.href = link.dataset.file
/* Servers show the first edition's page for all of them. */
else for (const { dataset, href } of document.querySelectorAll("html[data-first] a[data-prefix]")) {
  if (dataset.prefix && location.pathname.startsWith(new URL(href).pathname)) location.replace(`${href}404.html`)
}
