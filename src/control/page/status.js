// Brings the page up to date without a reload. The server writes the page; this only exchanges its content, so
// that with and without script everybody sees the same.
"use strict";

const refresh = Number(document.body.dataset.refresh) || 2000;
const stale = document.getElementById("stale");

// Who is marking text, to copy it, would lose the mark.
function reader_marks_text() {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed;
}

// A table that was scrolled sideways stays where it was.
function exchange(fresh) {
  const before = Array.from(document.querySelectorAll(".scroll"), (each) => each.scrollLeft);
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
  document.title = fresh.title;
  document.querySelectorAll(".scroll").forEach((each, number) => {
    each.scrollLeft = before[number] || 0;
  });
}

async function look() {
  if (document.hidden || reader_marks_text()) return;
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(10000) });
    if (!answer.ok) throw new Error(answer.statusText);
    exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

async function look_again() {
  await look();
  setTimeout(look_again, refresh);
}

document.addEventListener("visibilitychange", look);
setTimeout(look_again, refresh);
