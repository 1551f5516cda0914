/* What is brought in when it is needed: questions, pictures, players, slides, keeping pages. */
import { html, part, dress } from "../study/page.js";

export function more() {
  near(".term, .footnote-ref", "explain");
  near(".quiz[data-right]", "quiz");
  near("audio", "audio");
  near("[data-hook=done]", "finish");
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.defaultPrevented || !event.target.closest) return;
    const picture = event.target.closest(".text figure img, .album img, .text a.original img");
    if (!picture) return;
    event.preventDefault();
    Promise.all([part("zoom"), dress("over")]).then(() => window.studyhall.zoom(picture), () => { if (picture.closest("a")) location.href = picture.closest("a").href; });
  });
  // Words that a search led to.
  if (/[?&]h=./.test(location.search)) part("mark").catch(() => {});
  const slides = () => {
    if (location.hash === "#slides" && document.querySelector("article.text")) Promise.all([part("slides"), dress("over")]).then(() => window.studyhall.slides(), () => {});
  };
  addEventListener("hashchange", slides);
  slides();
  // Nothing is said where pages cannot be kept: on HTTP, from disk, in WeChat on an iPhone, in the preview.
  const can = "serviceWorker" in navigator && window.isSecureContext && /^https?:$/.test(location.protocol) && !html.hasAttribute("data-preview");
  if (can) addEventListener("load", () => setTimeout(() => part("offline").catch(() => {}), 1500));
}

/** Brings a part in when something that needs it comes near. */
function near(selector, name) {
  const begin = () => Promise.all([part(name), dress(name + "-style")]).then(() => { if (window.studyhall[name]) window.studyhall[name](); }, () => {});
  const watch = () => {
    const all = document.querySelectorAll(selector);
    if (!all.length) return;
    if (!window.IntersectionObserver) return begin();
    const observer = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      observer.disconnect();
      begin();
    }, { rootMargin: "600px" });
    Array.prototype.forEach.call(all, (one) => observer.observe(one));
  };
  watch();
  document.addEventListener("studyhall:patched", watch);
}
